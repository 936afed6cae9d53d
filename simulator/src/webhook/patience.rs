//! How an account ends of which nothing has arrived for an hour: it is subscribed no more.

use crate::world::World;
use crate::world::record::Webhook;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub const PATIENCE_MS: i64 = 60 * 60_000;

/// The callback has not shown itself. Whatever waits for it was told after the start, so one that starts
/// late has an hour for it; what has waited for longer ends with its account's subscription.
pub fn end_what_waited(world: &mut World, app_id: &str) -> BTreeSet<String> {
    let now_ms = world.now_ms();
    let waiting = world.outbox.get(app_id).into_iter().flatten();
    let waited = waiting.filter(|it| now_ms - it.due_ms >= PATIENCE_MS);
    let account_ids: BTreeSet<String> = waited.map(|it| it.account_id.clone()).collect();
    for id in &account_ids {
        end_subscription(world, app_id, id);
    }
    account_ids
}

pub fn failing_since<T>(
    world: &mut World,
    app_id: &str,
    account_id: &str,
    change: impl FnOnce(&mut Option<i64>) -> T,
) -> Option<T> {
    let subscriptions = &mut world.account_mut(account_id)?.subscriptions;
    let it = subscriptions.iter_mut().find(|it| it.app_id == app_id)?;
    Some(change(&mut it.failing_since_ms))
}

pub fn end_subscription(world: &mut World, app_id: &str, account_id: &str) {
    if let Some(queue) = world.outbox.get_mut(app_id) {
        queue.retain(|it| it.account_id != account_id);
    }
    let Some(account) = world.account_mut(account_id) else { return };
    let n_before = account.subscriptions.len();
    account.subscriptions.retain(|it| it.app_id != app_id);
    // Some is told to an app that is not subscribed.
    if account.subscriptions.len() == n_before {
        return;
    }
    let object = account.platform.object();
    tracing::warn!(account_id, "nothing has arrived for an hour: subscribed no more");
    let body = json!({"object": object, "entry": [{"id": account_id}]});
    note(world, app_id, body, "webhooks disabled: nothing has arrived for an hour, the account is subscribed no more");
}

/// What was not posted, and why.
pub fn note(world: &mut World, app_id: &str, body: Value, why: &str) {
    let at = world.now_ms();
    let (app_id, error) = (app_id.to_owned(), Some(why.to_owned()));
    world.webhooks.add(Webhook { at, app_id, body, attempt: 0, status: None, error, took_us: None });
}
