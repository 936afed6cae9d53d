//! Instagram's own tokens end after sixty days unless they are made to last longer before.

use super::StoreResult;
use super::accounts::AccountToken;
use async_trait::async_trait;
use model::ids::{AccountId, ChangeId, IncidentId};
use model::platform::Login;
use model::time::Timestamp;

/// Meta refreshes no token that is younger than a day; the hour is for clocks that differ.
pub const FIRST_AFTER_S: i64 = 25 * 60 * 60;

#[async_trait]
pub trait Refreshing: Send + Sync + 'static {
    /// Tokens whose turn it is, of accounts that are connected; they are nobody else's until then.
    async fn claim_refreshes(&self, now: Timestamp, until: Timestamp, limit: u32) -> StoreResult<Vec<DueToken>>;

    /// Keeps the token that came for the old one, and ends what was wrong. `false` if the account was connected again
    /// meanwhile: that token is the newer one.
    async fn save_refreshed(&self, it: RefreshedToken) -> StoreResult<bool>;

    /// Asks again then. With an incident admins are told that the token ends unless somebody does something; `true`
    /// if they had not been told yet.
    async fn refresh_later(&self, it: UnrefreshedToken) -> StoreResult<bool>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueToken {
    pub token: AccountToken,
    /// As far as Meta said.
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct RefreshedToken {
    pub account: AccountId,
    pub login: Login,
    /// The one that was shown to Meta.
    pub old: String,
    pub sealed: String,
    pub expires_at: Option<Timestamp>,
    pub refresh_at: Timestamp,
    pub now: Timestamp,
    pub change_id: ChangeId,
}

#[derive(Debug, Clone)]
pub struct UnrefreshedToken {
    pub account: AccountId,
    pub login: Login,
    pub sealed: String,
    pub again_at: Timestamp,
    /// Its id and why.
    pub incident: Option<(IncidentId, String)>,
    pub now: Timestamp,
}
