//! Where a conversation stands: who has it, and whether it is open.

use super::StoreResult;
use async_trait::async_trait;
use model::ids::ConversationId;
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
pub trait Conversations: Send + Sync + 'static {
    /// Puts a conversation where it is to stand, and tells the feed; `false` if there is no such
    /// conversation. What stands there already is not written again.
    async fn put_conversation(&self, id: ConversationId, standing: Standing, now: Timestamp) -> StoreResult<bool>;

    /// `None` if there is no such conversation.
    async fn find_standing(&self, id: ConversationId) -> StoreResult<Option<Standing>>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub with: With,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    SnoozedUntil(Timestamp),
    Closed,
}

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum With {
    /// A person's; of nobody in particular if none is named.
    People(Option<PersonId>),
    /// Another app's, as Meta calls it.
    App(String),
}
