//! Who answers a conversation where several apps share an account: what is yet to be asked of Meta, and what came
//! of it. Of each conversation one thing is asked at a time, so of two people one takes it and the other sees that.

use super::StoreResult;
use async_trait::async_trait;
use model::audit::AuditId;
use model::filter::OwnerKind;
use model::ids::{AccountId, BotId, ConversationId, MessageId, NotificationId};
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
pub trait Handovers: Send + Sync + 'static {
    async fn queue_handover(&self, new: NewHandover) -> StoreResult<HandoverQueued>;

    /// Up to `limit` that are due, and those whose process is gone: nobody else has them until `lease_until`.
    async fn claim_handovers(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> StoreResult<Vec<Handover>>;

    /// Nobody is at any of them: what was claimed is due again. As at the start of the only process.
    async fn free_handovers(&self) -> StoreResult<()>;

    /// When the next is due, or its claim runs out.
    async fn find_next_handover(&self) -> StoreResult<Option<Timestamp>>;

    /// Whether something is being asked for this conversation.
    async fn has_handover(&self, conversation: ConversationId) -> StoreResult<bool>;

    /// What came of it: the conversation is who answers it now, its thread says so, and nothing is asked any more.
    /// `false` if somebody else has settled it.
    async fn settle_handover(&self, settled: HandoverSettled) -> StoreResult<bool>;

    /// Nothing came of it yet: again later.
    async fn postpone_handover(&self, conversation: ConversationId, until: Timestamp) -> StoreResult<()>;

    /// Queues keeping what people still owe an answer and would lose within `within_s` seconds; how many.
    async fn queue_keeping(&self, now: Timestamp, within_s: i64, limit: u32) -> StoreResult<u64>;

    /// Meta says that it is another app's. `false` if that was known.
    async fn lose_control(&self, lost: LostControl) -> StoreResult<bool>;

    /// The bots of the conversation's account.
    async fn find_bots_of(&self, conversation: ConversationId) -> StoreResult<Option<BotsOf>>;

    /// Whether Meta lets one app at a time answer for the account.
    async fn set_routing(&self, account: AccountId, is_on: bool, now: Timestamp) -> StoreResult<()>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// From another app, for a person.
    Take,
    /// To the account's bot.
    Give,
    /// The same, because it was closed.
    Back,
    /// Longer than Meta gives by itself.
    Keep,
}

impl Act {
    pub const ALL: [Self; 4] = [Self::Take, Self::Give, Self::Back, Self::Keep];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Give => "give",
            Self::Back => "back",
            Self::Keep => "keep",
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewHandover {
    pub conversation: ConversationId,
    pub act: Act,
    pub person: PersonId,
    /// What the other side is to know.
    pub note: Option<String>,
    pub now: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandoverQueued {
    Yes,
    /// It is on that side already; who has it, if it is a person.
    Was {
        assignee: Option<String>,
    },
    /// Something is being asked already, by whom.
    UnderWay {
        by: Option<String>,
    },
    NoSuchConversation,
}

/// A claimed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub conversation: ConversationId,
    pub account: AccountId,
    /// Meta's id of the customer.
    pub contact_external_id: String,
    pub act: Act,
    pub person: Option<PersonId>,
    pub note: Option<String>,
    /// How often it was claimed before: then Meta may have done it.
    pub attempts: i32,
    pub owner: OwnerKind,
    pub is_closed: bool,
    pub bots: BotsOf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotsOf {
    pub account: AccountId,
    /// A bot of ours, which answers through the API.
    pub bot: Option<BotId>,
    /// Another app, as Meta calls it.
    pub app: Option<String>,
    /// One app at a time may answer, as far as we have heard.
    pub is_routed: bool,
}

#[derive(Debug, Clone)]
pub struct HandoverSettled {
    pub conversation: ConversationId,
    pub person: Option<PersonId>,
    pub outcome: Outcome,
    /// There was something to be asked; else it is done by our word alone.
    pub was_asked: bool,
    /// The line that it leaves.
    pub line: MessageId,
    pub notification: NotificationId,
    pub audit_id: AuditId,
    pub now: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is the person's.
    Taken,
    /// Whoever has it was asked.
    Asked,
    /// It is another app's; `None`: the default app's.
    Given { app: Option<String>, note: Option<String> },
    /// Ours until then, if nothing happens.
    Kept { until: Timestamp },
    /// Why, in a sentence for a note.
    Refused { words: String },
    /// There is nothing to do any more.
    Dropped,
}

#[derive(Debug, Clone)]
pub struct LostControl {
    pub conversation: ConversationId,
    /// Who has it, if Meta tells.
    pub app: Option<String>,
    pub now: Timestamp,
}
