//! The page behind an invitation.

use super::{PagesState, read_form};
use crate::shell::Page;
use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use model::people::{JoinForm, JoinProblems};
use serde::Deserialize;
use server::auth::Client;
use server::http::fault::Fault;
use server::people::joining;
use tower_sessions::Session;

pub(super) async fn page(State(state): State<PagesState>, Path(link): Path<String>, request: Request) -> Response {
    match joining::form(&state.program, link).await {
        Ok(form) => form_page(&state, request, form).await,
        Err(error) => Fault::of("look up an invitation", &error).into_response(),
    }
}

#[derive(Deserialize)]
struct Joining {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

pub(super) async fn join(
    State(state): State<PagesState>,
    Path(link): Path<String>,
    session: Session,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Joining>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let form = JoinForm { link, name: given.name, ..JoinForm::default() };
    match joining::join(&state.program, &session, &client, form, given.password).await {
        Ok(Ok(())) => Redirect::to("/inbox").into_response(),
        Ok(Err(form)) => form_page(&state, request, form).await,
        Err(error) => Fault::of("let an invited person in", &error).into_response(),
    }
}

async fn form_page(state: &PagesState, request: Request, form: JoinForm) -> Response {
    let status = match (&form.invitation, form.problems == JoinProblems::default()) {
        (None, _) => StatusCode::GONE,
        (Some(_), true) => StatusCode::OK,
        (Some(_), false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    state.page_as(request, status, Page::Join(form)).await
}
