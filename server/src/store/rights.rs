//! What people ask of Meta about what we have of them: that our access ends, and that it is deleted.

use super::StoreResult;
use super::accounts::AccountToken;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::{AccountId, ChangeId, DeletionId, IncidentId};
use model::time::Timestamp;

#[async_trait]
pub trait Rights: Send + Sync + 'static {
    /// Somebody took our access away. The account that they are loses the token that its owner had given before; if
    /// they are none of ours, every token that may be theirs is doubted.
    async fn withdraw_consent(&self, it: Withdrawal) -> StoreResult<Withdrawn>;

    /// Somebody asked Meta for what we have of them to be deleted. Whoever asks again is told of the first, and so is
    /// what was asked for before the account was connected as it is now: it is done, or came by once more.
    async fn ask_for_asker(&self, it: AskedByMeta) -> StoreResult<AskedDeletion>;

    /// For a page that everybody can read, if they know the code.
    async fn find_public_deletion(&self, code: &str) -> StoreResult<Option<PublicDeletion>>;

    /// Tokens of which Meta is to be asked whether they still live, the longest doubted first.
    async fn list_doubted(&self, limit: u32) -> StoreResult<Vec<AccountToken>>;

    /// It lives, or nobody can say.
    async fn trust_again(&self, token: AccountToken) -> StoreResult<()>;

    /// Living tokens of Instagram's own login whose owner's id for our app is not known, by the account's id.
    async fn list_unowned(&self, after: Option<AccountId>, limit: u32) -> StoreResult<Vec<AccountToken>>;

    /// Keeps what callbacks call the account's owner.
    async fn save_scoped_id(&self, account: AccountId, scoped_id: String) -> StoreResult<()>;

    /// Forgets ways to Meta and back that nobody can go on any more, and what stands at their end. How many there were.
    async fn purge_connecting(&self, now: Timestamp) -> StoreResult<u64>;
}

#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// As Meta names them to our app.
    pub user: String,
    /// What was given after that is another consent.
    pub until: Timestamp,
    pub now: Timestamp,
    pub incident_id: IncidentId,
    pub audit_id: AuditId,
}

/// What a withdrawal was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// This account cannot be reached any more; `false`: it was so already, or it was connected again since.
    Account(AccountId, bool),
    /// So many tokens are doubted.
    Unknown(u64),
}

#[derive(Debug, Clone)]
pub struct AskedByMeta {
    pub id: DeletionId,
    pub user: String,
    /// When they asked, if Meta says so. What was signed once can be shown again for ever.
    pub issued_at: Option<Timestamp>,
    /// Under which it can be followed.
    pub code: String,
    pub now: Timestamp,
    pub audit_ids: [AuditId; 2],
    pub change_id: ChangeId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedDeletion {
    pub code: String,
    /// What is being deleted; nothing if they are none of ours.
    pub account: Option<AccountId>,
    /// Whether it was asked for just now.
    pub is_new: bool,
    /// What opened the account until now: it is forgotten here, and Meta is yet to be told.
    pub tokens: Vec<AccountToken>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicDeletion {
    pub requested_at: Timestamp,
    pub done_at: Option<Timestamp>,
    /// Whether there was anything to delete.
    pub had_something: bool,
}
