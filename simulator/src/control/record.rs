//! What apps asked and what they were told, in order; and webhooks on demand.

use super::act::refusal;
use super::{Refusal, unprocessable};
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
    #[serde(default = "usual")]
    limit: usize,
}

const MOST: usize = 5_000;

fn usual() -> usize {
    1_000
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

/// What is copied here while the world waits is made JSON when it does not wait any more.
fn page<T: Clone>(record: &Record<T>, since: &Since) -> Page<T> {
    let items: Vec<_> =
        record.after(since.after).take(since.limit).map(|(n, it)| Numbered { n, it: it.clone() }).collect();
    let next = items.last().map_or(since.after, |it| it.n);
    Page { items, next }
}

fn checked(since: Since) -> Result<Since, Refusal> {
    let is_fine = (1..=MOST).contains(&since.limit);
    if is_fine { Ok(since) } else { Err(unprocessable(&format!("limit: expected a number from 1 to {MOST}"))) }
}

pub async fn requests(
    State(simulator): State<Shared>,
    Query(since): Query<Since>,
) -> Result<Json<Page<crate::world::record::Request>>, Refusal> {
    let since = checked(since)?;
    let page = page(&simulator.look().requests, &since);
    Ok(Json(page))
}

pub async fn webhooks(
    State(simulator): State<Shared>,
    Query(since): Query<Since>,
) -> Result<Json<Page<crate::world::record::Webhook>>, Refusal> {
    let since = checked(since)?;
    let page = page(&simulator.look().webhooks, &since);
    Ok(Json(page))
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
