//! `/webhooks/meta`.

use super::journal::Refused;
use crate::program::Program;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::meta::identity::{dedupe_key, lane};
use model::meta::read::{self, NotJson};
use model::time::Timestamp;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use crate::seams::Seams;
use crate::store::intake::{Fate, NewInbound};

/// Meta asks whether we are who was named in the dashboard. The keys have a dot in them.
pub(super) async fn handshake(State(program): State<Program>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let value = |name: &str| form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, it)| it);
    let Some(expected) = &program.intake.verify_token else {
        tracing::warn!("Meta asks to subscribe, but no verify token is set (SWITCHBOARD_META_VERIFY_TOKEN)");
        return (StatusCode::FORBIDDEN, "no verify token is set here\n").into_response();
    };
    // Digests take the same time to compare wherever they differ.
    let same = |token: &str| Sha256::digest(token) == Sha256::digest(expected);
    let subscribes = value("hub.mode").is_some_and(|it| it == "subscribe");
    match value("hub.challenge") {
        Some(challenge) if subscribes && value("hub.verify_token").is_some_and(|it| same(&it)) => {
            tracing::info!("Meta subscribed to the webhook");
            challenge.into_owned().into_response()
        }
        _ => (StatusCode::FORBIDDEN, "not the verify token that is set here\n").into_response(),
    }
}

/// 200 only when everything in `body` is durable.
pub(super) async fn receive(State(program): State<Program>, headers: HeaderMap, body: Bytes) -> Response {
    if program.intake.secrets.is_empty() {
        tracing::warn!("Meta posts, but no app secret is set (SWITCHBOARD_META_APP_SECRETS): refused");
    }
    let is_signed = program.intake.secrets.signed(&headers, &body);
    program.health.was_posted(is_signed);
    if !is_signed {
        metrics::counter!("switchboard_webhooks_total", "outcome" => "unsigned").increment(1);
        return (StatusCode::UNAUTHORIZED, "the signature does not fit\n").into_response();
    }
    let rows = rows(&program.seams, &body);
    let n_rows = rows.len();
    match program.intake.journal.write(&program, rows).await {
        Ok(()) => {
            metrics::counter!("switchboard_webhooks_total", "outcome" => "taken").increment(1);
            metrics::counter!("switchboard_events_total").increment(n_rows as u64);
            StatusCode::OK.into_response()
        }
        Err(refused) => {
            metrics::counter!("switchboard_webhooks_total", "outcome" => "refused").increment(1);
            let why = match refused {
                Refused::Full => "more comes in than can be written\n",
                Refused::NotWritten => "the database does not answer\n",
            };
            // Meta tries again.
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
    }
}

/// What the journal is to hold of `body`.
pub fn rows(seams: &Seams, body: &[u8]) -> Vec<NewInbound> {
    let received_at = seams.now();
    match read::items(body, received_at) {
        Ok(items) => items.into_iter().map(|item| NewInbound::of(seams.new_id(), item, received_at)).collect(),
        Err(NotJson) => vec![unreadable(seams, body, received_at)],
    }
}

/// Signed by Meta, and yet not JSON: kept, because it may be our reading that is wrong.
fn unreadable(seams: &Seams, body: &[u8], received_at: Timestamp) -> NewInbound {
    let raw = String::from_utf8_lossy(body).replace('\0', "\u{fffd}");
    NewInbound {
        id: seams.new_id(),
        dedupe_key: dedupe_key("", "", received_at, &raw),
        object: String::new(),
        account: String::new(),
        contact: None,
        app_id: None,
        lane: lane("", "", None),
        fate: Fate::Unknown("not JSON".to_owned()),
        raw,
        received_at,
    }
}
