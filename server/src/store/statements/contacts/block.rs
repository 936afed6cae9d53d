//! Blocking a customer: what they say is kept and bothers nobody, and nothing goes to them.

use super::super::Conn;
use super::super::audit::note_deed;
use super::super::changes::write_changes;
use super::super::conversations::{Raised, episodes, raise_of_contact};
use crate::store::audit::{Deed, Subject};
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::failure::Failure;
use model::ids::{ContactId, ConversationId};

pub(super) const BLOCKING: &str = "block a customer";

pub(super) async fn set(conn: &mut Conn, deed: &Deed, id: ContactId, is_blocked: bool) -> StoreResult<bool> {
    // First: whoever applies what they write, or queues a reply, waits for us or made us wait.
    let raised = raise_of_contact(conn, id, deed.now).await?;
    let was: Option<bool> = sqlx::query_scalar("select blocked_at is not null from contacts where id = $1")
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(BLOCKING))?;
    let Some(was) = was else { return Ok(false) };
    if was == is_blocked {
        return Ok(true);
    }
    sqlx::query("update contacts set blocked_at = $2, updated_at = $3 where id = $1")
        .bind(id.to_string())
        .bind(is_blocked.then_some(deed.now.0))
        .bind(deed.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(BLOCKING))?;
    let conversation = raised.map(Raised::conversation_id);
    if let Some(conversation) = conversation.filter(|_| is_blocked) {
        stop(conn, deed, conversation).await?;
    }
    let action = if is_blocked { Action::ContactBlocked } else { Action::ContactUnblocked };
    note_deed(conn, deed, action, conversation.map(Subject::Conversation), None).await?;
    let told: Vec<_> = raised.map(Raised::conversation).into_iter().collect();
    write_changes(conn, &told).await?;
    Ok(true)
}

/// Closed, and nobody's to answer; what has not left yet failed, so that its writer sees why.
async fn stop(conn: &mut Conn, deed: &Deed, id: ConversationId) -> StoreResult<()> {
    let why = Failure::ours("This customer was blocked before it was sent.", false, None);
    let id_text = id.to_string();
    sqlx::query(
        "update messages set state = 'failed', error = $2, updated_at = $3
         where conversation_id = $1 and state = 'queued' and id in (
             select message_id from outbox where conversation_id = $1 and state in ('ready', 'held'))",
    )
    .bind(&id_text)
    .bind(serde_json::to_string(&why).unwrap_or_default())
    .bind(deed.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(BLOCKING))?;
    sqlx::query("delete from outbox where conversation_id = $1 and state in ('ready', 'held')")
        .bind(&id_text)
        .execute(&mut *conn)
        .await
        .map_err(doing(BLOCKING))?;
    sqlx::query(
        "update conversations set state = 'closed', snoozed_until = null, unread = 0, waiting_since = null,
             to_assign_at = null,
             n_failed = (select count(*) from messages m
                 where m.conversation_id = $1 and m.state in ('failed', 'unconfirmed'))
         where id = $1",
    )
    .bind(&id_text)
    .execute(&mut *conn)
    .await
    .map_err(doing(BLOCKING))?;
    episodes::close(conn, id, Some(deed.by), deed.now).await
}
