//! Where a conversation stands: who has it, and whether it is open.

use super::StoreResult;
use super::doer::Doer;
use async_trait::async_trait;
use model::audit::AuditId;
use model::desk::{Colleague, Step};
use model::ids::{ConversationId, MessageId, NotificationId, TeamId};
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
pub trait Conversations: Send + Sync + 'static {
    /// Puts a conversation where it is to stand, and tells the feed; `false` if there is no such
    /// conversation. What stands there already is not written again.
    async fn put_conversation(&self, id: ConversationId, standing: Standing, now: Timestamp) -> StoreResult<bool>;

    /// `None` if there is no such conversation.
    async fn find_standing(&self, id: ConversationId) -> StoreResult<Option<Standing>>;

    /// A person changes where it stands, which leaves a line in its thread. What undoes the thread's
    /// last line, soon and by the same person, takes that line away instead.
    async fn take_step(&self, step: NewStep) -> StoreResult<StepTaken>;

    /// A program gives it to a bot, or back to people, which leaves a line in its thread.
    async fn hand_over(&self, handing: HandingOver) -> StoreResult<HandedOver>;

    /// At most `limit` of those whose snooze is over are open again; which.
    async fn wake_conversations(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<ConversationId>>;

    /// When the next snooze is over.
    async fn find_next_wake(&self) -> StoreResult<Option<Timestamp>>;

    /// Who may see the conversation's account, by name.
    async fn list_colleagues(&self, id: ConversationId) -> StoreResult<Vec<Colleague>>;

    /// The teams whose people may, by name.
    async fn list_teams_of(&self, id: ConversationId) -> StoreResult<Vec<(TeamId, String)>>;
}

#[derive(Debug, Clone)]
pub struct NewStep {
    pub conversation: ConversationId,
    pub step: Step,
    pub by: Doer,
    /// The line that it leaves.
    pub line: MessageId,
    /// For whoever is given a conversation by somebody else.
    pub notification: NotificationId,
    pub now: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepTaken {
    /// `undo` takes it back.
    Done {
        undo: Step,
    },
    /// It stood so already.
    Was,
    NoSuchConversation,
    /// That person cannot sign in any more, or may not see the account; or that team is not there, or may not.
    OutOfTheirSight,
    /// Another app answers.
    OwnedElsewhere,
}

#[derive(Debug, Clone)]
pub struct HandingOver {
    pub conversation: ConversationId,
    pub to: To,
    pub by: Doer,
    /// Why, and what the other side is to know.
    pub note: Option<String>,
    /// The line that it leaves.
    pub line: MessageId,
    pub audit_id: AuditId,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    People,
    /// The bot that asks, else the account's.
    Bot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedOver {
    Done,
    /// It was theirs already.
    Was,
    NoSuchConversation,
    /// Another app or another bot answers.
    OwnedElsewhere,
    /// A bot takes nothing from a person.
    APersonHasIt,
    /// Neither the token nor the account has a bot.
    NoBot,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub with: With,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    SnoozedUntil(Timestamp),
    Closed,
}

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum With {
    /// A person's; of nobody in particular if none is named.
    People(Option<PersonId>),
    /// Another app's, as Meta calls it.
    App(String),
}
