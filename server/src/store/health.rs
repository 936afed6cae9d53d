//! How accounts fare at Meta: what was found, and when they are looked at again.

use super::StoreResult;
use super::accounts::{Account, AccountToken};
use async_trait::async_trait;
use model::audit::AuditId;
use model::health::{Asked, Ends, Signatures, Tag};
use model::ids::{AccountId, ChangeId, IncidentId};
use model::platform::{Login, Platform};
use model::time::Timestamp;

/// An account that was connected just now is looked at after so long: whoever connected it looks at once.
pub const FIRST_AFTER_S: i64 = 120;

#[async_trait]
pub trait Health: Send + Sync + 'static {
    /// Tokens that work, of accounts that are connected, whose turn it is; they are nobody else's until then.
    async fn claim_watches(&self, now: Timestamp, until: Timestamp, limit: u32) -> StoreResult<Vec<DueWatch>>;

    /// The same of one account, whether it is its turn or not.
    async fn watch_now(&self, account: AccountId) -> StoreResult<Vec<DueWatch>>;

    /// Notes what Meta said, opens and ends what is wrong, and tells admins. `None` if the token was replaced, or
    /// somebody looked later: then nothing was noted.
    async fn save_look(&self, it: Look) -> StoreResult<Option<Watched>>;

    /// What happened since then is asked for.
    async fn gap_is_asked_for(&self, account: AccountId, login: Login, since: Timestamp) -> StoreResult<()>;

    /// What is known of every account, oldest first.
    async fn list_health(&self) -> StoreResult<Vec<KnownHealth>>;

    /// Counts what was posted to us in that hour since 1970, and forgets hours that are long past.
    async fn count_webhooks(&self, hour: i64, it: Signatures) -> StoreResult<()>;

    /// What was posted to us from that hour on.
    async fn webhooks_since(&self, hour: i64) -> StoreResult<Signatures>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueWatch {
    pub platform: Platform,
    pub token: AccountToken,
    /// What Meta told us of when it was asked last.
    pub fields: Vec<String>,
    /// What was granted, as far as it is known.
    pub granted: Vec<String>,
    /// Meta has told us what happens before.
    pub was_whole: bool,
    /// Other apps answer there too, as far as we have heard.
    pub is_shared: bool,
}

/// What came of looking.
#[derive(Debug, Clone)]
pub struct Look {
    pub account: AccountId,
    pub login: Login,
    /// The token that Meta was asked with: what it says of an older one does not count.
    pub sealed: String,
    pub at: Timestamp,
    pub clock_ms: Option<i64>,
    pub answer: Answer,
    pub ids: LookIds,
}

#[derive(Debug, Clone)]
pub struct LookIds {
    pub subscription: IncidentId,
    pub permission: IncidentId,
    pub change: ChangeId,
    pub audit: AuditId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Meta could not be asked, and why.
    None(String),
    /// It does not let us ask: these permissions are missing.
    Refused(Vec<String>),
    Told(Told),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub fields: Vec<String>,
    pub subscription: Subscription,
    pub missing: Vec<String>,
    /// Without one of them the inbox is none.
    pub is_hampered: bool,
    /// Where Meta said it.
    pub granted: Option<Vec<String>>,
    /// Where Meta said it.
    pub ends: Option<Ends>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscription {
    /// Meta tells us what customers write.
    Whole,
    /// It does because we asked for it just now.
    Restored,
    /// It does not. `is_news`: admins are to hear of it.
    Lost { is_news: bool },
}

/// What is so now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watched {
    /// Something was found to be wrong that nobody knew of.
    pub opened: bool,
    /// Something that was wrong is well again.
    pub closed: bool,
    /// Meta tells us what happens again, and what happened since then is not asked for yet.
    pub gap_since: Option<Timestamp>,
}

/// What is known of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHealth {
    pub account: Account,
    pub tag: Tag,
    pub last_event_at: Option<Timestamp>,
    pub last_sent_at: Option<Timestamp>,
    pub tokens: Vec<KnownToken>,
    /// Kinds of what is wrong, oldest first.
    pub incidents: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownToken {
    pub token: AccountToken,
    pub expires_at: Option<Timestamp>,
    pub granted: Vec<String>,
    pub asked: Option<Asked>,
    pub clock_ms: Option<i64>,
}
