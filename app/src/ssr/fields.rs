//! Fields of the business's own, as plain forms. Whether somebody may is asked before any of them is reached.

use super::{PagesState, only_who_may, read_form};
use crate::pages::fields::{EditedField, Fields, done};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::fields::{CountedField, FieldForm, FieldKind};
use model::ids::FieldId;
use model::may::Act;
use serde::Deserialize;
use server::auth::{Caller, Client};
use server::fields::{self, Became};

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .route("/fields", get(list))
        .route("/fields/new", get(new).post(add))
        .route("/fields/{field}", get(edit).post(change))
        .route("/fields/{field}/up", post(raise))
        .route("/fields/{field}/delete", post(delete))
        .route_layer(from_fn_with_state((state.clone(), Act::RunFields), only_who_may))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    done: String,
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    match fields::list(&state.program, &caller).await {
        Ok(fields) => {
            let page = Fields { frame: state.frame(&caller).await, fields, done: done(&wanted.done) };
            state.page_as(request, StatusCode::OK, Page::Fields(Box::new(page))).await
        }
        Err(error) => state.refused(request, "list the fields", error.into()).await,
    }
}

async fn new(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    page(&state, &caller, request, StatusCode::OK, None, FieldForm::default()).await
}

async fn page(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    status: StatusCode,
    was: Option<CountedField>,
    form: FieldForm,
) -> Response {
    let frame = state.frame(caller).await;
    state.page_as(request, status, Page::Field(Box::new(EditedField { frame, was, form }))).await
}

async fn edit(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(field): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = field.parse() else { return state.missing(request).await };
    match fields::find(&state.program, &caller, id).await {
        Ok(Some(was)) => {
            let form = FieldForm::of(&was.field);
            page(&state, &caller, request, StatusCode::OK, Some(was), form).await
        }
        Ok(None) => state.missing(request).await,
        Err(error) => state.refused(request, "look up a field", error.into()).await,
    }
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    options: String,
}

async fn add(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    keep(&state, &caller, &client, request, None).await
}

async fn change(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(field): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = field.parse() else { return state.missing(request).await };
    keep(&state, &caller, &client, request, Some(id)).await
}

async fn keep(state: &PagesState, caller: &Caller, client: &Client, request: Request, id: Option<FieldId>) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let kind = FieldKind::from_word(&given.kind).unwrap_or_default();
    let form = FieldForm { name: given.name, kind, options: given.options, ..FieldForm::default() };
    match fields::keep(&state.program, caller, client, id, form).await {
        Ok(Became::Kept) => Redirect::to(&format!("{}?done=saved", Address::Fields)).into_response(),
        Ok(Became::NotThere) => state.missing(request).await,
        Ok(Became::Wrong(form)) => {
            let was = match id {
                Some(id) => fields::find(&state.program, caller, id).await,
                None => Ok(None),
            };
            match was {
                Ok(None) if id.is_some() => state.missing(request).await,
                Ok(was) => page(state, caller, request, StatusCode::UNPROCESSABLE_ENTITY, was, form).await,
                Err(error) => state.refused(request, "look up a field", error.into()).await,
            }
        }
        Err(error) => state.refused(request, "save a field", error.into()).await,
    }
}

async fn raise(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(field): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = field.parse() else { return state.missing(request).await };
    match fields::raise(&state.program, &caller, &client, id).await {
        Ok(true) => Redirect::to(&format!("{}?done=order", Address::Fields)).into_response(),
        Ok(false) => state.missing(request).await,
        Err(error) => state.refused(request, "move a field", error.into()).await,
    }
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(field): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = field.parse() else { return state.missing(request).await };
    match fields::delete(&state.program, &caller, &client, id).await {
        Ok(Some(_)) => Redirect::to(&format!("{}?done=deleted", Address::Fields)).into_response(),
        Ok(None) => state.missing(request).await,
        Err(error) => state.refused(request, "delete a field", error.into()).await,
    }
}
