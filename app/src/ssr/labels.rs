//! The labels, as plain forms. Whether somebody may is asked before any of them is reached.

use super::{PagesState, only_who_may, read_form};
use crate::pages::labels::{Done, EditedLabel, Labels};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::ids::LabelId;
use model::labels::{COLOURS, CountedLabel, LabelForm, nearest_hue};
use model::may::Act;
use serde::Deserialize;
use server::auth::{Caller, Client};
use server::labels::{self, Became};

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .route("/labels", get(list))
        .route("/labels/new", get(new).post(add))
        .route("/labels/{label}", get(edit).post(change))
        .route("/labels/{label}/delete", post(delete))
        .route_layer(from_fn_with_state((state.clone(), Act::RunLabels), only_who_may))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    saved: String,
    /// From how many conversations a label was just taken.
    deleted: Option<i64>,
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let done = wanted.deleted.map(Done::Deleted).or((!wanted.saved.is_empty()).then_some(Done::Kept));
    match labels::list(&state.program, &caller).await {
        Ok(labels) => {
            let frame = state.frame(&caller).await;
            state.page_as(request, StatusCode::OK, Page::Labels(Box::new(Labels { frame, labels, done }))).await
        }
        Err(error) => state.refused(request, "list the labels", error.into()).await,
    }
}

async fn new(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let form = LabelForm { hue: COLOURS[7].0, ..LabelForm::default() };
    page(&state, &caller, request, StatusCode::OK, None, form).await
}

async fn page(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    status: StatusCode,
    was: Option<CountedLabel>,
    form: LabelForm,
) -> Response {
    let frame = state.frame(caller).await;
    state.page_as(request, status, Page::Label(Box::new(EditedLabel { frame, was, form }))).await
}

async fn edit(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(label): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = label.parse() else { return state.missing(request).await };
    match labels::find(&state.program, &caller, id).await {
        Ok(Some(was)) => {
            let form =
                LabelForm { name: was.label.name.clone(), hue: nearest_hue(was.label.hue), ..LabelForm::default() };
            page(&state, &caller, request, StatusCode::OK, Some(was), form).await
        }
        Ok(None) => state.missing(request).await,
        Err(error) => state.refused(request, "look up a label", error.into()).await,
    }
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    hue: String,
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
    Path(label): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = label.parse() else { return state.missing(request).await };
    keep(&state, &caller, &client, request, Some(id)).await
}

async fn keep(state: &PagesState, caller: &Caller, client: &Client, request: Request, id: Option<LabelId>) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let form = LabelForm { name: given.name, hue: given.hue.parse().unwrap_or_default(), ..LabelForm::default() };
    match labels::keep(&state.program, caller, client, id, form).await {
        Ok(Became::Kept(_)) => Redirect::to(&format!("{}?saved=yes", Address::Labels)).into_response(),
        Ok(Became::NotThere) => state.missing(request).await,
        Ok(Became::Wrong(form)) => {
            let was = match id {
                Some(id) => labels::find(&state.program, caller, id).await,
                None => Ok(None),
            };
            match was {
                Ok(None) if id.is_some() => state.missing(request).await,
                Ok(was) => page(state, caller, request, StatusCode::UNPROCESSABLE_ENTITY, was, form).await,
                Err(error) => state.refused(request, "look up a label", error.into()).await,
            }
        }
        Err(error) => state.refused(request, "save a label", error.into()).await,
    }
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(label): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = label.parse() else { return state.missing(request).await };
    match labels::delete(&state.program, &caller, &client, id).await {
        Ok(Some(gone)) => {
            Redirect::to(&format!("{}?deleted={}", Address::Labels, gone.n_conversations)).into_response()
        }
        Ok(None) => state.missing(request).await,
        Err(error) => state.refused(request, "delete a label", error.into()).await,
    }
}
