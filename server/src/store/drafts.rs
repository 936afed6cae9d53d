//! What people began to write and have not sent.

use super::StoreResult;
use async_trait::async_trait;
use model::desk::Draft;
use model::ids::ConversationId;
use model::person::PersonId;

#[async_trait]
pub trait Drafts: Send + Sync + 'static {
    /// Keeps a draft in the place of the former, unless that is newer. An empty one is kept only as
    /// the word that there is none, so that an older one that comes late is none either.
    async fn save_draft(&self, id: ConversationId, person: PersonId, draft: Draft) -> StoreResult<()>;

    /// The person's own, at most one a mode, with those files that are still there.
    async fn list_drafts(&self, id: ConversationId, person: PersonId) -> StoreResult<Vec<Draft>>;
}
