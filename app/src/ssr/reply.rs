//! Replying without the program in the browser: a plain form, and the page again if something is wrong.

use super::{PagesState, read_form};
use crate::parts::composer::PostedReply;
use crate::path::Path as Address;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use model::desk::{DraftMode, NewNote, Noted};
use model::ids::ConversationId;
use model::outgoing::{Part, Replied, Reply};
use model::view::View;
use serde::Deserialize;
use server::auth::Caller;
use server::desk;
use server::http::fault::Fault;
use server::inbox::InboxError;
use server::outbox;

#[derive(Deserialize)]
struct Posted {
    client_id: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    mode: DraftMode,
    /// What the list beside it showed.
    #[serde(default)]
    view: String,
    #[serde(default)]
    q: String,
}

pub(super) async fn post_reply(
    State(state): State<PagesState>,
    Path(conversation): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let Ok(conversation) = conversation.parse::<ConversationId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (request, posted) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let view = View::from_word(&posted.view).unwrap_or_default();
    let address = Address::Conversation { view, words: &posted.q, id: conversation }.to_string();
    // Browsers send line ends as two characters, which Meta would count.
    let text = posted.text.replace("\r\n", "\n");
    if posted.mode == DraftMode::Note {
        let note = NewNote { client_id: posted.client_id, text: text.clone() };
        let noted = desk::note(&state.program, &caller, conversation, note).await;
        return match noted {
            Ok(Noted::Added { .. }) => Redirect::to(&address).into_response(),
            // Not in the field: there it would be a reply.
            Ok(Noted::Refused { words }) => {
                let problems = vec![words, "This note was not kept:".to_owned(), text];
                page_again(&state, request, &address, PostedReply { text: String::new(), problems }).await
            }
            Err(error) => refused(&error),
        };
    }
    let parts = vec![Part::Text { text: text.clone(), quick_replies: Vec::new() }];
    let reply = Reply { client_id: posted.client_id, parts, reply_to: None, comment: None, send_at: None, seen: None };
    match outbox::reply(&state.program, &caller, conversation, reply).await {
        Ok(Replied::Queued { .. }) => Redirect::to(&address).into_response(),
        Ok(Replied::Refused { problems }) => {
            let problems = problems.into_iter().map(|it| it.words).collect();
            page_again(&state, request, &address, PostedReply { text, problems }).await
        }
        // Nothing that is posted says what was seen.
        Ok(Replied::Held { unseen }) => {
            page_again(&state, request, &address, PostedReply { text, problems: vec![unseen.preview] }).await
        }
        Err(error) => refused(&error),
    }
}

pub(super) fn refused(error: &InboxError) -> Response {
    match error {
        InboxError::NotFound => StatusCode::NOT_FOUND.into_response(),
        InboxError::Meta(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        InboxError::SignedOut => Redirect::to("/login").into_response(),
        InboxError::Store(error) => Fault::of("keep what was written", error).into_response(),
    }
}

/// The conversation, with what was written and what is wrong with it.
async fn page_again(state: &PagesState, request: Request, address: &str, posted: PostedReply) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.uri = Uri::try_from(address).unwrap_or_default();
    let request = Request::from_parts(parts, body);
    let page = state.inbox(&request).await;
    let mut response = state.renderer.render_with(request, page, posted).await;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}
