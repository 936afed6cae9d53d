//! One log line and one measurement a request. Routes are named by their pattern, never by their
//! path: paths hold ids and secrets.

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument as _;

/// Anybody can make up a method, and each would be a series of its own for ever.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

pub(super) async fn request(request: Request, next: Next) -> Response {
    let method = known(request.method());
    let pattern = request.extensions().get::<MatchedPath>().map(|it| it.as_str().to_owned());
    let route = pattern.unwrap_or_else(|| "page".to_owned());
    let id = request.headers().get("x-request-id").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let span = tracing::info_span!("request", request.id = %id);
    let start = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let took = start.elapsed();
    let status = response.status().as_u16();
    let labels = [("method", method.to_owned()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("switchboard_requests_total", &labels).increment(1);
    metrics::histogram!("switchboard_request_seconds", "route" => route.clone()).record(took);
    let duration_ms = took.as_secs_f64() * 1000.0;
    let _inside = span.enter();
    // Probes and webhooks come every few seconds and faster; they are not what an operator looks for.
    let is_routine = matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics" | crate::intake::PATH);
    if is_routine && status < 400 {
        tracing::debug!(http.method = method, http.route = %route, http.status = status, duration_ms, "answered");
    } else {
        tracing::info!(http.method = method, http.route = %route, http.status = status, duration_ms, "answered");
    }
    response
}
