//! Numbering the feed on Postgres. A number taken inside a transaction could become visible after a
//! higher one, and a reader would pass over it. So changes are written without one, and a short
//! transaction of its own numbers what is committed, whoever wrote it, and tells every process.

use super::statements::changes::insert_changes;
use super::{Conn, Pools};
use crate::store::changes::{AT_ONCE, NewChange};
use crate::store::{StoreResult, doing};
use tokio::sync::watch;

pub(super) const CHANNEL: &str = "switchboard_changes";

/// At once: each unit of work commits by itself.
pub(super) async fn write(conn: &mut Conn, changes: &[NewChange]) -> StoreResult<()> {
    insert_changes(conn, changes).await
}

/// None yet.
#[expect(clippy::unused_async, reason = "on SQLite this takes numbers from the database")]
pub(super) async fn first_number(_conn: &mut Conn, _n: usize) -> StoreResult<Option<i64>> {
    Ok(None)
}

pub(super) async fn number(pools: &Pools) -> StoreResult<u32> {
    let mut conn = pools.read().await.map_err(doing("number changes"))?;
    // Mostly another process was quicker; then nobody need wait for the head.
    let first: Option<String> = sqlx::query_scalar("select id from changes where seq is null limit 1")
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("number changes"))?;
    drop(conn);
    match first {
        Some(_) => pools.write("number changes", |conn| Box::pin(number_committed(conn))).await,
        None => Ok(0),
    }
}

async fn number_committed(conn: &mut Conn) -> StoreResult<u32> {
    // Held until the commit: numbers become visible in order. The next statement sees whatever was
    // committed before the lock was had.
    let head: i64 = sqlx::query_scalar("select seq from change_head where id = 'head' for update")
        .fetch_one(&mut *conn)
        .await
        .map_err(doing("number changes"))?;
    let numbered = sqlx::query(
        "update changes set seq = $1 + next.place
         from (
             select id, row_number() over (order by id) as place
             from (select id from changes where seq is null order by id limit $2) as waiting
         ) as next
         where changes.id = next.id",
    )
    .bind(head)
    .bind(i64::from(AT_ONCE))
    .execute(&mut *conn)
    .await
    .map_err(doing("number changes"))?;
    let n_numbered = u32::try_from(numbered.rows_affected()).unwrap_or(u32::MAX);
    if n_numbered > 0 {
        let head = head + i64::from(n_numbered);
        sqlx::query("update change_head set seq = $1 where id = 'head'")
            .bind(head)
            .execute(&mut *conn)
            .await
            .map_err(doing("number changes"))?;
        sqlx::query("select pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(head.to_string())
            .execute(conn)
            .await
            .map_err(doing("tell of changes"))?;
    }
    Ok(n_numbered)
}

/// From the first call on also hears of what other processes numbered.
pub(super) fn listen(pools: &Pools) -> watch::Receiver<()> {
    pools.listening.start(&pools.signal, &pools.words);
    pools.signal.subscribe()
}
