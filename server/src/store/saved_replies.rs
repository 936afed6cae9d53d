//! Replies that are kept for many customers: everybody's, and each person's own.

use super::StoreResult;
use async_trait::async_trait;
use model::desk::{SavedReply, SavedReplyEdit, SavedReplyId};
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
pub trait SavedReplies: Send + Sync + 'static {
    /// Everybody's and this person's own, by shortcut.
    async fn list_saved_replies(&self, person: PersonId) -> StoreResult<Vec<SavedReply>>;

    async fn save_saved_reply(&self, keep: KeepReply) -> StoreResult<ReplyKept>;

    async fn delete_saved_reply(&self, id: SavedReplyId, by: PersonId, may_shared: bool) -> StoreResult<bool>;
}

#[derive(Debug, Clone)]
pub struct KeepReply {
    /// `edit.id`, or that of the new one.
    pub id: SavedReplyId,
    pub edit: SavedReplyEdit,
    pub by: PersonId,
    /// Whether this person may change what everybody has.
    pub may_shared: bool,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyKept {
    Kept,
    /// Another one has this shortcut.
    ShortcutTaken,
    /// There is no such reply for this person to change.
    NotTheirs,
}
