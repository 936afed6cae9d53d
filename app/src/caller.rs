//! Who is asking, for pages and server functions alike.

use crate::error::AppError;
use crate::status;
use http::StatusCode;
use http::request::Parts;
use leptos::reactive::owner::with_context;
use server::auth::Caller;
use server::program::Program;

/// The person whom the server recognised before the request came here.
pub fn current() -> Result<Caller, AppError> {
    with_context(|parts: &Parts| parts.extensions.get::<Caller>().cloned()).flatten().ok_or_else(|| {
        status::set(StatusCode::UNAUTHORIZED);
        AppError::SignedOut
    })
}

/// Who asks, and the program that answers.
pub fn asking() -> Result<(Program, Caller), AppError> {
    let caller = current()?;
    let program = with_context(|parts: &Parts| parts.extensions.get::<Program>().cloned()).flatten();
    Ok((program.ok_or_else(|| AppError::Broken { reference: "call-program".to_owned() })?, caller))
}
