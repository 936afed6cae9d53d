//! Endpoints as those who run the inbox keep them.

use super::super::audit::note_deed;
use super::super::people::standing::hold_admins;
use super::super::tokens::allows;
use super::{Conn, KEEPING, LISTING, MOST, bring_forward, hold, lets_in, read_back, topics};
use crate::store::audit::{Deed, Subject};
use crate::store::endpoints::{EndpointAdded, EndpointChange, NewEndpoint, Replay};
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::endpoints::{COUNTED_MOST, DeliveryKey, ListedBot, ListedDelivery, ListedEndpoint};
use model::ids::{BotId, EndpointId};
use model::people::Refusal;
use model::time::Timestamp;
use model::tokens::Scope;
use sqlx::FromRow;

#[derive(FromRow)]
struct ListedRow {
    id: String,
    name: String,
    url: String,
    events: String,
    state: String,
    failing_since: Option<i64>,
    token: String,
    bot: Option<String>,
    is_let_in: bool,
    n_waiting: i64,
    n_failed: i64,
}

pub(super) async fn list(conn: &mut Conn, now: Timestamp) -> StoreResult<Vec<ListedEndpoint>> {
    let rows: Vec<ListedRow> = sqlx::query_as(concat!(
        "select e.id, e.name, e.url, e.events, e.state, e.failing_since, t.name as token,
             (select b.name from bots b where b.id = t.bot_id) as bot, ",
        lets_in!("$1"),
        " as is_let_in, (
             select count(*) from (
                 select 1 from endpoint_deliveries d where d.endpoint_id = e.id
                     and d.state in ('waiting', 'ready', 'running') limit $2
             ) w
         ) as n_waiting, (
             select count(*) from (
                 select 1 from endpoint_deliveries d where d.endpoint_id = e.id and d.state = 'failed' limit $2
             ) f
         ) as n_failed
         from endpoints e join api_tokens t on t.id = e.token_id order by e.name, e.id limit $3"
    ))
    .bind(now.0)
    .bind(COUNTED_MOST)
    .bind(MOST)
    .fetch_all(conn)
    .await
    .map_err(doing(LISTING))?;
    let read = |row: ListedRow| {
        Ok(ListedEndpoint {
            id: read_back(&row.id, "endpoints", "id", &row.id)?,
            name: row.name,
            url: row.url,
            topics: topics(&row.events),
            token: row.token,
            is_shut_out: !row.is_let_in,
            bot: row.bot,
            is_paused: row.state == "paused",
            failing_since: row.failing_since.map(Timestamp),
            n_waiting: row.n_waiting,
            n_failed: row.n_failed,
        })
    };
    rows.into_iter().map(read).collect()
}

pub(super) async fn add(conn: &mut Conn, deed: &Deed, it: &NewEndpoint) -> StoreResult<Result<EndpointAdded, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let n: i64 =
        sqlx::query_scalar("select count(*) from endpoints").fetch_one(&mut *conn).await.map_err(doing(KEEPING))?;
    if n >= MOST {
        return Ok(Ok(EndpointAdded::TooMany));
    }
    let scopes: Option<String> =
        sqlx::query_scalar(concat!("select t.scopes from api_tokens t where t.id = $2 and ", lets_in!("$1")))
            .bind(deed.now.0)
            .bind(it.token.to_string())
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(KEEPING))?;
    let Some(scopes) = scopes else { return Ok(Ok(EndpointAdded::NoToken)) };
    if !allows(&scopes, Scope::Read) {
        return Ok(Ok(EndpointAdded::CannotRead));
    }
    let events = it.topics.iter().map(|it| it.word()).collect::<Vec<_>>().join(" ");
    sqlx::query(
        "insert into endpoints (id, name, token_id, url, secret, events, seq, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, (select seq from change_head where id = 'head'), $7, $7)",
    )
    .bind(it.id.to_string())
    .bind(&it.name)
    .bind(it.token.to_string())
    .bind(&it.url)
    .bind(&it.secret)
    .bind(events)
    .bind(deed.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(KEEPING))?;
    note_deed(conn, deed, Action::EndpointAdded, Some(Subject::Endpoint(it.id)), Some(it.name.clone())).await?;
    Ok(Ok(EndpointAdded::Yes))
}

pub(super) async fn change(
    conn: &mut Conn,
    deed: &Deed,
    id: EndpointId,
    change: EndpointChange,
) -> StoreResult<Result<bool, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let (sql, action) = match change {
        EndpointChange::Pause => (
            "update endpoints set state = 'paused', updated_at = $2 where id = $1 and state = 'active' returning name",
            Action::EndpointPaused,
        ),
        // What it was like before is forgotten: it is tried at once.
        EndpointChange::Resume => (
            "update endpoints set state = 'active', failing_since = null, held_until = null, n_unreached = 0,
                 updated_at = $2
             where id = $1 and state = 'paused' returning name",
            Action::EndpointResumed,
        ),
        EndpointChange::Delete => ("delete from endpoints where id = $1 returning name", Action::EndpointDeleted),
    };
    let mut query = sqlx::query_scalar(sql).bind(id.to_string());
    if change != EndpointChange::Delete {
        query = query.bind(deed.now.0);
    }
    let name: Option<String> = query.fetch_optional(&mut *conn).await.map_err(doing(KEEPING))?;
    let Some(name) = name else { return Ok(Ok(false)) };
    note_deed(conn, deed, action, Some(Subject::Endpoint(id)), Some(name)).await?;
    Ok(Ok(true))
}

#[derive(FromRow)]
struct LogRow {
    seq: i64,
    part: i32,
    conversation_id: String,
    event: String,
    state: String,
    attempts: i32,
    due_at: i64,
    status: Option<i32>,
    error: Option<String>,
    created_at: i64,
    ended_at: Option<i64>,
}

pub(super) async fn log(
    conn: &mut Conn,
    id: EndpointId,
    failed_only: bool,
    limit: u32,
) -> StoreResult<Vec<ListedDelivery>> {
    let sql = if failed_only {
        "select seq, part, conversation_id, event, state, attempts, due_at, status, error, created_at, ended_at
         from endpoint_deliveries where endpoint_id = $1 and state = 'failed' order by seq desc, part desc limit $2"
    } else {
        "select seq, part, conversation_id, event, state, attempts, due_at, status, error, created_at, ended_at
         from endpoint_deliveries where endpoint_id = $1 order by seq desc, part desc limit $2"
    };
    let rows: Vec<LogRow> = sqlx::query_as(sql)
        .bind(id.to_string())
        .bind(i64::from(limit))
        .fetch_all(conn)
        .await
        .map_err(doing(LISTING))?;
    let read = |it: LogRow| {
        let row = it.seq.to_string();
        Ok(ListedDelivery {
            key: DeliveryKey { endpoint: id, seq: it.seq, part: it.part },
            conversation: read_back(&it.conversation_id, "endpoint_deliveries", "conversation_id", &row)?,
            topic: read_back(&it.event, "endpoint_deliveries", "event", &row)?,
            state: read_back(&it.state, "endpoint_deliveries", "state", &row)?,
            attempts: it.attempts,
            due_at: Timestamp(it.due_at),
            status: it.status,
            error: it.error,
            made_at: Timestamp(it.created_at),
            ended_at: it.ended_at.map(Timestamp),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Each goes to its old place in its conversation; a day to try it begins anew.
pub(super) async fn replay(
    conn: &mut Conn,
    deed: &Deed,
    id: EndpointId,
    which: Replay,
) -> StoreResult<Result<u64, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    if !hold(conn, id).await? {
        return Ok(Ok(0));
    }
    let (sql, seq, part) = match which {
        Replay::One(DeliveryKey { seq, part, .. }) => {
            ("state in ('failed', 'delivered') and seq = $3 and part = $4", seq, part)
        }
        Replay::AllFailed => ("state = 'failed' and seq >= $3 and part >= $4", i64::MIN, i32::MIN),
    };
    let sql = [
        "update endpoint_deliveries set state = 'waiting', attempts = 0, status = null, error = null, ended_at = null,
             created_at = $2
         where endpoint_id = $1 and ",
        sql,
        " returning conversation_id",
    ]
    .concat();
    let mut conversations: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(id.to_string())
        .bind(deed.now.0)
        .bind(seq)
        .bind(part)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(KEEPING))?;
    let n = conversations.len() as u64;
    if n == 0 {
        return Ok(Ok(0));
    }
    conversations.sort_unstable();
    conversations.dedup();
    for conversation in conversations {
        bring_forward(conn, id, &conversation, deed.now).await?;
    }
    let name: String = sqlx::query_scalar("select name from endpoints where id = $1")
        .bind(id.to_string())
        .fetch_one(&mut *conn)
        .await
        .map_err(doing(KEEPING))?;
    note_deed(conn, deed, Action::EndpointReplayed, Some(Subject::Endpoint(id)), Some(name)).await?;
    Ok(Ok(n))
}

pub(super) async fn bots(conn: &mut Conn) -> StoreResult<Vec<ListedBot>> {
    let rows: Vec<(String, String, Option<i64>)> =
        sqlx::query_as("select id, name, answer_within_ms from bots order by name, id limit $1")
            .bind(MOST)
            .fetch_all(conn)
            .await
            .map_err(doing(LISTING))?;
    let read = |(id, name, ms): (String, String, Option<i64>)| {
        Ok(ListedBot { id: read_back(&id, "bots", "id", &id)?, name, answers_within_s: ms.map(|ms| ms / 1000) })
    };
    rows.into_iter().map(read).collect()
}

pub(super) async fn limit(
    conn: &mut Conn,
    deed: &Deed,
    id: BotId,
    within_s: Option<i64>,
) -> StoreResult<Result<bool, Refusal>> {
    if let Err(refusal) = hold_admins(conn, deed.by).await? {
        return Ok(Err(refusal));
    }
    let name: Option<String> =
        sqlx::query_scalar("update bots set answer_within_ms = $2, updated_at = $3 where id = $1 returning name")
            .bind(id.to_string())
            .bind(within_s.map(|s| s * 1000))
            .bind(deed.now.0)
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(KEEPING))?;
    let Some(name) = name else { return Ok(Ok(false)) };
    note_deed(conn, deed, Action::BotLimited, None, Some(name)).await?;
    Ok(Ok(true))
}
