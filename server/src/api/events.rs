//! What happens, as it happens.

use super::access::Asking;
use super::problem::{Problem, Problems};
use crate::live;
use crate::program::Program;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use model::tokens::Scope;

/// Server-sent events of what this token may see: `message` and `conversation` name what is new or has changed;
/// `resync` says that something is missing, and everything is to be asked for again. Each has a number as its `id`:
/// connect again with it as `Last-Event-ID`, and nothing is left out or told twice for 24 hours.
#[utoipa::path(get, path = "/events", params(("Last-Event-ID" = Option<String>, Header)),
    security(("token" = ["read"])),
    responses((status = 200, description = "A stream that does not end", body = String, content_type = "text/event-stream"),
        Problems))]
pub(super) async fn listen(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    asking.may(Scope::Read)?;
    let stream = live::open_for_program(program, &asking.token, asking.fingerprint.clone(), &headers).await?;
    stream.ok_or_else(Problem::no_token)
}
