//! Numbering the feed on SQLite: there is one writer, so a number is taken in the transaction that
//! writes the change, and can be read as soon as it.

use super::{Conn, Pools};
use crate::store::changes::NewChange;
use crate::store::{StoreResult, doing};
use tokio::sync::watch;

/// Nothing yet: the writer writes what the units of a commit leave, all together before it commits.
#[expect(clippy::unused_async, reason = "on Postgres this asks the database")]
pub(super) async fn write(_conn: &mut Conn, _changes: &[NewChange]) -> StoreResult<()> {
    Ok(())
}

/// The first of `n` numbers, for changes that are about to be written.
pub(super) async fn first_number(conn: &mut Conn, n: usize) -> StoreResult<Option<i64>> {
    let n = i64::try_from(n).unwrap_or_default();
    let head: i64 = sqlx::query_scalar("update change_head set seq = seq + $1 where id = 'head' returning seq")
        .bind(n)
        .fetch_one(conn)
        .await
        .map_err(doing("number changes"))?;
    Ok(Some(head - n + 1))
}

/// Nothing is ever left without a number.
#[expect(clippy::unused_async, reason = "on Postgres this asks the database")]
pub(super) async fn number(_pools: &Pools) -> StoreResult<u32> {
    Ok(0)
}

pub(super) fn listen(pools: &Pools) -> watch::Receiver<()> {
    pools.signal.subscribe()
}
