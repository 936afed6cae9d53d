//! What every writer of a thread does, whatever it changes: the revision grows, and the feed is told.
//!
//! It comes first in its unit of work. The row stays locked until the commit, so that what follows
//! sees everything that was done to the conversation before, and nobody waits in a circle.

use super::{Conn, read_back};
use crate::store::changes::NewChange;
use crate::store::{StoreResult, doing};
use model::ids::{AccountId, ContactId, ConversationId, MessageId};
use model::live::Event;
use model::time::Timestamp;

/// A conversation with a new revision, which is to be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raised {
    id: ConversationId,
    account_id: AccountId,
    revision: i64,
    at: Timestamp,
}

impl Raised {
    /// One of its messages is new or has changed.
    pub(super) fn message(self, message_id: MessageId) -> NewChange {
        let event = Event::Message { conversation_id: self.id, message_id, revision: self.revision };
        NewChange::new(event, Some(self.account_id), self.at)
    }

    /// Something beside its thread has changed.
    pub(super) fn conversation(self) -> NewChange {
        let event = Event::Conversation { conversation_id: self.id, revision: self.revision };
        NewChange::new(event, Some(self.account_id), self.at)
    }
}

macro_rules! raise {
    ($which:literal) => {
        concat!(
            "update conversations set revision = revision + 1, updated_at = $2 where ",
            $which,
            " returning id, account_id, revision"
        )
    };
}

/// `None` if there is no such conversation.
pub(super) async fn raise_of(conn: &mut Conn, id: ConversationId, at: Timestamp) -> StoreResult<Option<Raised>> {
    raise(conn, raise!("id = $1"), id.to_string(), at).await
}

/// `None` if there is no such message.
pub(super) async fn raise_of_message(conn: &mut Conn, id: MessageId, at: Timestamp) -> StoreResult<Option<Raised>> {
    let sql = raise!("id = (select m.conversation_id from messages m where m.id = $1)");
    raise(conn, sql, id.to_string(), at).await
}

/// `None` if there is no conversation with this contact.
pub(super) async fn raise_of_contact(conn: &mut Conn, id: ContactId, at: Timestamp) -> StoreResult<Option<Raised>> {
    raise(conn, raise!("contact_id = $1"), id.to_string(), at).await
}

async fn raise(conn: &mut Conn, sql: &'static str, of: String, at: Timestamp) -> StoreResult<Option<Raised>> {
    let row: Option<(String, String, i64)> = sqlx::query_as(sql)
        .bind(of)
        .bind(at.0)
        .fetch_optional(conn)
        .await
        .map_err(doing("raise a conversation's revision"))?;
    let Some((id, account_id, revision)) = row else { return Ok(None) };
    let account_id = read_back(&account_id, "conversations", "account_id", &id)?;
    Ok(Some(Raised { id: read_back(&id, "conversations", "id", &id)?, account_id, revision, at }))
}
