//! How much somebody is given, and moving what they have.

use super::super::{PagesState, read_form};
use super::{list_with, not_done};
use crate::pages::people::Notice;
use crate::path::Path as Address;
use crate::shell::Page;
use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use model::teams::{MoveTo, TeamRefusal};
use serde::Deserialize;
use server::assignment;
use server::auth::{Caller, Client};

const LIMIT_MOST: u32 = 9999;

#[derive(Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    limit: String,
    #[serde(default)]
    to: String,
}

pub(super) async fn set_limit(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(person) = person.parse() else { return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await };
    let Ok(limit) = read_limit(&given.limit) else {
        let (status, notice) = (StatusCode::UNPROCESSABLE_ENTITY, Some(Notice::WrongLimit));
        return list_with(&state, &caller, request, status, notice).await;
    };
    match assignment::set_limit(&state.program, &caller, &client, person, limit).await {
        Ok(Ok(())) => Redirect::to(&format!("{}?limited={person}", Address::People)).into_response(),
        Ok(Err(refusal)) => not_done(&state, &caller, request, refusal).await,
        Err(error) => state.refused(request, "limit what a person is given", error).await,
    }
}

/// Nothing is no limit.
fn read_limit(text: &str) -> Result<Option<u32>, Notice> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|it| *it <= LIMIT_MOST).map(Some).ok_or(Notice::WrongLimit),
    }
}

pub(super) async fn move_all(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let (Ok(person), Some(to)) = (person.parse(), read_target(&given.to)) else {
        return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await;
    };
    match assignment::move_all(&state.program, &caller, &client, person, to).await {
        Ok(Ok(moved)) => {
            let (n, stayed) = (moved.n_moved, moved.n_stayed);
            Redirect::to(&format!("{}?moved={person}&n={n}&stayed={stayed}", Address::People)).into_response()
        }
        Ok(Err(TeamRefusal::NotAllowed)) => state.forbidden(request).await,
        Ok(Err(refusal)) => {
            list_with(&state, &caller, request, StatusCode::CONFLICT, Some(Notice::NotMoved(refusal))).await
        }
        Err(error) => state.refused(request, "move conversations", error).await,
    }
}

fn read_target(text: &str) -> Option<MoveTo> {
    match text.split_once('-') {
        None if text == "nobody" => Some(MoveTo::Nobody),
        Some(("person", id)) => id.parse().ok().map(MoveTo::Person),
        Some(("team", id)) => id.parse().ok().map(MoveTo::Team),
        _ => None,
    }
}
