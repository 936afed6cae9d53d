//! Words between processes go through Postgres' own notifications.

use super::Pools;
use crate::store::{StoreResult, doing};
use tokio::sync::broadcast;

pub(super) const CHANNEL: &str = "switchboard_words";

/// Postgres takes less than 8000 bytes.
const LONGEST: usize = 7900;

pub(super) async fn tell(pools: &Pools, word: String) -> StoreResult<()> {
    if word.len() > LONGEST {
        return Ok(());
    }
    let mut conn = pools.read().await.map_err(doing("tell the other processes"))?;
    sqlx::query("select pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(word)
        .execute(&mut *conn)
        .await
        .map(drop)
        .map_err(doing("tell the other processes"))
}

pub(super) fn listen(pools: &Pools) -> broadcast::Receiver<String> {
    pools.listening.start(&pools.signal, &pools.words);
    pools.words.subscribe()
}
