//! What Meta posts: taken in, made durable, applied.
//!
//! The request does as little as can be: check the signature, take the body apart, write the journal,
//! answer. Everything else is done by a worker from the journal.

mod hook;
mod journal;
mod signature;
pub mod worker;

use crate::config::Settings;
use crate::program::Program;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use std::sync::Arc;
use tokio::sync::Notify;

pub use hook::rows;
pub use signature::Secrets;

/// Meta sends at most a thousand updates at once; this is far above that.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// Where Meta posts to.
pub const PATH: &str = "/webhooks/meta";

/// What intake needs beside the store.
pub struct Intake {
    pub secrets: Secrets,
    pub verify_token: Option<String>,
    pub our_app_id: Option<Arc<str>>,
    journal: journal::Journal,
    /// There is something to apply.
    pub wanted: Notify,
}

impl Intake {
    pub fn new(settings: &Settings) -> Self {
        let meta = &settings.meta;
        Self {
            secrets: Secrets::new(meta.secrets().map(|it| it.expose().as_bytes())),
            verify_token: meta.verify_token.as_ref().map(|it| it.expose().to_owned()),
            our_app_id: meta.app_id.as_ref().map(|it| Arc::from(it.0.as_str())),
            journal: journal::Journal::default(),
            wanted: Notify::new(),
        }
    }
}

pub fn router(program: &Program) -> Router {
    Router::new()
        .route(PATH, get(hook::handshake).post(hook::receive))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(program.clone())
}
