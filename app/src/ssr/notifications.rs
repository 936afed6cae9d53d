//! What concerns whoever asks, and that they know of it, as a page and a plain form.

use super::{PagesState, Posted};
use crate::pages::notifications::Noticed;
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::time::Timestamp;
use serde::Deserialize;
use server::auth::Caller;
use server::http::fault::Fault;
use server::notifications;
use server::store::notifications::Place;

pub(super) fn routes() -> Router<PagesState> {
    Router::new().route("/notifications", get(list)).route("/notifications/read", post(read))
}

#[derive(Deserialize)]
struct Wanted {
    /// The place where the page before ended.
    #[serde(default)]
    before: String,
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    // What is no place of ours is the beginning.
    let before = wanted.before.split_once('-').and_then(|(at, id)| {
        let at = Timestamp(at.parse().ok()?);
        Some(Place { at, id: id.parse().ok()? })
    });
    match notifications::page(&state.program, &caller, before).await {
        Ok(page) => {
            let frame = state.frame(&caller).await;
            let noticed = Noticed { frame, page, is_first: before.is_none() };
            state.page_as(request, StatusCode::OK, Page::Notifications(Box::new(noticed))).await
        }
        Err(error) => Fault::of("list what concerns a person", &error).into_response(),
    }
}

/// All that were there when the page was made; what came since stays unread.
async fn read(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let given = match Posted::read(request).await {
        Ok((_, given)) => given,
        Err(refused) => return refused,
    };
    if let Ok(until) = given.text("until").parse().map(Timestamp)
        && let Err(error) = notifications::know_all(&state.program, &caller, until).await
    {
        return Fault::of("mark as read what concerns a person", &error).into_response();
    }
    Redirect::to(&Address::Notifications.to_string()).into_response()
}
