//! What goes wrong on demand: which kinds there are, which wait for their turn.

use super::{Refusal, unprocessable};
use crate::Shared;
use crate::faults::Fault;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A kind, what must be said of it, what may be said, and what it does.
type About = (&'static str, &'static [&'static str], &'static [&'static str], &'static str);

const KINDS: [About; 14] = [
    ("error", &["code"], &["subcode", "status"], "the request is refused with this error"),
    ("slow", &["ms"], &[], "the answer comes late, by the machine's clock"),
    ("timeout", &[], &[], "no answer; nothing was done"),
    ("timeout_after_delivery", &[], &[], "no answer, and yet it was done"),
    ("cut", &[], &[], "the connection is cut; nothing was done"),
    ("cut_after_delivery", &[], &[], "the connection is cut, and yet it was done"),
    ("error_after_delivery", &[], &[], "an error is answered, and yet it was done"),
    ("echo_first", &[], &[], "the echo comes before the answer to the request that caused it"),
    ("webhooks_delayed", &["by_s"], &[], "webhooks come late, by the simulator's clock"),
    ("webhooks_duplicated", &[], &[], "webhooks come twice"),
    ("webhooks_reordered", &[], &[], "a webhook changes places with the next of its account"),
    ("webhooks_batched", &["size"], &[], "so many wait for one another, a minute at most, and come in one request"),
    ("webhooks_lost", &[], &[], "webhooks never come"),
    ("wrong_signature", &[], &[], "webhooks are signed with a wrong secret"),
];
/// Of every kind.
const COMMON: [&str; 4] = ["kind", "account_id", "times", "edge"];

pub async fn list(State(simulator): State<Shared>) -> Json<Value> {
    let kinds: Vec<Value> = KINDS
        .iter()
        .map(|(kind, required, optional, does)| {
            json!({"kind": kind, "fields": required, "optional": optional, "does": does})
        })
        .collect();
    let active = simulator.look().faults.all().to_vec();
    Json(json!({"kinds": kinds, "optional": COMMON[1..], "active": active}))
}

pub async fn add(State(simulator): State<Shared>, body: Bytes) -> Result<(StatusCode, Json<Fault>), Refusal> {
    let said: Value = super::read(&body)?;
    let fault: Fault = super::read(&body)?;
    let about = KINDS.iter().find(|(kind, ..)| said["kind"] == *kind);
    // A kind of many fields leaves what it does not know; a wrong name would never be noticed.
    if let (Some((kind, required, optional, _)), Some(said)) = (about, said.as_object()) {
        let known = |key: &str| COMMON.contains(&key) || required.contains(&key) || optional.contains(&key);
        if let Some(unknown) = said.keys().find(|it| !known(it)) {
            return Err(unprocessable(&format!("{unknown}: {kind} knows no such field")));
        }
    }
    if let Some(why) = fault.impossible() {
        return Err(unprocessable(why));
    }
    if let Some(id) = &fault.account_id
        && simulator.look().account(id).is_none()
    {
        return Err(unprocessable(&format!("account_id: there is no account {id}")));
    }
    simulator.change(|world| world.faults.add(fault.clone()));
    Ok((StatusCode::CREATED, Json(fault)))
}

pub async fn clear(State(simulator): State<Shared>) -> StatusCode {
    simulator.change(|world| world.faults.clear());
    StatusCode::NO_CONTENT
}
