//! What is counted of the team's work.

use super::StoreResult;
use async_trait::async_trait;
use model::ids::AccountId;
use model::numbers::{Closed, Opened, Tagged};
use model::time::Timestamp;

#[async_trait]
pub trait Counting: Send + Sync + 'static {
    /// Conversations that were opened from `from` on and before `until`.
    async fn list_opened(&self, from: Timestamp, until: Timestamp) -> StoreResult<Vec<Opened>>;

    /// Those that were closed then, with when they had been opened.
    async fn list_closed(&self, from: Timestamp, until: Timestamp) -> StoreResult<Vec<Closed>>;

    /// Messages that left with the human-agent tag.
    async fn list_tagged(&self, from: Timestamp, until: Timestamp) -> StoreResult<Vec<Tagged>>;

    async fn list_account_names(&self) -> StoreResult<Vec<(AccountId, String)>>;
}
