//! Accounts that are connected by Meta's own logins: who is on their way there, and what they may choose among when they
//! are back.

use super::StoreResult;
use super::accounts::{AccountAdded, NewAccount};
use super::teams::RunChange;
use async_trait::async_trait;
use model::ids::{AccountId, ConnectChoiceId};
use model::person::PersonId;
use model::platform::Login;
use model::teams::TeamRefusal;
use model::time::Timestamp;

#[async_trait]
pub trait Connecting: Send + Sync + 'static {
    /// Remembers that somebody is sent to Meta. What ran out is forgotten, and of one person all but the newest few.
    async fn begin_connecting(&self, it: ConnectAttempt) -> StoreResult<Result<(), TeamRefusal>>;

    /// The attempt that this secret belongs to, once: it is forgotten by that. `None`, and nothing is changed, if there
    /// is none, it ran out, or whoever asks did not begin it in this session.
    async fn take_attempt(&self, state_hash: String, by: Visitor, now: Timestamp) -> StoreResult<Option<TakenAttempt>>;

    /// Keeps what somebody may choose among.
    async fn keep_choice(&self, it: ConnectChoice) -> StoreResult<Result<(), TeamRefusal>>;

    /// `None` also if it ran out or is somebody else's.
    async fn find_choice(&self, id: ConnectChoiceId, by: Visitor, now: Timestamp)
    -> StoreResult<Option<ConnectChoice>>;

    async fn drop_choice(&self, id: ConnectChoiceId) -> StoreResult<()>;

    /// As `add_account`, by somebody who runs the inbox, and told to the feed.
    async fn connect_account(
        &self,
        change: RunChange,
        account: NewAccount,
    ) -> StoreResult<Result<AccountAdded, TeamRefusal>>;

    /// Whether another connected account is reached through the same Page.
    async fn shares_page(&self, id: AccountId) -> StoreResult<bool>;

    /// Forgets the account's tokens; everything else stays. What was connected no longer is not so again.
    async fn disconnect_account(&self, change: RunChange, id: AccountId) -> StoreResult<Result<(), TeamRefusal>>;
}

/// Who asks, in which session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    pub person: PersonId,
    /// What the store knows the session by.
    pub session: String,
}

#[derive(Debug, Clone)]
pub struct ConnectAttempt {
    pub state_hash: String,
    pub by: Visitor,
    pub login: Login,
    pub app: String,
    /// Sealed by the vault.
    pub verifier: Option<String>,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenAttempt {
    pub login: Login,
    pub app: String,
    pub verifier: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectChoice {
    pub id: ConnectChoiceId,
    pub by: Visitor,
    pub app: String,
    /// Of whoever logged in; sealed by the vault.
    pub token: String,
    pub scopes: Vec<String>,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}
