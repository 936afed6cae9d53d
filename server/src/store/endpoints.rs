//! Outgoing webhooks: endpoints, what each of them is still to be told, and what became of it.

use super::StoreResult;
use super::audit::Deed;
use super::sight::Sight;
use async_trait::async_trait;
use model::audit::AuditId;
use model::endpoints::{DeliveryKey, ListedBot, ListedDelivery, ListedEndpoint, Topic};
use model::ids::{ApiTokenId, BotId, ConversationId, EndpointId, MessageId};
use model::people::Refusal;
use model::time::Timestamp;

/// The most changes that one unit of work makes deliveries of.
pub const MADE_AT_ONCE: u32 = 200;

#[async_trait]
pub trait Endpoints: Send + Sync + 'static {
    /// By name, with what waits.
    async fn list_endpoints(&self, now: Timestamp) -> StoreResult<Vec<ListedEndpoint>>;

    /// It is told what happens from now on.
    async fn add_endpoint(&self, deed: Deed, endpoint: NewEndpoint) -> StoreResult<Result<EndpointAdded, Refusal>>;

    /// `false` if there is no such endpoint (any more), or it stands so already.
    async fn change_endpoint(
        &self,
        deed: Deed,
        id: EndpointId,
        change: EndpointChange,
    ) -> StoreResult<Result<bool, Refusal>>;

    /// The newest `limit`, or the newest that failed.
    async fn list_deliveries(&self, id: EndpointId, failed_only: bool, limit: u32) -> StoreResult<Vec<ListedDelivery>>;

    /// What ended is told once more; how many those are.
    async fn replay_deliveries(&self, deed: Deed, id: EndpointId, which: Replay) -> StoreResult<Result<u64, Refusal>>;

    async fn list_bots(&self) -> StoreResult<Vec<ListedBot>>;

    /// How long a customer may wait for it; `false` if there is no such bot.
    async fn limit_bot(&self, deed: Deed, id: BotId, within_s: Option<i64>) -> StoreResult<Result<bool, Refusal>>;

    /// Those that have not been told all that the feed says.
    async fn endpoints_behind(&self) -> StoreResult<Behind>;

    /// Makes deliveries of the changes that come next, and moves the endpoint's place in the feed in the same unit of
    /// work.
    async fn make_deliveries(&self, id: EndpointId, now: Timestamp) -> StoreResult<Made>;

    /// Endpoints that something can be told to now, and when the next one can be.
    async fn endpoints_due(&self, now: Timestamp) -> StoreResult<Due>;

    /// At most `limit` of one endpoint, and no more than may be on their way to it at a time.
    async fn claim_deliveries(&self, id: EndpointId, claim: ClaimDeliveries) -> StoreResult<Vec<Claimed>>;

    /// What became of one that was claimed. What somebody else has claimed meanwhile is left alone.
    async fn settle_delivery(&self, claimed: Claimed, fate: Fate, now: Timestamp) -> StoreResult<()>;

    /// Those whose process ended are due again, or `all` of them if there is no other process; how many those are.
    async fn orphan_deliveries(&self, all: bool, now: Timestamp) -> StoreResult<u64>;

    /// Removes at most `limit` of those that ended before `before`, and of those that were made before it for endpoints
    /// that are paused or shut out.
    async fn purge_deliveries(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Conversations that a bot is to lose now, and why, of the `limit` in which customers wait longest.
    async fn find_unanswered(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Lost>>;

    /// People get it, which leaves a line in its thread; `false` if the bot has answered, or it is not the bot's any more.
    async fn lose_conversation(&self, losing: Losing) -> StoreResult<bool>;
}

#[derive(Debug, Clone)]
pub struct NewEndpoint {
    pub id: EndpointId,
    pub name: String,
    pub url: String,
    pub token: ApiTokenId,
    pub topics: Vec<Topic>,
    /// Sealed.
    pub secret: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointAdded {
    Yes,
    /// The token is gone.
    NoToken,
    /// The token may not read.
    CannotRead,
    TooMany,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointChange {
    Pause,
    Resume,
    Delete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    One(DeliveryKey),
    AllFailed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// There is none at all.
    pub is_nobody: bool,
    pub ids: Vec<EndpointId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    pub n_deliveries: usize,
    /// There may be more to make at once.
    pub is_more: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Whoever waits longest comes first.
    pub ids: Vec<EndpointId>,
    pub next_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
pub struct ClaimDeliveries {
    pub now: Timestamp,
    pub lease_until: Timestamp,
    pub limit: u32,
    /// On their way to one endpoint; to one that fails it is one.
    pub at_a_time: u32,
}

/// What is to be told now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub key: DeliveryKey,
    pub url: String,
    /// Sealed.
    pub secret: String,
    pub sight: Sight,
    pub conversation: ConversationId,
    pub message: Option<MessageId>,
    pub topic: Topic,
    /// Of ownership: who answers since then.
    pub owner: Option<String>,
    /// This one included.
    pub attempts: i32,
    pub made_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Delivered {
        status: u16,
    },
    /// It is tried again at `again_at`, or given up.
    Failed {
        status: Option<u16>,
        error: String,
        again_at: Option<Timestamp>,
        /// Nobody was there: so it is with all others, for a while.
        held_until: Option<Timestamp>,
    },
    /// There is nothing left to tell.
    Pointless,
}

/// A bot is to lose this conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    pub conversation: ConversationId,
    pub bot: BotId,
    pub bot_name: String,
    /// Since when the customer waits.
    pub waiting_since: Timestamp,
    pub why: WhyLost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyLost {
    Silent { limit_s: i64 },
    Unreachable,
}

#[derive(Debug, Clone)]
pub struct Losing {
    pub lost: Lost,
    /// Why, in words.
    pub note: String,
    /// The line that it leaves.
    pub line: MessageId,
    pub audit_id: AuditId,
    pub now: Timestamp,
}
