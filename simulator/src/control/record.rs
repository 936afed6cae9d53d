//! What apps asked and what they were told, in order; and webhooks on demand.

use super::Refusal;
use super::act::refusal;
use crate::Shared;
use crate::webhook::kinds::{KINDS, Wanted};
use crate::world::record::Record;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    #[serde(default)]
    after: u64,
}

#[derive(Serialize)]
pub struct Page<T> {
    items: Vec<Numbered<T>>,
    /// What to ask `after` next.
    next: u64,
}

#[derive(Serialize)]
struct Numbered<T> {
    n: u64,
    #[serde(flatten)]
    it: T,
}

fn page<T: Clone>(record: &Record<T>, after: u64) -> Json<Page<T>> {
    let items: Vec<_> = record.after(after).map(|(n, it)| Numbered { n, it: it.clone() }).collect();
    let next = items.last().map_or(after, |it| it.n);
    Json(Page { items, next })
}

pub async fn requests(
    State(simulator): State<Shared>,
    Query(since): Query<Since>,
) -> Json<Page<crate::world::record::Request>> {
    page(&simulator.look().requests, since.after)
}

pub async fn webhooks(
    State(simulator): State<Shared>,
    Query(since): Query<Since>,
) -> Json<Page<crate::world::record::Webhook>> {
    page(&simulator.look().webhooks, since.after)
}

pub async fn kinds() -> Json<Value> {
    Json(json!({"items": KINDS.as_slice()}))
}

/// Makes one happen, by the name of its payload in the reference.
pub async fn produce(State(simulator): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let wanted: Wanted = super::read(&body)?;
    let made = simulator.change(|world| world.produce(&wanted));
    made.map(Json).map_err(|it| refusal(it, wanted.customer_id.as_deref().unwrap_or_default()))
}
