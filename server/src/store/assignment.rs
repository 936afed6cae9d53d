//! Finding somebody for a conversation that opened: by rule, or whoever had it before.

use super::StoreResult;
use super::people::PersonChange;
use async_trait::async_trait;
use model::assignment::Availability;
use model::audit::AuditId;
use model::ids::{ConversationId, MessageId, NotificationId, ScheduleId, TeamId};
use model::people::Refusal;
use model::person::PersonId;
use model::teams::{MoveTo, Moved, TeamRefusal};
use model::time::Timestamp;
use std::collections::BTreeSet;

#[async_trait]
pub trait Assignment: Send + Sync + 'static {
    /// At most `limit` of the conversations that wait for somebody and could be given to somebody now,
    /// oldest first.
    async fn list_to_assign(&self, moment: Moment, limit: u32) -> StoreResult<Vec<ConversationId>>;

    /// Gives one of them to whoever is to have it. Whoever decides about it meanwhile, by hand or by rule,
    /// wins: then nothing is done.
    async fn assign_by_rule(&self, ruling: Ruling) -> StoreResult<Ruled>;

    /// An admin moves what somebody has and is not closed, all at once.
    async fn move_conversations(&self, change: PersonChange, to: MoveTo) -> StoreResult<Result<Moved, TeamRefusal>>;

    /// An admin says how many conversations rules give to somebody at most.
    async fn set_conversation_limit(
        &self,
        change: PersonChange,
        limit: Option<u32>,
    ) -> StoreResult<Result<(), Refusal>>;

    /// A person says whether they are there for conversations.
    async fn set_availability(&self, id: PersonId, to: Availability, now: Timestamp) -> StoreResult<()>;

    async fn find_availability(&self, id: PersonId) -> StoreResult<Option<Availability>>;

    /// A page of this person is open.
    async fn note_here(&self, person: PersonId, now: Timestamp) -> StoreResult<()>;
}

/// Now, and which working hours are over now.
#[derive(Debug, Clone)]
pub struct Moment {
    pub now: Timestamp,
    pub shut: BTreeSet<ScheduleId>,
}

#[derive(Debug, Clone)]
pub struct Ruling {
    pub conversation: ConversationId,
    pub moment: Moment,
    /// The line that it leaves.
    pub line: MessageId,
    pub notification: NotificationId,
    pub audit_id: AuditId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruled {
    Given(PersonId),
    Team(TeamId),
    /// Nobody can take it now: it goes on waiting.
    Nobody,
    /// It does not wait (any more).
    NotWaiting,
    /// Whoever was to have it has changed meanwhile.
    Again,
}
