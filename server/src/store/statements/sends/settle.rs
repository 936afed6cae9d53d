//! Meta took a message.

use super::super::changes::write_changes;
use super::super::conversations::{Raised, raise_of_message};
use super::super::{Conn, audit, read_back};
use super::{SETTLING, accounts, run, run_of, thread};
use crate::store::audit::{AuditEntry, Subject, action};
use crate::store::sends::{Settled, Tagged};
use crate::store::{StoreResult, doing};
use model::content::Detail;
use model::ids::{AccountId, MessageId};
use model::time::{MINUTE_S, Timestamp};
use sqlx::FromRow;

#[derive(FromRow)]
struct SentRow {
    at: i64,
    detail: Option<String>,
    tag: Option<String>,
}

pub(super) async fn settle(conn: &mut Conn, settled: &Settled) -> StoreResult<()> {
    let Some(raised) = raise_of_message(conn, settled.message, settled.now).await? else { return Ok(()) };
    let mut told = vec![raised.message(settled.message)];
    if let Some(echo) = find_echo(conn, settled).await? {
        told.push(raised.message(echo));
        swallow(conn, settled, echo).await?;
    }
    let Some(sent) = mark_sent(conn, settled).await? else { return Ok(()) };
    let job: Option<bool> =
        sqlx::query_scalar("delete from outbox where message_id = $1 and kind = 'message' returning is_scheduled")
            .bind(settled.message.to_string())
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(SETTLING))?;
    we_answered(conn, raised, Timestamp(sent.at)).await?;
    if job == Some(true) {
        thread::show_newest(conn, raised.conversation_id()).await?;
    }
    note_last_sent(conn, raised.account_id(), settled.now).await?;
    let detail: Detail = sent.detail.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    if detail.comment.is_some() {
        answered_comment(conn, settled.message, settled.now).await?;
    }
    if sent.tag.is_some() {
        told.extend(accounts::tag_works(conn, raised.account_id(), settled.now).await?);
    }
    write_changes(conn, &told).await
}

/// The echo came first, and nobody knew that it was ours.
async fn find_echo(conn: &mut Conn, settled: &Settled) -> StoreResult<Option<MessageId>> {
    let echo: Option<String> = sqlx::query_scalar("select id from messages where mid_key = $1 and id <> $2")
        .bind(&settled.mid_key)
        .bind(settled.message.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(SETTLING))?;
    echo.map(|it| read_back(&it, "messages", "id", &it)).transpose()
}

/// What customers did to it meanwhile stays.
async fn swallow(conn: &mut Conn, settled: &Settled, echo: MessageId) -> StoreResult<()> {
    for sql in [
        "update reactions set message_id = $1 where message_id = $2 and side = 'contact'",
        "update conversations set preview_message_id = $1,
             preview_author = (select author_kind from messages where id = $1)
         where preview_message_id = $2",
    ] {
        run(conn, SETTLING, sqlx::query(sql).bind(settled.message.to_string()).bind(echo.to_string())).await?;
    }
    let files = sqlx::query(
        "update media set deleted_at = $1 where deleted_at is null
             and id in (select media_id from attachments where message_id = $2)",
    );
    run(conn, SETTLING, files.bind(settled.now.0).bind(echo.to_string())).await?;
    run_of(conn, SETTLING, "delete from messages where id = $1", echo).await.map(drop)
}

/// One that was unsent meanwhile stays so.
async fn mark_sent(conn: &mut Conn, settled: &Settled) -> StoreResult<Option<SentRow>> {
    sqlx::query_as(
        "update messages set state = case when state = 'deleted' then state else 'sent' end, mid = $1, mid_key = $2,
             error = null, updated_at = $3
         where id = $4 returning at, detail, tag",
    )
    .bind(&settled.mid)
    .bind(&settled.mid_key)
    .bind(settled.now.0)
    .bind(settled.message.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(SETTLING))
}

/// Nobody waits any more but those who wrote after it.
async fn we_answered(conn: &mut Conn, raised: Raised, at: Timestamp) -> StoreResult<()> {
    let query = sqlx::query(
        "update conversations set
             last_reply_at = case when last_reply_at < $2 then $2 else last_reply_at end,
             last_activity_at = case when last_activity_at < $2 then $2 else last_activity_at end,
             waiting_since = (
                 select min(m.at) from messages m where m.conversation_id = conversations.id and m.direction = 'in'
                     and m.at > case when conversations.last_reply_at < $2 then $2 else conversations.last_reply_at end
             ),
             n_failed = (
                 select count(*) from messages m
                 where m.conversation_id = conversations.id and m.state in ('failed', 'unconfirmed')
             )
         where id = $1",
    );
    run(conn, SETTLING, query.bind(raised.conversation_id().to_string()).bind(at.0)).await.map(drop)
}

/// To the minute: the row of a busy account is not written with every message.
async fn note_last_sent(conn: &mut Conn, account: AccountId, now: Timestamp) -> StoreResult<()> {
    let query = sqlx::query(
        "update accounts set last_sent_at = $1 where id = $2 and (last_sent_at is null or last_sent_at < $1)",
    );
    let minute = now.0 - now.0.rem_euclid(MINUTE_S * 1000);
    run(conn, SETTLING, query.bind(minute).bind(account.to_string())).await.map(drop)
}

async fn answered_comment(conn: &mut Conn, reply: MessageId, now: Timestamp) -> StoreResult<()> {
    let query = sqlx::query("update comments set replied_at = $1 where reply_message_id = $2 and replied_at is null");
    run(conn, SETTLING, query.bind(now.0).bind(reply.to_string())).await.map(drop)
}

/// Just before it leaves.
pub(super) async fn tag(conn: &mut Conn, tagged: &Tagged) -> StoreResult<()> {
    let query =
        sqlx::query("update messages set tag = 'HUMAN_AGENT', updated_at = $1 where id = $2 and direction = 'out'");
    let what = "note the tag of a message";
    if run(conn, what, query.bind(tagged.now.0).bind(tagged.message.to_string())).await? == 0 {
        return Ok(());
    }
    let entry = AuditEntry {
        id: tagged.audit_id,
        at: tagged.now,
        actor: tagged.actor,
        action: action::SENT_WITH_TAG,
        subject: Some(Subject::Message(tagged.message)),
        address: None,
    };
    audit::insert(conn, &entry).await
}
