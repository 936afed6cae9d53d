//! How long what is said on an account is kept, and what is older going in small units of work.

use super::StoreResult;
use super::deletions::JournalPart;
use super::teams::RunChange;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::{AccountId, ChangeId, ConversationId, InboundId};
use model::retention::{Kept, Rule, What, WouldGo};
use model::teams::TeamRefusal;
use model::time::Timestamp;

#[async_trait]
pub trait Retention: Send + Sync + 'static {
    async fn list_retention(&self, account: AccountId) -> StoreResult<Vec<Rule>>;

    /// What would go if these were the rules.
    async fn count_would_go(&self, account: AccountId, kept: Kept, now: Timestamp) -> StoreResult<WouldGo>;

    async fn set_retention(
        &self,
        change: RunChange,
        account: AccountId,
        kept: Kept,
    ) -> StoreResult<Result<(), TeamRefusal>>;

    /// A rule that is under way, or was last gone through before then, but for these. It is under way from here on.
    async fn begin_retention(
        &self,
        ended_before: Timestamp,
        but: Vec<(AccountId, What)>,
        now: Timestamp,
    ) -> StoreResult<Option<ToPurge>>;

    /// Conversations with something that goes, among the next of the account.
    async fn list_old(&self, it: ToPurge, after: Option<ConversationId>) -> StoreResult<OldPart>;

    /// Deletes at most so many of what is old in a conversation; `false` if nothing of it is left, or the rule is gone.
    async fn purge_old(&self, it: ToPurge, of: ConversationId, limit: u32, now: Timestamp) -> StoreResult<bool>;

    /// What the journal holds of the account from before then, and has applied.
    async fn old_journal(&self, it: ToPurge, after: Option<InboundId>) -> StoreResult<JournalPart>;

    /// The rule was gone through: what went is noted, and open pages let go of it.
    async fn end_retention(&self, it: ToPurge, audit: AuditId, change: ChangeId, now: Timestamp) -> StoreResult<()>;
}

/// What is older than this goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToPurge {
    pub account: AccountId,
    pub what: What,
    pub before: Timestamp,
    /// Whether anything went since it began.
    pub has_gone: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OldPart {
    pub conversations: Vec<ConversationId>,
    /// Where to look on; `None` if that was all.
    pub next: Option<ConversationId>,
}
