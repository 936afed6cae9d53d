//! Blocking a customer: what they say is kept and bothers nobody, and nothing goes to them. What is queued already is
//! refused when it is to leave, like everything else.

use super::super::Conn;
use super::super::audit::note_deed;
use super::super::changes::write_changes;
use super::super::conversations::lines::{self, NewLine};
use super::super::conversations::{Raised, episodes, raise_of_contact};
use crate::store::audit::{Deed, Subject};
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::content::{Detail, MessageKind, ThreadEvent};
use model::ids::{ContactId, ConversationId, MessageId};
use model::thread::Author;
use model::time::Timestamp;

pub(super) const BLOCKING: &str = "block a customer";

pub(super) async fn set(conn: &mut Conn, deed: &Deed, id: ContactId, is_blocked: bool) -> StoreResult<bool> {
    if blocked_at(conn, id).await?.is_some_and(|since| since.is_some() == is_blocked) {
        return Ok(true);
    }
    // First: whoever applies what they write waits for us, or made us wait.
    let raised = raise_of_contact(conn, id, deed.now).await?;
    let Some(since) = blocked_at(conn, id).await? else { return Ok(false) };
    if since.is_some() == is_blocked {
        return Ok(true);
    }
    sqlx::query("update contacts set blocked_at = $2, updated_at = $3 where id = $1")
        .bind(id.to_string())
        .bind(is_blocked.then_some(deed.now.0))
        .bind(deed.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(BLOCKING))?;
    let mut told = Vec::new();
    if let Some(raised) = raised {
        let of = raised.conversation_id();
        match since {
            None => put_aside(conn, deed, of).await?,
            Some(since) => bring_back(conn, of, since, deed.now).await?,
        }
        let line = line(deed, raised, is_blocked);
        lines::insert(conn, raised, &line).await?;
        told.extend([raised.message(line.id), raised.conversation()]);
    }
    let action = if is_blocked { Action::ContactBlocked } else { Action::ContactUnblocked };
    note_deed(conn, deed, action, raised.map(|it| Subject::Conversation(it.conversation_id())), None).await?;
    write_changes(conn, &told).await?;
    Ok(true)
}

/// `None`: there is no such customer.
async fn blocked_at(conn: &mut Conn, id: ContactId) -> StoreResult<Option<Option<Timestamp>>> {
    let row: Option<(Option<i64>,)> = sqlx::query_as("select blocked_at from contacts where id = $1")
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(BLOCKING))?;
    Ok(row.map(|(at,)| at.map(Timestamp)))
}

/// Closed, and nobody's to answer.
async fn put_aside(conn: &mut Conn, deed: &Deed, id: ConversationId) -> StoreResult<()> {
    if state(conn, id).await? != "closed" {
        episodes::close(conn, id, Some(deed.by), deed.now).await?;
    }
    sqlx::query(
        "update conversations set state = 'closed', snoozed_until = null, unread = 0, waiting_since = null,
             to_assign_at = null
         where id = $1",
    )
    .bind(id.to_string())
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(BLOCKING))
}

/// What they wrote meanwhile is counted as if it had just come, and opens the conversation, as anything unread does:
/// it is nobody's until somebody is found who takes it.
async fn bring_back(conn: &mut Conn, id: ConversationId, since: Timestamp, now: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "update conversations set
             unread = (select count(*) from messages m where m.conversation_id = $1 and m.direction = 'in'
                 and m.learned <> 'old' and m.at > conversations.read_until),
             waiting_since = (select min(m.at) from messages m where m.conversation_id = $1 and m.direction = 'in'
                 and m.learned <> 'old' and m.at > conversations.last_reply_at),
             last_activity_at = (select case when max(m.at) > conversations.last_activity_at then max(m.at)
                 else conversations.last_activity_at end
                 from messages m where m.conversation_id = $1 and m.direction = 'in')
         where id = $1",
    )
    .bind(id.to_string())
    .execute(&mut *conn)
    .await
    .map_err(doing(BLOCKING))?;
    let opened = sqlx::query(
        "update conversations set state = 'open', snoozed_until = null, to_assign_at = $2, to_team_id = null,
             last_assignee_id = coalesce(assignee_id, last_assignee_id), assignee_id = null, assigned_at = null
         where id = $1 and state = 'closed' and (unread > 0 or exists (
             select 1 from messages m where m.conversation_id = $1 and m.direction = 'in' and m.learned <> 'old'
                 and m.created_at >= $3))",
    )
    .bind(id.to_string())
    .bind(now.0)
    .bind(since.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(BLOCKING))?;
    if opened.rows_affected() > 0 { episodes::open(conn, id, now).await } else { Ok(()) }
}

async fn state(conn: &mut Conn, id: ConversationId) -> StoreResult<String> {
    sqlx::query_scalar("select state from conversations where id = $1")
        .bind(id.to_string())
        .fetch_one(conn)
        .await
        .map_err(doing(BLOCKING))
}

fn line(deed: &Deed, raised: Raised, is_blocked: bool) -> NewLine {
    let event = if is_blocked { ThreadEvent::Blocked } else { ThreadEvent::Unblocked };
    let detail = Detail { event: Some(event), ..Detail::default() };
    let id = raised.conversation_id();
    NewLine {
        id: MessageId::of(deed.now, &format!("blocked\n{id}\n{}", deed.audit_id)),
        at: deed.now,
        kind: MessageKind::Event,
        author: Author::Agent,
        author_id: Some(deed.by.to_string()),
        text: None,
        detail: serde_json::to_string(&detail).ok(),
        client_id: None,
    }
}
