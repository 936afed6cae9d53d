//! `GET /media/story/{message}/{position}`: a story that was passed on or that names the account. Meta
//! forbids to keep its file, so it is fetched anew each time and passed through. Once its author took
//! it away or its day is over, the thread says so.

use super::serve::{not_found, shown_only};
use super::sniff::is_shown;
use crate::auth::caller::{Caller, refusal};
use crate::http::fault::Fault;
use crate::media::fetch::FetchError;
use crate::program::Program;
use crate::start::chain;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use model::ids::MessageId;

pub(super) async fn pass(
    State(program): State<Program>,
    Path((message, position)): Path<(String, i32)>,
    caller: Option<Extension<Caller>>,
    method: Method,
    uri: Uri,
) -> Response {
    let Some(Extension(caller)) = caller else { return refusal(&method, &uri) };
    let Ok(message) = message.parse::<MessageId>() else { return not_found() };
    let story = program.store.story_for_person(message, position, caller.me.id, caller.me.role).await;
    let url = match story {
        Ok(Some(url)) => url,
        Ok(None) => return not_found(),
        Err(error) => return Fault::of("look up a story", &error).into_response(),
    };
    match program.fetcher.pass(&url).await {
        Ok(passing) if is_shown(passing.content_type) => {
            shown_only(Body::from_stream(passing.bytes).into_response(), passing.content_type)
        }
        Ok(_) => not_found(),
        Err(error @ FetchError::Gone(_)) => {
            let gone = program.store.story_gone(message, position, error.reason(), program.seams.now()).await;
            if let Err(error) = gone {
                tracing::warn!(error = %chain(&error), "a story is gone, and the thread does not say so yet");
            }
            not_found()
        }
        Err(error) => {
            tracing::debug!(error = %error, "a story could not be passed on");
            (StatusCode::BAD_GATEWAY, "the story cannot be shown now\n").into_response()
        }
    }
}
