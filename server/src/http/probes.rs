//! What watches the program from outside.

use crate::program::Program;
use crate::start::chain;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::time::Duration;

/// A probe that waits longer has given up anyway.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// 200 when requests can be served, else 503 and why.
pub(super) async fn readiness(State(program): State<Program>) -> impl IntoResponse {
    match tokio::time::timeout(PATIENCE, objection(&program)).await {
        Ok(None) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(Some(why)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned()),
    }
}

async fn objection(program: &Program) -> Option<String> {
    if program.stopping.is_cancelled() {
        return Some("stopping".to_owned());
    }
    // Migrations were done before the first request could come.
    program.store.ping().await.err().map(|error| chain(&error))
}

pub(super) async fn metrics() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], crate::telemetry::metrics().render())
}
