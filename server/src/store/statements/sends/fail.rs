//! What did not leave.

use super::super::Conn;
use super::super::changes::write_changes;
use super::super::conversations::raise_of_message;
use super::{disclosing, run, run_of, thread};
use crate::store::sends::{FailedSend, JobKind, Postponed};
use crate::store::{StoreError, StoreResult};

const FAILING: &str = "note that something was not sent";
const POSTPONING: &str = "put off what is to be sent";

/// `Refused` if there is no job any more.
pub(super) async fn message(conn: &mut Conn, failed: &FailedSend) -> StoreResult<()> {
    let raised = raise_of_message(conn, failed.message, failed.now).await?.ok_or(StoreError::Refused)?;
    let job = "delete from outbox where message_id = $1 and kind = 'message'";
    if run_of(conn, FAILING, job, failed.message).await? == 0 {
        return Err(StoreError::Refused);
    }
    // The tag says how it left, and it did not.
    let query = sqlx::query(
        "update messages set state = 'failed', error = $1, tag = null, updated_at = $2
         where id = $3 and state in ('queued', 'sending', 'unconfirmed')",
    );
    let error = serde_json::to_string(&failed.failure).unwrap_or_default();
    run(conn, FAILING, query.bind(error).bind(failed.now.0).bind(failed.message.to_string())).await?;
    thread::release_comment(conn, failed.message).await?;
    disclosing::take_back(conn, raised.conversation_id(), failed.message).await?;
    thread::count_failed(conn, raised.conversation_id()).await?;
    write_changes(conn, &[raised.message(failed.message)]).await
}

/// One whose fate was unknown, too, when it turns out that it never left.
pub(super) async fn postpone(conn: &mut Conn, postponed: &Postponed) -> StoreResult<()> {
    let Some(raised) = raise_of_message(conn, postponed.message, postponed.now).await? else { return Ok(()) };
    let kind = match postponed.kind {
        JobKind::Message => "message",
        JobKind::Reaction => "reaction",
    };
    let query = sqlx::query(
        "update outbox set state = 'ready', retry_at = $1, last_error = $2, lease_until = null, unknown_since = null,
             again = false
         where message_id = $3 and kind = $4 and state in ('running', 'unknown')",
    );
    let query =
        query.bind(postponed.retry_at.0).bind(postponed.why.clone()).bind(postponed.message.to_string()).bind(kind);
    if run(conn, POSTPONING, query).await? == 0 || postponed.kind == JobKind::Reaction {
        return Ok(());
    }
    let query = sqlx::query(
        "update messages set state = 'queued', tag = null, updated_at = $1 where id = $2 and state = 'sending'",
    );
    run(conn, POSTPONING, query.bind(postponed.now.0).bind(postponed.message.to_string())).await?;
    write_changes(conn, &[raised.message(postponed.message)]).await
}
