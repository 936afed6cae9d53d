//! The tokens of the API, as plain forms. Whether somebody may is asked before any of them is reached.

use super::{PagesState, Posted, only_who_may};
use crate::pages::api::ApiGuide;
use crate::pages::tokens::{Done, Tokens};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::may::Act;
use model::tokens::{Scope, TokenForm};
use serde::Deserialize;
use server::api::guide::guide;
use server::auth::{Caller, Client};
use server::tokens;

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .route("/tokens", get(list).post(add))
        .route("/tokens/{token}/revoke", post(revoke))
        .route_layer(from_fn_with_state((state.clone(), Act::RunTokens), only_who_may))
        .route("/api", get(api))
}

/// For everybody: it says nothing of what is kept here.
async fn api(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let frame = state.frame(&caller).await;
    let api = ApiGuide { frame, guide: guide() };
    state.page_as(request, StatusCode::OK, Page::Api(Box::new(api))).await
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    revoked: String,
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let done = (!wanted.revoked.is_empty()).then_some(Done::Revoked);
    let form = TokenForm { scopes: vec![Scope::Read], ..TokenForm::default() };
    page(&state, &caller, request, StatusCode::OK, form, done).await
}

async fn page(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    status: StatusCode,
    form: TokenForm,
    done: Option<Done>,
) -> Response {
    match tokens::list(&state.program, caller).await {
        Ok((tokens, accounts)) => {
            let frame = state.frame(caller).await;
            let tokens = Tokens { frame, tokens, accounts, form, done };
            state.page_as(request, status, Page::Tokens(Box::new(tokens))).await
        }
        Err(error) => state.refused(request, "list the API tokens", error.into()).await,
    }
}

async fn add(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let form = TokenForm {
        name: given.text("name"),
        scopes: Scope::ALL.into_iter().filter(|it| given.has("scope", it.word())).collect(),
        accounts: given.ids("account"),
        bot: given.text("bot"),
        days: given.text("days"),
        ..TokenForm::default()
    };
    match tokens::add(&state.program, &caller, &client, form).await {
        Ok(Ok(made)) => {
            let form = TokenForm { scopes: vec![Scope::Read], ..TokenForm::default() };
            page(&state, &caller, request, StatusCode::CREATED, form, Some(Done::Made(made))).await
        }
        Ok(Err(form)) => page(&state, &caller, request, StatusCode::UNPROCESSABLE_ENTITY, form, None).await,
        Err(error) => state.refused(request, "make an API token", error.into()).await,
    }
}

async fn revoke(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = token.parse() else { return state.missing(request).await };
    match tokens::revoke(&state.program, &caller, &client, id).await {
        Ok(true) => Redirect::to(&format!("{}?revoked=yes", Address::Tokens)).into_response(),
        Ok(false) => state.missing(request).await,
        Err(error) => state.refused(request, "revoke an API token", error.into()).await,
    }
}
