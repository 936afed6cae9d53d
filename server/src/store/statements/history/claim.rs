//! Whose turn it is.

use super::{Conn, READING, end, hold, read_back, run};
use crate::store::history::{HistoryClaim, Listing, Thread, ToDo, Turn, Why};
use crate::store::{StoreError, StoreResult, doing};
use model::platform::Platform;
use model::time::Timestamp;
use sqlx::FromRow;
use std::collections::HashSet;

#[derive(FromRow)]
struct Row {
    id: String,
    account_id: String,
    platform: String,
    external_id: String,
    is_of_one: bool,
    person: Option<String>,
    reason: String,
    since_at: Option<i64>,
    progress: String,
    tries: i32,
    next_at: i64,
    usage_percent: i32,
}

/// What one person asked for goes before the rest, and a gap before what is old.
const DUE: &str = "select b.id, b.account_id, a.platform, a.external_id, b.contact_id is not null as is_of_one,
        (select k.external_id from contacts k where k.id = b.contact_id) as person, b.reason, b.since_at, b.progress,
        b.tries, coalesce(l.next_at, 0) as next_at, coalesce(l.usage_percent, 0) as usage_percent
    from backfills b join accounts a on a.id = b.account_id
        left join account_limits l on l.account_id = b.account_id and l.kind = 'conversations'
    where b.state in ('waiting', 'running') and b.retry_at <= $1 and a.state in ('active', 'paused')
        and coalesce(l.next_at, 0) <= $1 and coalesce(l.blocked_until, 0) <= $1
        and not exists (select 1 from backfills o where o.account_id = b.account_id and o.lease_until > $1)
    order by b.account_id, (b.contact_id is null), (b.reason <> 'gap'), b.id limit 500";

pub(super) async fn claim(conn: &mut Conn, claim: HistoryClaim) -> StoreResult<Vec<Turn>> {
    let due: Vec<Row> = sqlx::query_as(DUE).bind(claim.now.0).fetch_all(&mut *conn).await.map_err(doing(READING))?;
    let (mut turns, mut accounts) = (Vec::new(), HashSet::new());
    for row in due {
        if turns.len() >= claim.limit as usize {
            break;
        }
        if accounts.contains(&row.account_id) {
            continue;
        }
        let account = row.account_id.clone();
        if let Some(turn) = take(conn, row, claim).await? {
            accounts.insert(account);
            turns.push(turn);
        }
    }
    Ok(turns)
}

async fn take(conn: &mut Conn, row: Row, claim: HistoryClaim) -> StoreResult<Option<Turn>> {
    let id = read_back(&row.id, "backfills", "id", &row.id)?;
    if !hold(conn, id).await? {
        return Ok(None);
    }
    let listing = listing(&row.progress);
    let todo = match (listing.is_done, row.is_of_one, &row.person) {
        (true, ..) => next_thread(conn, &row.id).await?.map(ToDo::Read),
        (false, false, _) => Some(ToDo::List),
        (false, true, person) => person.clone().map(|person| ToDo::Find { person }),
    };
    let Some(todo) = todo else {
        end(conn, id, "done", None, claim.now).await?;
        return Ok(None);
    };
    if !reserve(conn, &row, claim).await? {
        return Ok(None);
    }
    let leased = sqlx::query(
        "update backfills set state = 'running', lease_until = $2
         where id = $1 and (lease_until is null or lease_until <= $3)",
    );
    if run(conn, leased.bind(&row.id).bind(claim.until.0).bind(claim.now.0)).await? == 0 {
        return Ok(None);
    }
    let odd = |table, column| StoreError::Inconsistent { table, column, row: row.id.clone() };
    Ok(Some(Turn {
        id,
        account: read_back(&row.account_id, "backfills", "account_id", &row.id)?,
        platform: Platform::from_word(&row.platform).ok_or_else(|| odd("accounts", "platform"))?,
        why: Why::from_word(&row.reason).ok_or_else(|| odd("backfills", "reason"))?,
        account_external_id: row.external_id,
        since: row.since_at.map(Timestamp),
        tries: row.tries,
        listing,
        todo,
    }))
}

/// The account's next moment, unless another process has just taken it.
async fn reserve(conn: &mut Conn, row: &Row, claim: HistoryClaim) -> StoreResult<bool> {
    let next = claim.now.0 + interval_ms(claim.pace_ms, row.usage_percent);
    let take = sqlx::query(
        "insert into account_limits (account_id, kind, next_at) values ($1, 'conversations', $2)
         on conflict (account_id, kind) do update set next_at = excluded.next_at where account_limits.next_at = $3",
    );
    Ok(run(conn, take.bind(&row.account_id).bind(next).bind(row.next_at)).await? > 0)
}

/// The nearer the account is to Meta's limits, the slower: sending needs what is left.
fn interval_ms(pace_ms: i64, used_percent: i32) -> i64 {
    match used_percent {
        ..75 => pace_ms,
        75..90 => pace_ms * 4,
        90.. => pace_ms * 30,
    }
}

/// Of what another version wrote nothing is believed: then it begins anew, which costs calls and nothing else.
pub(super) fn listing(text: &str) -> Listing {
    serde_json::from_str(text).unwrap_or_default()
}

#[derive(FromRow)]
struct ThreadRow {
    platform_id: String,
    contact_external_id: Option<String>,
    called: Option<String>,
    place: Option<String>,
}

async fn next_thread(conn: &mut Conn, backfill: &str) -> StoreResult<Option<Thread>> {
    let row: Option<ThreadRow> = sqlx::query_as(
        "select platform_id, contact_external_id, called, place from backfill_threads
         where backfill_id = $1 and state = 'waiting' order by updated_at desc, platform_id desc limit 1",
    )
    .bind(backfill)
    .fetch_optional(conn)
    .await
    .map_err(doing(READING))?;
    Ok(row.map(|it| Thread {
        platform_id: it.platform_id,
        person: it.contact_external_id.unwrap_or_default(),
        called: it.called,
        place: it.place,
    }))
}

pub(super) async fn next(conn: &mut Conn) -> StoreResult<Option<Timestamp>> {
    let next: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "select b.retry_at, coalesce(b.lease_until, 0), coalesce(l.next_at, 0), coalesce(l.blocked_until, 0)
         from backfills b join accounts a on a.id = b.account_id
             left join account_limits l on l.account_id = b.account_id and l.kind = 'conversations'
         where b.state in ('waiting', 'running') and a.state in ('active', 'paused') limit 1000",
    )
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    Ok(next.into_iter().map(|(retry, lease, next, blocked)| Timestamp(retry.max(lease).max(next).max(blocked))).min())
}

#[cfg(test)]
mod tests {
    use super::interval_ms;

    #[test]
    fn the_nearer_to_a_limit_the_slower() {
        assert!((0..150).all(|used| interval_ms(1000, used) <= interval_ms(1000, used + 1)));
        assert_eq!((interval_ms(1000, 0), interval_ms(1000, 99)), (1000, 30_000));
    }
}
