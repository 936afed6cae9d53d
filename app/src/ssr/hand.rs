//! Taking a conversation over, and handing it to the bot: plain forms, with or without the program.

use super::{PagesState, Posted, reply};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Request, State};
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use model::ids::ConversationId;
use model::view::View;
use server::auth::Caller;
use server::handovers::{self, Handed};
use server::inbox::InboxResult;

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/inbox/{conversation}/take-over", post(take_over))
        .route("/inbox/{conversation}/hand-to-bot", post(hand_to_bot))
}

async fn take_over(
    State(state): State<PagesState>,
    Path(conversation): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let Ok(id) = conversation.parse() else { return StatusCode::NOT_FOUND.into_response() };
    let handed = handovers::take_over(&state.program, &caller, id).await;
    answer(&state, request, id, handed).await
}

async fn hand_to_bot(
    State(state): State<PagesState>,
    Path(conversation): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let Ok(id) = conversation.parse() else { return StatusCode::NOT_FOUND.into_response() };
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let note = given.text("note").replace("\r\n", "\n");
    let handed = handovers::hand_to_bot(&state.program, &caller, id, Some(note)).await;
    answer(&state, request, id, handed).await
}

async fn answer(state: &PagesState, request: Request, id: ConversationId, handed: InboxResult<Handed>) -> Response {
    let back = back(request.headers(), id);
    match handed {
        Ok(Handed::Done) => Redirect::to(&back).into_response(),
        Ok(Handed::Refused { words }) => {
            state.page_as(request, StatusCode::CONFLICT, Page::NotHanded { words, back }).await
        }
        Err(error) => reply::refused(&error),
    }
}

/// Where it was pressed, with the list that stood beside it.
fn back(headers: &HeaderMap, id: ConversationId) -> String {
    let plain = Address::Conversation { view: View::default(), words: "", id }.to_string();
    let came_from = headers.get(REFERER).and_then(|it| it.to_str().ok()).and_then(|it| it.parse::<Uri>().ok());
    match came_from.filter(|it| it.path() == format!("/inbox/{id}")).as_ref().and_then(Uri::query) {
        Some(query) => format!("/inbox/{id}?{query}"),
        None => plain,
    }
}
