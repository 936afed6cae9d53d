//! Tokens of the API. The store knows each by its fingerprint only.

use super::StoreResult;
use super::audit::{Actor, Deed};
use super::sight::Sight;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::{AccountId, ApiTokenId, BotId};
use model::people::Refusal;
use model::time::Timestamp;
use model::tokens::{ListedToken, Scope};

#[async_trait]
pub trait Tokens: Send + Sync + 'static {
    /// Those that were not revoked, newest first.
    async fn list_tokens(&self) -> StoreResult<Vec<ListedToken>>;

    /// A person must be an admin to add one.
    async fn add_token(&self, token: NewToken) -> StoreResult<Result<TokenAdded, Refusal>>;

    /// Ends what it allows, at once: its fingerprint. `None` if there is no such token (any more).
    async fn revoke_token(&self, deed: Deed, id: ApiTokenId) -> StoreResult<Result<Option<String>, Refusal>>;

    /// `None` if it was never given, was revoked or has run out.
    async fn find_token(&self, fingerprint: String, now: Timestamp) -> StoreResult<Option<KnownToken>>;

    /// Written once a minute at most, however often it is used.
    async fn note_token_used(&self, id: ApiTokenId, now: Timestamp) -> StoreResult<()>;
}

#[derive(Debug, Clone)]
pub struct NewToken {
    pub id: ApiTokenId,
    pub name: String,
    pub fingerprint: String,
    pub scopes: Vec<Scope>,
    /// None: every account.
    pub accounts: Vec<AccountId>,
    /// The name of the bot as which it writes, which is made if it is not there.
    pub bot: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub by: Actor,
    pub now: Timestamp,
    pub audit_id: AuditId,
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenAdded {
    Yes,
    /// One of the accounts is not there (any more).
    NoSuchAccount,
    TooMany,
}

/// What a program that shows a token may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownToken {
    pub id: ApiTokenId,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub bot: Option<NamedBot>,
    pub sight: Sight,
    pub used_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBot {
    pub id: BotId,
    pub name: String,
}
