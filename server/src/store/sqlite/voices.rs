//! On SQLite one process serves: there is nobody to tell, and nobody to hear.

use super::Pools;
use crate::store::StoreResult;
use tokio::sync::broadcast;

#[expect(clippy::unused_async, reason = "on Postgres this asks the database")]
pub(super) async fn tell(_pools: &Pools, _word: String) -> StoreResult<()> {
    Ok(())
}

pub(super) fn listen(_pools: &Pools) -> broadcast::Receiver<String> {
    broadcast::channel(1).1
}
