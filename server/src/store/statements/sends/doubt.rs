//! Jobs of which nobody knows what became.

use super::super::changes::write_changes;
use super::super::conversations::{raise_of, raise_of_message};
use super::super::{Conn, read_back};
use super::{addressee, run, run_of, thread};
use crate::store::sends::{ClaimDoubts, Doubted};
use crate::store::{StoreError, StoreResult, doing};
use model::ids::{ConversationId, MessageId};
use model::time::Timestamp;
use sqlx::FromRow;

const DOUBTING: &str = "note that nobody knows whether a message was sent";
const ORPHANING: &str = "look after what nobody sends any more";
const CLAIMING: &str = "claim what nobody knows the fate of";
const GIVING_UP: &str = "leave a message unconfirmed";

/// The thread goes on saying that it is being sent.
pub(super) async fn doubt(conn: &mut Conn, message: MessageId, now: Timestamp) -> StoreResult<()> {
    let query = sqlx::query(
        "update outbox set state = 'unknown', unknown_since = $1, retry_at = 0, lease_until = null
         where message_id = $2 and kind = 'message' and state = 'running'",
    );
    run(conn, DOUBTING, query.bind(now.0).bind(message.to_string())).await.map(drop)
}

#[derive(FromRow)]
struct OrphanRow {
    message_id: String,
    kind: String,
    conversation_id: String,
    is_first_to_upload: bool,
}

/// Reacting twice is harmless, and so is a message whose file never got to Meta.
pub(super) async fn orphan(conn: &mut Conn, all: bool, now: Timestamp) -> StoreResult<u64> {
    let before = if all { i64::MAX } else { now.0 };
    let orphans: Vec<OrphanRow> = sqlx::query_as(
        "select o.message_id, o.kind, o.conversation_id, exists (
             select 1 from attachments t join accounts a on a.id = o.account_id
             where t.message_id = o.message_id and t.media_id is not null and a.platform = 'page' and not exists (
                 select 1 from media_uploads u where u.media_id = t.media_id and u.account_id = o.account_id
             )
         ) as is_first_to_upload
         from outbox o
         where o.state in ('running', 'unknown') and o.state = 'running' and o.lease_until <= $1
         order by o.conversation_id limit 10000",
    )
    .bind(before)
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(ORPHANING))?;
    let mut n_orphans = 0;
    for row in orphans {
        n_orphans += orphan_one(conn, &row, before, now).await?;
    }
    Ok(n_orphans)
}

async fn orphan_one(conn: &mut Conn, row: &OrphanRow, before: i64, now: Timestamp) -> StoreResult<u64> {
    let conversation: ConversationId = read_back(&row.conversation_id, "outbox", "conversation_id", &row.message_id)?;
    let message: MessageId = read_back(&row.message_id, "outbox", "message_id", &row.message_id)?;
    let is_message = row.kind == "message";
    if is_message && !row.is_first_to_upload {
        let query = sqlx::query(
            "update outbox set state = 'unknown', unknown_since = $1, retry_at = 0, lease_until = null
             where message_id = $2 and kind = 'message' and state = 'running' and lease_until <= $3",
        );
        return run(conn, ORPHANING, query.bind(now.0).bind(&row.message_id).bind(before)).await;
    }
    let Some(raised) = raise_of(conn, conversation, now).await? else { return Ok(0) };
    let query = sqlx::query(
        "update outbox set state = 'ready', lease_until = null, again = false
         where message_id = $1 and kind = $2 and state = 'running' and lease_until <= $3",
    );
    let n_orphans = run(conn, ORPHANING, query.bind(&row.message_id).bind(&row.kind).bind(before)).await?;
    if n_orphans > 0 && is_message {
        let query = sqlx::query(
            "update messages set state = 'queued', tag = null, updated_at = $1 where id = $2 and state = 'sending'",
        );
        run(conn, ORPHANING, query.bind(now.0).bind(&row.message_id)).await?;
        write_changes(conn, &[raised.message(message)]).await?;
    }
    Ok(n_orphans)
}

#[derive(FromRow)]
struct DoubtedRow {
    message_id: String,
    conversation_id: String,
    account_id: String,
    unknown_since: i64,
    platform: String,
    account_external_id: String,
    contact_external_id: String,
    text: Option<String>,
    at: i64,
    n_attachments: i64,
}

/// The conditions stand twice: of two processes that choose the same job, the second waits for the
/// first and then looks at the row again, but not at what it chose from.
pub(super) async fn claim(conn: &mut Conn, doubts: &ClaimDoubts) -> StoreResult<Vec<Doubted>> {
    let claimed: Vec<(String,)> = sqlx::query_as(
        "update outbox set retry_at = $3
         where kind = 'message' and state = 'unknown' and retry_at <= $2 and message_id in (
             select o.message_id from outbox o
             where o.state in ('running', 'unknown') and o.state = 'unknown' and o.kind = 'message'
                 and o.unknown_since <= $1 and o.retry_at <= $2
             order by o.unknown_since, o.message_id limit $4
         )
         returning message_id",
    )
    .bind(doubts.unknown_before.0)
    .bind(doubts.now.0)
    .bind(doubts.until.0)
    .bind(i64::from(doubts.limit))
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(CLAIMING))?;
    let mut doubted = Vec::new();
    for (id,) in claimed {
        doubted.extend(find(conn, &id).await?);
    }
    doubted.sort_by_key(|it| (it.unknown_since, it.message));
    Ok(doubted)
}

async fn find(conn: &mut Conn, message: &str) -> StoreResult<Option<Doubted>> {
    let row: Option<DoubtedRow> = sqlx::query_as(
        "select o.message_id, o.conversation_id, o.account_id, o.unknown_since, a.platform,
             a.external_id as account_external_id, k.external_id as contact_external_id, m.text, m.at,
             (select count(*) from attachments t where t.message_id = m.id) as n_attachments
         from outbox o
         join messages m on m.id = o.message_id
         join conversations c on c.id = o.conversation_id
         join contacts k on k.id = c.contact_id
         join accounts a on a.id = o.account_id
         where o.message_id = $1 and o.kind = 'message' and o.unknown_since is not null",
    )
    .bind(message)
    .fetch_optional(conn)
    .await
    .map_err(doing(CLAIMING))?;
    row.map(TryInto::try_into).transpose()
}

impl TryFrom<DoubtedRow> for Doubted {
    type Error = StoreError;

    fn try_from(row: DoubtedRow) -> StoreResult<Self> {
        let of = &row.message_id;
        Ok(Self {
            message: read_back(of, "outbox", "message_id", of)?,
            conversation: read_back(&row.conversation_id, "outbox", "conversation_id", of)?,
            account: read_back(&row.account_id, "outbox", "account_id", of)?,
            platform: addressee::platform(&row.platform, &row.account_id)?,
            account_external_id: row.account_external_id,
            contact_external_id: row.contact_external_id,
            text: row.text,
            n_attachments: usize::try_from(row.n_attachments).unwrap_or_default(),
            left_at: Timestamp(row.at),
            unknown_since: Timestamp(row.unknown_since),
        })
    }
}

/// `Refused` if it is settled. Whether the comment was answered is not known either: nobody else may.
pub(super) async fn give_up(conn: &mut Conn, message: MessageId, now: Timestamp) -> StoreResult<()> {
    let raised = raise_of_message(conn, message, now).await?.ok_or(StoreError::Refused)?;
    let job = "delete from outbox where message_id = $1 and kind = 'message' and state = 'unknown'";
    if run_of(conn, GIVING_UP, job, message).await? == 0 {
        return Err(StoreError::Refused);
    }
    let query =
        sqlx::query("update messages set state = 'unconfirmed', updated_at = $1 where id = $2 and state = 'sending'");
    run(conn, GIVING_UP, query.bind(now.0).bind(message.to_string())).await?;
    thread::count_failed(conn, raised.conversation_id()).await?;
    write_changes(conn, &[raised.message(message)]).await
}
