//! While developing: pages hear that the program was built anew, and reload.

use crate::program::Program;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, Stream, StreamExt as _};
use std::convert::Infallible;
use std::sync::OnceLock;

/// One event with the id of this start, then silence until the program ends; the browser connects
/// again by itself and compares.
pub(super) async fn stream(State(program): State<Program>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    static START: OnceLock<String> = OnceLock::new();
    let id = START.get_or_init(|| crate::chance::secret(program.seams.chance.as_ref()));
    let first = stream::once(std::future::ready(Ok(Event::default().data(id))));
    let end = program.stopping.clone().cancelled_owned();
    Sse::new(first.chain(stream::pending()).take_until(Box::pin(end))).keep_alive(KeepAlive::default())
}
