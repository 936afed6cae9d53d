//! Replies that are kept for many customers: everybody's, and each person's own.

use super::StoreResult;
use super::audit::Deed;
use async_trait::async_trait;
use model::desk::{SavedReply, SavedReplyEdit, SavedReplyId};
use model::person::PersonId;

#[async_trait]
pub trait SavedReplies: Send + Sync + 'static {
    /// Everybody's and this person's own, by shortcut.
    async fn list_saved_replies(&self, person: PersonId) -> StoreResult<Vec<SavedReply>>;

    /// Adds one, or changes the one that `edit` names. What everybody has is for admins to change.
    async fn save_saved_reply(&self, deed: Deed, id: SavedReplyId, edit: SavedReplyEdit) -> StoreResult<ReplyKept>;

    /// `false`: there is no such reply for this person to delete.
    async fn delete_saved_reply(&self, deed: Deed, id: SavedReplyId) -> StoreResult<bool>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyKept {
    Kept,
    /// Another one has this shortcut.
    ShortcutTaken,
    /// There is no such reply for this person to change.
    NotTheirs,
}
