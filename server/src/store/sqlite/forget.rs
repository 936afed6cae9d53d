//! What was deleted leaves the file itself: freed bytes are overwritten at once (`secure_delete`), and here the log
//! is written back and emptied, which still held what stood there before.

use super::Pools;
use crate::store::{StoreResult, doing};

pub(super) async fn forget(pools: &Pools) -> StoreResult<bool> {
    const EMPTYING: &str = "empty the log of the database";
    pools
        .writer
        .alone(EMPTYING, |conn| {
            Box::pin(async move {
                let (is_busy, ..): (i64, i64, i64) =
                    sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(conn).await.map_err(doing(EMPTYING))?;
                Ok(is_busy == 0)
            })
        })
        .await
}
