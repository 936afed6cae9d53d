//! Saved replies, as plain forms: everybody reads them and keeps their own.

use super::{PagesState, read_form};
use crate::pages::replies::{Done, EditedReply, Replies};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::desk::{SavedReplyEdit, SavedReplyId};
use model::may::Act;
use model::replies::ReplyForm;
use serde::Deserialize;
use server::auth::{Caller, Client};
use server::http::fault::Fault;
use server::replies::{self, Became};

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/replies", get(list))
        .route("/replies/new", get(new).post(add))
        .route("/replies/{reply}", get(edit).post(change))
        .route("/replies/{reply}/delete", post(delete))
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
    let done = Done::ALL.into_iter().find(|it| it.word() == wanted.done);
    match replies::list(&state.program, &caller).await {
        Ok(replies) => {
            let frame = state.frame(&caller).await;
            state.page_as(request, StatusCode::OK, Page::Replies(Box::new(Replies { frame, replies, done }))).await
        }
        Err(error) => Fault::of("list saved replies", &error).into_response(),
    }
}

async fn new(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let form = ReplyForm { is_mine: caller.may(Act::RunReplies).is_err(), ..ReplyForm::default() };
    page(&state, &caller, request, StatusCode::OK, form).await
}

async fn page(state: &PagesState, caller: &Caller, request: Request, status: StatusCode, form: ReplyForm) -> Response {
    let may_change = replies::allows(caller, form.is_mine).is_ok();
    let frame = state.frame(caller).await;
    state.page_as(request, status, Page::Reply(Box::new(EditedReply { frame, form, may_change }))).await
}

async fn edit(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(reply): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = reply.parse::<SavedReplyId>() else { return state.missing(request).await };
    let found = match replies::list(&state.program, &caller).await {
        Ok(all) => all.into_iter().find(|it| it.id == id),
        Err(error) => return Fault::of("look up a saved reply", &error).into_response(),
    };
    let Some(it) = found else { return state.missing(request).await };
    let (shortcut, title, text, is_mine) = (it.shortcut, it.title, it.text, it.is_mine);
    let form = ReplyForm { id: Some(id), shortcut, title, text, is_mine, problem: None };
    page(&state, &caller, request, StatusCode::OK, form).await
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    shortcut: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    whose: String,
}

async fn add(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    keep(&state, &caller, client, request, None).await
}

async fn change(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(reply): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = reply.parse() else { return state.missing(request).await };
    keep(&state, &caller, client, request, Some(id)).await
}

async fn keep(
    state: &PagesState,
    caller: &Caller,
    client: Client,
    request: Request,
    id: Option<SavedReplyId>,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    // Browsers send the lines of a text area with both of their ends.
    let text = given.text.replace("\r\n", "\n");
    let Posted { shortcut, title, whose, .. } = given;
    let shortcut = shortcut.trim().trim_start_matches('/').to_owned();
    let edit = SavedReplyEdit { id, shortcut, title, text, is_mine: whose != "shared" };
    match replies::keep(&state.program, caller, Some(client.address), edit.clone()).await {
        Ok(Became::Kept(_)) => done(Done::Saved),
        Ok(Became::NotTheirs) => not_theirs(state, caller, request, edit.is_mine).await,
        Ok(Became::Wrong(problem)) => {
            let SavedReplyEdit { id, shortcut, title, text, is_mine } = edit;
            let form = ReplyForm { id, shortcut, title, text, is_mine, problem: Some(problem) };
            page(state, caller, request, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Fault::of("save a reply", &error).into_response(),
    }
}

/// Whoever may not change what everybody has is told so; whatever else is missing is not there for them.
async fn not_theirs(state: &PagesState, caller: &Caller, request: Request, is_mine: bool) -> Response {
    match replies::allows(caller, is_mine) {
        Ok(()) => state.missing(request).await,
        Err(_) => state.forbidden(request).await,
    }
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(reply): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = reply.parse() else { return state.missing(request).await };
    match replies::delete(&state.program, &caller, Some(client.address), id).await {
        Ok(true) => done(Done::Deleted),
        Ok(false) => state.missing(request).await,
        Err(error) => Fault::of("delete a saved reply", &error).into_response(),
    }
}

fn done(what: Done) -> Response {
    Redirect::to(&format!("{}?done={}", Address::Replies, what.word())).into_response()
}
