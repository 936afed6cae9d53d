//! When something breaks: logged once, with its whole chain, under a reference; the browser gets
//! the reference and nothing else.

use crate::start::chain;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode};
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};

/// Something of ours that broke, ready to be answered.
#[derive(Debug, Clone)]
pub struct Fault {
    pub reference: String,
}

impl Fault {
    /// Logs that `doing` failed because of `error`.
    pub fn of(doing: &'static str, error: &(dyn std::error::Error + 'static)) -> Self {
        let reference = reference();
        let why = chain(error);
        tracing::error!(fault.reference = %reference, error = %why, "could not {doing}: {why}");
        Self { reference }
    }
}

/// Short enough to be read out on the telephone; unique within the logs of a process.
fn reference() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("F{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let words = format!(
            "Something went wrong here. Nothing was lost; try again. If it stays, tell your admin this reference: {}\n",
            self.reference
        );
        (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
    }
}

/// The answer of a request whose code panicked. The panic itself was logged by the panic hook.
pub(crate) fn caught(_payload: Box<dyn Any + Send + 'static>) -> HttpResponse<Body> {
    metrics::counter!("switchboard_panics_total", "where" => "request").increment(1);
    let reference = reference();
    tracing::error!(fault.reference = %reference, "a request panicked");
    let mut response = Fault { reference }.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
