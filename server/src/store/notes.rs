//! What the team writes for itself in a thread.

use super::StoreResult;
use super::doer::Doer;
use async_trait::async_trait;
use model::ids::{ConversationId, MessageId};
use model::inbox::NamedPerson;
use model::time::Timestamp;

#[async_trait]
pub trait Notes: Send + Sync + 'static {
    /// Adds a note; the one that has this client id already, if there is one. `None` if there is no
    /// such conversation. Whoever is mentioned and may see it hears of it, once; its writer knows already.
    async fn add_note(&self, note: NoteRow) -> StoreResult<Option<MessageId>>;
}

#[derive(Debug, Clone)]
pub struct NoteRow {
    pub id: MessageId,
    pub conversation: ConversationId,
    pub client_id: String,
    pub text: String,
    /// By the names that stand in the text, the longest first.
    pub mentions: Vec<NamedPerson>,
    pub by: Doer,
    pub now: Timestamp,
}
