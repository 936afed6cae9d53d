//! Which accounts a person may see: an admin every one; an agent those of their teams, and those
//! that were given to no team.

use super::StoreResult;
use async_trait::async_trait;
use model::ids::AccountId;
use model::person::PersonId;
use std::collections::HashSet;

#[async_trait]
pub trait Sights: Send + Sync + 'static {
    /// `None` if the person cannot sign in (any more).
    async fn find_sight(&self, person: PersonId) -> StoreResult<Option<Sight>>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    EveryAccount,
    Accounts(HashSet<AccountId>),
}

impl Sight {
    pub fn includes(&self, account: AccountId) -> bool {
        match self {
            Self::EveryAccount => true,
            Self::Accounts(accounts) => accounts.contains(&account),
        }
    }
}
