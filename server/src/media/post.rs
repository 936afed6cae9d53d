//! `GET /media/post/{picture}`: the picture of one of the account's own posts, passed on while its
//! author chooses among them. A page of ours loads nothing from elsewhere, and Meta learns nothing of
//! who looks. The path says where the picture lies, and is good only as this program has signed it.

use super::link::{is_signed, sign};
use super::serve::{not_found, shown_only};
use super::sniff::is_shown;
use crate::auth::caller::{Caller, refusal};
use crate::program::Program;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::time::HOUR_S;

/// The page keeps its list for as long as it is open.
const SHOWN_FOR_S: i64 = 8 * HOUR_S;

/// The path under which it can be seen.
pub fn picture_path(program: &Program, url: &str) -> String {
    let path = format!("/media/post/{}", URL_SAFE_NO_PAD.encode(url));
    sign(&program.media_key, &path, program.seams.now().plus_s(SHOWN_FOR_S))
}

pub(super) async fn pass(
    State(program): State<Program>,
    picture: Result<Path<String>, PathRejection>,
    caller: Option<Extension<Caller>>,
    method: Method,
    uri: Uri,
) -> Response {
    if caller.is_none() {
        return refusal(&method, &uri);
    }
    let is_ours = is_signed(&program.media_key, uri.path(), uri.query().unwrap_or_default(), program.seams.now());
    let url = picture.ok().and_then(|it| URL_SAFE_NO_PAD.decode(it.0).ok()).and_then(|it| String::from_utf8(it).ok());
    let Some(url) = url.filter(|_| is_ours) else { return not_found() };
    match program.fetcher.pass(&url).await {
        Ok(passing) if is_shown(passing.content_type) && passing.content_type.starts_with("image/") => {
            shown_only(Body::from_stream(passing.bytes).into_response(), passing.content_type)
        }
        Ok(_) => not_found(),
        Err(error) => {
            tracing::debug!(error = %error, "the picture of a post could not be passed on");
            (StatusCode::BAD_GATEWAY, "the picture cannot be shown now\n").into_response()
        }
    }
}
