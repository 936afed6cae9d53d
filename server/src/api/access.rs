//! Who asks: the token of a request, what it allows and how fast it may ask.

use super::pace::Turn;
use super::problem::Problem;
use crate::chance::fingerprint;
use crate::program::Program;
use crate::start::chain;
use crate::store::doer::Doer;
use crate::store::tokens::KnownToken;
use crate::tokens::BEGINNING;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use model::ids::ApiTokenId;
use model::time::Timestamp;
use model::tokens::Scope;
use std::sync::Arc;

/// The program that asks.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub token: Arc<KnownToken>,
    pub fingerprint: String,
}

impl Asking {
    /// Everything that a call does begins with this.
    pub(super) fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.token.scopes.contains(&scope) { Ok(()) } else { Err(Problem::not_allowed(scope)) }
    }

    pub(super) fn doer(&self) -> Doer {
        Doer::Program { token: self.token.id, bot: self.token.bot.as_ref().map(|it| it.id) }
    }
}

pub(super) async fn let_in(State(program): State<Program>, mut request: Request, next: Next) -> Response {
    let Some(token) = bearer(request.headers()) else { return Problem::no_token().into_response() };
    let (fingerprint, now) = (fingerprint(token), program.seams.now());
    let known = match program.store.find_token(fingerprint.clone(), now).await {
        Ok(Some(known)) => known,
        Ok(None) => return Problem::no_token().into_response(),
        Err(error) => return Problem::from(error).into_response(),
    };
    match program.api.paces.take(known.id, known.used_at, now) {
        Turn::Wait { wait_s } => return Problem::too_many(wait_s).into_response(),
        Turn::Granted(true) => note_used(&program, known.id, now),
        Turn::Granted(false) => {}
    }
    request.extensions_mut().insert(Asking { token: Arc::new(known), fingerprint });
    next.run(request).await
}

/// What is no token of ours is not looked up.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(BEGINNING)).then_some(token)
}

/// On a task of its own: nobody waits for it.
fn note_used(program: &Program, token: ApiTokenId, now: Timestamp) {
    let told = program.clone();
    program.workers.spawn(async move {
        if let Err(error) = told.store.note_token_used(token, now).await {
            tracing::debug!(error = %chain(&error), "it is not noted that an API token was used");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_behind_its_scheme() {
        let read = |value: &str| {
            let headers = [(AUTHORIZATION, value.parse().unwrap())].into_iter().collect();
            bearer(&headers).map(str::to_owned)
        };
        for good in ["Bearer swb_kiln", "bearer  swb_kiln "] {
            assert_eq!(read(good).as_deref(), Some("swb_kiln"), "{good}");
        }
        for wrong in ["swb_kiln", "Basic swb_kiln", "Bearer", "Bearer ", "Bearer kiln", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
