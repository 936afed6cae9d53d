//! What conversations are sorted by, as admins keep it.

use super::StoreResult;
use super::audit::Deed;
use async_trait::async_trait;
use model::desk::Label;
use model::ids::LabelId;
use model::labels::CountedLabel;
use model::people::Refusal;

#[async_trait]
pub trait Labels: Send + Sync + 'static {
    /// At most `limit`, by name, with how many conversations carry each.
    async fn list_labels(&self, limit: u32) -> StoreResult<Vec<CountedLabel>>;

    async fn find_label(&self, id: LabelId) -> StoreResult<Option<CountedLabel>>;

    /// An admin makes a label.
    async fn add_label(&self, deed: Deed, label: Label) -> StoreResult<Result<LabelKept, Refusal>>;

    /// An admin gives a label another name or colour.
    async fn change_label(&self, deed: Deed, label: Label) -> StoreResult<Result<LabelKept, Refusal>>;

    /// An admin takes a label from everything that carries it, and away. `None`: there is none.
    async fn delete_label(&self, deed: Deed, id: LabelId) -> StoreResult<Result<Option<CountedLabel>, Refusal>>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelKept {
    Kept,
    /// Another one has this name.
    NameTaken,
    /// There is no such label (any more).
    NotThere,
}
