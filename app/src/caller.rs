//! Who is asking, for pages and server functions alike.

use crate::error::AppError;
use crate::status;
use http::StatusCode;
use http::request::Parts;
use leptos::reactive::owner::with_context;
use server::auth::Caller;

/// The person whom the server recognised before the request came here.
pub fn current() -> Result<Caller, AppError> {
    with_context(|parts: &Parts| parts.extensions.get::<Caller>().cloned()).flatten().ok_or_else(|| {
        status::set(StatusCode::UNAUTHORIZED);
        AppError::SignedOut
    })
}
