//! The connected accounts, the tokens by which we reach them, and what is wrong with them.

use super::StoreResult;
use super::audit::Actor;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::{AccountId, BackfillId, ChangeId, IncidentId};
use model::inbox::MarksSeen;
use model::platform::{Login, Platform};
use model::time::Timestamp;

#[async_trait]
pub trait Accounts: Send + Sync + 'static {
    /// Adds the account with its token. One that is there gets the token, and the name unless a person connected it in
    /// the browser, where it is Meta's; it is connected again, paused if it was, and what was wrong with its old token is
    /// over. What is to be read back is asked for in the same unit of work.
    async fn add_account(&self, account: NewAccount) -> StoreResult<AccountAdded>;

    /// Every account, oldest first.
    async fn list_accounts(&self) -> StoreResult<Vec<Account>>;

    async fn find_account(&self, id: AccountId) -> StoreResult<Option<Account>>;

    /// Changes what customers are shown of us; `None` stays as it is. `false` if there is no such account.
    async fn set_account_shows(&self, shows: AccountShows) -> StoreResult<bool>;

    /// The token to reach the account with: one that works if there is one, of two Instagram's own.
    async fn find_account_token(&self, id: AccountId) -> StoreResult<Option<AccountToken>>;

    async fn list_account_tokens(&self) -> StoreResult<Vec<AccountToken>>;

    /// Marks the token dead and opens an incident, unless that is done or it was replaced meanwhile.
    /// `true` if it was alive until now.
    async fn token_died(&self, death: TokenDeath) -> StoreResult<bool>;

    /// Active accounts that show a customer "seen" as soon as a message comes in.
    async fn accounts_seen_on_receipt(&self) -> StoreResult<Vec<AccountId>>;

    /// What somebody has to look at, oldest first.
    async fn list_open_incidents(&self, limit: u32) -> StoreResult<Vec<Incident>>;
}

/// What Meta refused an account once is not tried with it again.
pub mod refused {
    /// Several pictures in one message.
    pub const SEVERAL_IMAGES: &str = "several_images";
}

/// Every kind of incident has one name, listed here.
pub mod incident {
    pub const TOKEN_DEAD: &str = "token_dead";
    /// A token that ends soon is not made to last longer.
    pub const TOKEN_ENDING: &str = "token_ending";
    /// Meta stopped telling us what happens.
    pub const SUBSCRIPTION_LOST: &str = "subscription_lost";
    /// Something may not be done without which the inbox is none.
    pub const PERMISSION_MISSING: &str = "permission_missing";
    /// Meta refuses the human-agent tag: nothing goes out after 24 hours.
    pub const TAG_REFUSED: &str = "tag_refused";
}

#[derive(Debug, Clone)]
pub struct NewAccount {
    pub platform: Platform,
    pub external_id: String,
    pub name: String,
    pub login: Login,
    /// Sealed by the vault.
    pub token: String,
    pub told: Told,
    pub now: Timestamp,
    pub actor: Actor,
    pub audit_id: AuditId,
    /// What was said before it was connected is to be read back, unless that was asked for already.
    pub wants_history: bool,
    pub history_id: BackfillId,
    /// What was said while it was disconnected is read back in any case.
    pub gap_id: BackfillId,
}

/// What Meta says beside the token; what it does not say stays as it was.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub username: Option<String>,
    /// What callbacks call the account's owner.
    pub scoped_id: Option<String>,
    /// The Page that it is linked to and reached through.
    pub page_id: Option<String>,
    /// The app of ours that the token was made by.
    pub app: Option<String>,
    /// Empty: nobody knows.
    pub scopes: Vec<String>,
    pub expires_at: Option<Timestamp>,
    /// When to ask for the next one, if it has to be asked for.
    pub refresh_at: Option<Timestamp>,
}

/// What customers are shown of us while we read and write.
#[derive(Debug, Clone)]
pub struct AccountShows {
    pub id: AccountId,
    pub typing: Option<bool>,
    pub marks_seen: Option<MarksSeen>,
    pub now: Timestamp,
    pub actor: Actor,
    pub audit_id: AuditId,
    pub change_id: ChangeId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountAdded {
    New,
    Renewed,
    /// It is being deleted; nothing was changed.
    BeingDeleted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub platform: Platform,
    pub external_id: String,
    pub name: String,
    pub username: Option<String>,
    pub state: AccountState,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    Active,
    Paused,
    Disconnected,
    Deleting,
}

impl AccountState {
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "active" => Some(Self::Active),
            "paused" => Some(Self::Paused),
            "disconnected" => Some(Self::Disconnected),
            "deleting" => Some(Self::Deleting),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountToken {
    pub account: AccountId,
    pub login: Login,
    /// As the vault sealed it.
    pub sealed: String,
    pub works: bool,
    /// Why it does not.
    pub error: Option<String>,
    /// The app of ours that it was made by, if that is known.
    pub app: Option<String>,
}

#[derive(Debug, Clone)]
pub struct TokenDeath {
    pub account: AccountId,
    pub login: Login,
    /// The token that Meta refused: a newer one lives.
    pub sealed: String,
    pub reason: String,
    pub now: Timestamp,
    pub incident_id: IncidentId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    pub id: IncidentId,
    pub account: AccountId,
    pub kind: String,
    pub detail: Option<String>,
    pub opened_at: Timestamp,
}
