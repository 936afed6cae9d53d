//! Our reactions on their way.

use super::super::Conn;
use super::super::changes::write_changes;
use super::super::conversations::raise_of_message;
use super::{jobs, run, run_of};
use crate::store::sends::{FailedSend, NewReaction};
use crate::store::{StoreError, StoreResult, doing};
use model::ids::MessageId;
use model::time::Timestamp;

const QUEUEING: &str = "queue a reaction";
const SETTLING: &str = "note that a reaction was sent";
const FAILING: &str = "note that a reaction was not sent";

/// `Refused` if the message is not there or cannot be reacted to.
pub(super) async fn queue(conn: &mut Conn, reaction: &NewReaction) -> StoreResult<()> {
    let (message, now) = (reaction.message.to_string(), reaction.now);
    let raised = raise_of_message(conn, reaction.message, now).await?.ok_or(StoreError::Refused)?;
    let mid: Option<String> = sqlx::query_scalar(
        "select mid from messages where id = $1 and mid is not null and state <> 'deleted'
             and kind not in ('comment', 'mention', 'visitor_post')",
    )
    .bind(&message)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(QUEUEING))?;
    if mid.is_none() {
        return Err(StoreError::Refused);
    }
    let query = sqlx::query(
        "insert into reactions (message_id, side, emoji, person_id, state, at) values ($1, 'account', $2, $3, 'queued', $4)
         on conflict (message_id, side) do update set emoji = excluded.emoji, name = null,
             person_id = excluded.person_id, state = 'queued', error = null, at = excluded.at",
    );
    let person = reaction.person.map(|it| it.to_string());
    run(conn, QUEUEING, query.bind(&message).bind(&reaction.emoji).bind(person).bind(now.0)).await?;
    let place = jobs::End::of(conn, raised.conversation_id()).await?.place(now, true);
    // One that is out cannot be called back: it is followed by this one.
    let query = sqlx::query(
        "insert into outbox (message_id, kind, conversation_id, account_id, due_at, turn, created_at)
         values ($1, 'reaction', $2, $3, $4, $5, $6)
         on conflict (message_id, kind) do update set again = (outbox.state = 'running'), retry_at = 0",
    );
    let query = query
        .bind(&message)
        .bind(raised.conversation_id().to_string())
        .bind(raised.account_id().to_string())
        .bind(place.due_at.0)
        .bind(place.turn)
        .bind(now.0);
    run(conn, QUEUEING, query).await?;
    write_changes(conn, &[raised.message(reaction.message)]).await
}

pub(super) async fn settle(conn: &mut Conn, message: MessageId, now: Timestamp) -> StoreResult<()> {
    let Some(raised) = raise_of_message(conn, message, now).await? else { return Ok(()) };
    if end(conn, SETTLING, message).await? {
        let done = "update reactions set state = 'done', error = null where message_id = $1 and side = 'account'";
        run_of(conn, SETTLING, done, message).await?;
    }
    write_changes(conn, &[raised.message(message)]).await
}

/// `Refused` if there is no job any more.
pub(super) async fn fail(conn: &mut Conn, failed: &FailedSend) -> StoreResult<()> {
    let raised = raise_of_message(conn, failed.message, failed.now).await?.ok_or(StoreError::Refused)?;
    if end(conn, FAILING, failed.message).await? {
        let query =
            sqlx::query("update reactions set state = 'failed', error = $1 where message_id = $2 and side = 'account'");
        let error = serde_json::to_string(&failed.failure).unwrap_or_default();
        run(conn, FAILING, query.bind(error).bind(failed.message.to_string())).await?;
    }
    write_changes(conn, &[raised.message(failed.message)]).await
}

/// `false` if a newer one is to follow.
async fn end(conn: &mut Conn, what: &'static str, message: MessageId) -> StoreResult<bool> {
    let job = "delete from outbox where message_id = $1 and kind = 'reaction' and not again";
    if run_of(conn, what, job, message).await? > 0 {
        return Ok(true);
    }
    let next = "update outbox set state = 'ready', again = false, lease_until = null, attempts = 0
                where message_id = $1 and kind = 'reaction' and state = 'running'";
    run_of(conn, what, next, message).await.map(|_| false)
}
