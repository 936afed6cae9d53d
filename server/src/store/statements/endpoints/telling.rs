//! What is due is claimed, and what became of it is written down.

use super::super::tokens::sight_of;
use super::{Conn, TELLING, bring_forward, hold, lets_in, read_back};
use crate::store::endpoints::{ClaimDeliveries, Claimed, Due, Fate};
use crate::store::{StoreResult, doing};
use model::endpoints::DeliveryKey;
use model::ids::EndpointId;
use model::time::Timestamp;
use sqlx::FromRow;

/// So many processes with so many endpoints that something is due for.
const DUE_MOST: i64 = 200;

/// That may be told something at `$1`.
macro_rules! open {
    () => {
        concat!("from endpoints e join api_tokens t on t.id = e.token_id where e.state = 'active' and ", lets_in!("$1"))
    };
}

#[derive(FromRow)]
struct DueRow {
    id: String,
    due_at: Option<i64>,
    held_until: Option<i64>,
}

pub(super) async fn due(conn: &mut Conn, now: Timestamp) -> StoreResult<Due> {
    let rows: Vec<DueRow> = sqlx::query_as(concat!(
        "select e.id, e.held_until, (
             select min(d.due_at) from endpoint_deliveries d where d.endpoint_id = e.id and d.state = 'ready'
         ) as due_at ",
        open!(),
        " limit $2"
    ))
    .bind(now.0)
    .bind(DUE_MOST)
    .fetch_all(conn)
    .await
    .map_err(doing(TELLING))?;
    let mut found = Vec::new();
    for row in rows {
        let Some(due_at) = row.due_at else { continue };
        let at = due_at.max(row.held_until.unwrap_or(due_at));
        found.push((at, read_back::<EndpointId>(&row.id, "endpoints", "id", &row.id)?));
    }
    found.sort_unstable();
    let next_at = found.iter().map(|it| it.0).find(|at| *at > now.0).map(Timestamp);
    let ids = found.into_iter().take_while(|it| it.0 <= now.0).map(|it| it.1).collect();
    Ok(Due { ids, next_at })
}

#[derive(FromRow)]
struct OpenRow {
    url: String,
    secret: String,
    token_id: String,
    scopes: String,
    held_until: Option<i64>,
    failing_since: Option<i64>,
    n_running: i64,
}

#[derive(FromRow)]
struct ClaimedRow {
    seq: i64,
    part: i32,
    conversation_id: String,
    message_id: Option<String>,
    event: String,
    owner: Option<String>,
    attempts: i32,
    created_at: i64,
}

pub(super) async fn claim(conn: &mut Conn, id: EndpointId, claim: ClaimDeliveries) -> StoreResult<Vec<Claimed>> {
    if !hold(conn, id).await? {
        return Ok(Vec::new());
    }
    let open: Option<OpenRow> = sqlx::query_as(concat!(
        "select e.url, e.secret, e.token_id, t.scopes, e.held_until, e.failing_since, (
             select count(*) from endpoint_deliveries d where d.endpoint_id = e.id and d.state = 'running'
         ) as n_running ",
        open!(),
        " and e.id = $2"
    ))
    .bind(claim.now.0)
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(TELLING))?;
    let Some(open) = open.filter(|it| it.held_until.is_none_or(|until| until <= claim.now.0)) else {
        return Ok(Vec::new());
    };
    // One shows whether it is there again.
    let at_a_time = if open.failing_since.is_some() { 1 } else { i64::from(claim.at_a_time) };
    let room = (at_a_time - open.n_running).min(i64::from(claim.limit));
    if room <= 0 {
        return Ok(Vec::new());
    }
    let rows: Vec<ClaimedRow> = sqlx::query_as(
        "update endpoint_deliveries set state = 'running', lease_until = $3, attempts = attempts + 1
         where endpoint_id = $1 and state = 'ready' and (seq, part) in (
             select seq, part from endpoint_deliveries
             where endpoint_id = $1 and state = 'ready' and due_at <= $2 order by due_at, seq limit $4
         )
         returning seq, part, conversation_id, message_id, event, owner, attempts, created_at",
    )
    .bind(id.to_string())
    .bind(claim.now.0)
    .bind(claim.lease_until.0)
    .bind(room)
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(TELLING))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sight = sight_of(conn, &open.token_id, &open.scopes).await?;
    rows.into_iter()
        .map(|it| {
            let row = it.seq.to_string();
            let message = it.message_id.map(|it| read_back(&it, "endpoint_deliveries", "message_id", &row)).transpose();
            Ok(Claimed {
                key: DeliveryKey { endpoint: id, seq: it.seq, part: it.part },
                url: open.url.clone(),
                secret: open.secret.clone(),
                sight: sight.clone(),
                conversation: read_back(&it.conversation_id, "endpoint_deliveries", "conversation_id", &row)?,
                message: message?,
                topic: read_back(&it.event, "endpoint_deliveries", "event", &row)?,
                owner: it.owner,
                attempts: it.attempts,
                made_at: Timestamp(it.created_at),
            })
        })
        .collect()
}

pub(super) async fn settle(conn: &mut Conn, claimed: &Claimed, fate: &Fate, now: Timestamp) -> StoreResult<()> {
    let id = claimed.key.endpoint;
    if !hold(conn, id).await? {
        return Ok(());
    }
    let (state, due_at, status, error) = match fate {
        Fate::Delivered { status } => ("delivered", now, Some(*status), None),
        Fate::Pointless => ("delivered", now, None, None),
        Fate::Failed { status, error, again_at: Some(at), .. } => ("ready", *at, *status, Some(error.as_str())),
        Fate::Failed { status, error, again_at: None, .. } => ("failed", now, *status, Some(error.as_str())),
    };
    let has_ended = state != "ready";
    let done = sqlx::query(
        "update endpoint_deliveries set state = $5, due_at = $6, status = $7, error = $8, lease_until = null,
             ended_at = $9
         where endpoint_id = $1 and seq = $2 and part = $3 and state = 'running' and attempts = $4",
    )
    .bind(id.to_string())
    .bind(claimed.key.seq)
    .bind(claimed.key.part)
    .bind(claimed.attempts)
    .bind(state)
    .bind(due_at.0)
    .bind(status.map(i32::from))
    .bind(error)
    .bind(has_ended.then_some(now.0))
    .execute(&mut *conn)
    .await
    .map_err(doing(TELLING))?;
    if done.rows_affected() == 0 {
        return Ok(());
    }
    if has_ended {
        bring_forward(conn, id, &claimed.conversation.to_string(), now).await?;
    }
    match fate {
        Fate::Delivered { .. } => recovered(conn, id, now).await,
        Fate::Failed { held_until, .. } => failing(conn, id, *held_until, now).await,
        Fate::Pointless => Ok(()),
    }
}

/// It is there again: whatever could not reach it need not wait longer.
async fn recovered(conn: &mut Conn, id: EndpointId, now: Timestamp) -> StoreResult<()> {
    let was: Option<(String,)> = sqlx::query_as(
        "update endpoints set failing_since = null, held_until = null, n_unreached = 0
         where id = $1 and (failing_since is not null or n_unreached > 0) returning id",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(TELLING))?;
    if was.is_none() {
        return Ok(());
    }
    sqlx::query(
        "update endpoint_deliveries set due_at = $2
         where endpoint_id = $1 and state = 'ready' and due_at > $2 and status is null",
    )
    .bind(id.to_string())
    .bind(now.0)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(TELLING))
}

async fn failing(conn: &mut Conn, id: EndpointId, held_until: Option<Timestamp>, now: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "update endpoints set failing_since = coalesce(failing_since, $2), held_until = $3,
             n_unreached = case when $3 is null then 0 else n_unreached + 1 end
         where id = $1",
    )
    .bind(id.to_string())
    .bind(now.0)
    .bind(held_until.map(|it| it.0))
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(TELLING))
}

/// The process that had them ended. Whether they arrived nobody knows: they are told again, under the same name.
pub(super) async fn orphan(conn: &mut Conn, all: bool, now: Timestamp) -> StoreResult<u64> {
    let done = sqlx::query(
        "update endpoint_deliveries set state = 'ready', lease_until = null, due_at = $1
         where state = 'running' and ($2 or lease_until <= $1)",
    )
    .bind(now.0)
    .bind(all)
    .execute(conn)
    .await
    .map_err(doing(TELLING))?;
    Ok(done.rows_affected())
}

pub(super) async fn purge(conn: &mut Conn, before: Timestamp, limit: u32) -> StoreResult<u64> {
    let ended = sqlx::query(
        "delete from endpoint_deliveries where (endpoint_id, seq, part) in (
             select endpoint_id, seq, part from endpoint_deliveries where ended_at is not null and ended_at < $1 limit $2
         )",
    )
    .bind(before.0)
    .bind(i64::from(limit))
    .execute(&mut *conn)
    .await
    .map_err(doing(TELLING))?
    .rows_affected();
    if ended > 0 {
        return Ok(ended);
    }
    // Nobody tells these: all of a conversation go together, so nothing is left waiting behind nothing.
    let stuck = sqlx::query(
        "delete from endpoint_deliveries where (endpoint_id, conversation_id) in (
             select d.endpoint_id, d.conversation_id from endpoint_deliveries d
             where d.state = 'ready' and d.created_at < $1 and d.due_at < $1 limit $2
         ) and state in ('waiting', 'ready')",
    )
    .bind(before.0)
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map_err(doing(TELLING))?;
    Ok(stuck.rows_affected())
}
