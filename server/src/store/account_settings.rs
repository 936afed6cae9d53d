//! What an admin sets for an account that is connected.

use super::StoreResult;
use super::teams::RunChange;
use async_trait::async_trait;
use model::ids::{AccountId, ScheduleId, TeamId};
use model::inbox::MarksSeen;
use model::teams::{BotSettings, ListedAccount, TeamRefusal};

#[async_trait]
pub trait AccountSettings: Send + Sync + 'static {
    /// Every account with what is set for it and how it fares, oldest first.
    async fn list_accounts_in_use(&self) -> StoreResult<Vec<ListedAccount>>;

    /// Changes one thing and tells the feed.
    async fn set_account(
        &self,
        change: RunChange,
        id: AccountId,
        to: AccountSetting,
    ) -> StoreResult<Result<(), TeamRefusal>>;
}

#[derive(Debug, Clone)]
pub enum AccountSetting {
    /// Nothing goes out any more.
    Paused,
    Resumed,
    Shows {
        typing: bool,
        marks_seen: MarksSeen,
    },
    /// None of them: everybody sees it. Whoever no longer sees it lets go of its conversations.
    Teams(Vec<TeamId>),
    Schedule(Option<ScheduleId>),
    Bot(BotSettings),
}
