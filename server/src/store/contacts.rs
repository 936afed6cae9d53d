//! What is known of a customer, and what conversations are sorted by.

use super::StoreResult;
use super::audit::Deed;
use async_trait::async_trait;
use model::desk::{ContactEdit, Details, Label};
use model::ids::{ContactId, ConversationId, LabelId};
use model::time::Timestamp;

#[async_trait]
pub trait Contacts: Send + Sync + 'static {
    /// What stands beside the thread; `None` if there is no such conversation.
    async fn find_details(&self, id: ConversationId) -> StoreResult<Option<Details>>;

    /// What people wrote about the customer, in the place of what stood there; empty is nothing.
    /// `false` if there is no such conversation.
    async fn save_contact(&self, id: ConversationId, edit: ContactEdit, now: Timestamp) -> StoreResult<bool>;

    /// Blocks a customer, whose conversation is closed, or unblocks them, which brings to sight what they wrote
    /// meanwhile. Either leaves a line in the thread. `false` if there is no such customer.
    async fn block_contact(&self, deed: Deed, id: ContactId, is_blocked: bool) -> StoreResult<bool>;

    /// Those of `labels` that exist are the conversation's, and no others. `false` if there is no such
    /// conversation.
    async fn set_labels(&self, id: ConversationId, labels: Vec<LabelId>, now: Timestamp) -> StoreResult<bool>;

    /// Adds those whose names are not there yet.
    async fn insert_labels(&self, labels: Vec<Label>, now: Timestamp) -> StoreResult<()>;
}
