//! What an agent can still do to a message of ours that is not sent.

use super::super::changes::write_changes;
use super::super::conversations::{Raised, raise_of_message};
use super::super::{Conn, read_back};
use super::{disclosing, jobs, run, run_of, thread};
use crate::store::{StoreError, StoreResult, doing};
use model::content::{AttachmentKind, Detail};
use model::ids::MessageId;
use model::time::Timestamp;

const TAKING_BACK: &str = "take back a message";
const RETRYING: &str = "queue a message again";
const DISCARDING: &str = "discard a message";

/// Its files stay: the composer shows them again.
pub(super) async fn take_back(conn: &mut Conn, message: MessageId, now: Timestamp) -> StoreResult<()> {
    let raised = raise_of_message(conn, message, now).await?.ok_or(StoreError::Refused)?;
    let job = "delete from outbox where message_id = $1 and kind = 'message' and state = 'ready'";
    if run_of(conn, TAKING_BACK, job, message).await? == 0 {
        return Err(StoreError::Refused);
    }
    disclosing::take_back(conn, raised.conversation_id(), message).await?;
    remove(conn, TAKING_BACK, message).await?;
    thread::show_newest(conn, raised.conversation_id()).await?;
    write_changes(conn, &[raised.message(message)]).await
}

async fn remove(conn: &mut Conn, what: &'static str, message: MessageId) -> StoreResult<()> {
    thread::release_comment(conn, message).await?;
    run_of(conn, what, "delete from messages where id = $1", message).await.map(drop)
}

pub(super) async fn retry(conn: &mut Conn, message: MessageId, now: Timestamp) -> StoreResult<()> {
    let raised = raise_of_message(conn, message, now).await?.ok_or(StoreError::Refused)?;
    let place = jobs::End::of(conn, raised.conversation_id()).await?.place(now, false);
    let detail: Option<(Option<String>,)> = sqlx::query_as(
        "update messages set state = 'queued', error = null, tag = null, at = $1, updated_at = $2
         where id = $3 and direction = 'out' and state in ('failed', 'unconfirmed') returning detail",
    )
    .bind(place.at.0)
    .bind(now.0)
    .bind(message.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(RETRYING))?;
    let (detail,) = detail.ok_or(StoreError::Refused)?;
    let detail: Detail = detail.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    if let Some(comment_id) = &detail.comment {
        let comment = find_comment(conn, raised, comment_id).await?.ok_or(StoreError::Refused)?;
        thread::claim_comment(conn, comment, message).await?;
    }
    let kinds: Vec<(String,)> = sqlx::query_as("select kind from attachments where message_id = $1 limit 100")
        .bind(message.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(RETRYING))?;
    let kinds: Vec<AttachmentKind> = kinds.iter().map(|(it,)| AttachmentKind::from_word(it)).collect();
    let job = jobs::Job {
        message,
        conversation: raised.conversation_id(),
        account: raised.account_id(),
        pace: jobs::pace(detail.comment.is_some(), kinds.iter()),
        place,
        is_scheduled: false,
        now,
    };
    jobs::insert(conn, &[job]).await?;
    thread::count_failed(conn, raised.conversation_id()).await?;
    thread::show_newest(conn, raised.conversation_id()).await?;
    write_changes(conn, &[raised.message(message)]).await
}

async fn find_comment(conn: &mut Conn, raised: Raised, comment_id: &str) -> StoreResult<Option<MessageId>> {
    let found: Option<String> = sqlx::query_scalar(
        "select c.message_id from messages m join comments c on c.message_id = m.id
         where m.conversation_id = $1 and c.comment_id = $2 limit 1",
    )
    .bind(raised.conversation_id().to_string())
    .bind(comment_id)
    .fetch_optional(conn)
    .await
    .map_err(doing(RETRYING))?;
    found.map(|it| read_back(&it, "comments", "message_id", &it)).transpose()
}

pub(super) async fn discard(conn: &mut Conn, message: MessageId, now: Timestamp) -> StoreResult<()> {
    let raised = raise_of_message(conn, message, now).await?.ok_or(StoreError::Refused)?;
    let files = sqlx::query(
        "update media set deleted_at = $1 where deleted_at is null
             and id in (select t.media_id from attachments t where t.message_id = $2)
             and not exists (select 1 from attachments t where t.media_id = media.id and t.message_id <> $2)
             and exists (select 1 from messages m where m.id = $2 and m.state in ('failed', 'unconfirmed'))",
    );
    run(conn, DISCARDING, files.bind(now.0).bind(message.to_string())).await?;
    thread::release_comment(conn, message).await?;
    let gone = "delete from messages where id = $1 and direction = 'out' and state in ('failed', 'unconfirmed')";
    if run_of(conn, DISCARDING, gone, message).await? == 0 {
        return Err(StoreError::Refused);
    }
    thread::count_failed(conn, raised.conversation_id()).await?;
    thread::show_newest(conn, raised.conversation_id()).await?;
    write_changes(conn, &[raised.message(message)]).await
}
