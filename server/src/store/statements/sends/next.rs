//! When it is worth looking again.

use super::super::Conn;
use super::claim::claimable;
use crate::store::{StoreResult, doing};
use model::time::Timestamp;
use sqlx::FromRow;

const LOOKING: &str = "look for what is to be sent";

/// No later than the first moment at which a claim finds something, as things stand. It is over only if
/// one finds something now.
pub(super) async fn next(conn: &mut Conn, now: Timestamp) -> StoreResult<Option<Timestamp>> {
    let sql = concat!("select 1 from outbox o where ", claimable!(), " limit 1");
    let ready: Option<i32> =
        sqlx::query_scalar(sql).bind(now.0).bind(now.0).fetch_optional(&mut *conn).await.map_err(doing(LOOKING))?;
    if ready.is_some() {
        return Ok(Some(now));
    }
    let held = held(conn, now).await?;
    let later: Option<i64> = sqlx::query_scalar("select min(due_at) from outbox where state = 'ready' and due_at > $1")
        .bind(now.0)
        .fetch_one(conn)
        .await
        .map_err(doing(LOOKING))?;
    Ok(held.into_iter().chain(later).min().map(Timestamp))
}

/// What is due and was put off, or is of an account that has no free moment.
#[derive(FromRow)]
struct HeldRow {
    retry_at: Option<i64>,
    free_at: i64,
}

async fn held(conn: &mut Conn, now: Timestamp) -> StoreResult<Option<i64>> {
    let rows: Vec<HeldRow> = sqlx::query_as(
        "select due.retry_at, coalesce((
             select max(case when l.kind = due.pace and l.next_at > l.blocked_until then l.next_at else l.blocked_until end)
             from account_limits l where l.account_id = due.account_id
         ), 0) as free_at
         from (
             select account_id, pace, min(case when retry_at > $1 then retry_at end) as retry_at
             from outbox where state = 'ready' and due_at <= $1 group by account_id, pace
         ) as due",
    )
    .bind(now.0)
    .fetch_all(conn)
    .await
    .map_err(doing(LOOKING))?;
    // What is free and was not put off waits behind something: whoever settles that looks again.
    let moments = |it: HeldRow| [it.retry_at.map(|retry_at| retry_at.max(it.free_at)), Some(it.free_at)];
    Ok(rows.into_iter().flat_map(moments).flatten().filter(|it| *it > now.0).min())
}
