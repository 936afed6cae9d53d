//! Who did what, and when. Written once, never changed.

use super::StoreResult;
use async_trait::async_trait;
use model::audit::{Action, AuditId, SubjectKind};
use model::desk::SavedReplyId;
use model::ids::{
    AccountId, ApiTokenId, ChangeId, ConversationId, EndpointId, LabelId, MessageId, RuleId, ScheduleId, TeamId,
};
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
pub trait Audit: Send + Sync + 'static {
    async fn insert_audit(&self, entry: AuditEntry) -> StoreResult<()>;

    /// At most `limit` of the entries that `wanted` lets through, newest first, older than `before` if given.
    async fn search_audit(
        &self,
        wanted: AuditWanted,
        before: Option<AuditId>,
        limit: u32,
    ) -> StoreResult<Vec<AuditLine>>;

    /// The same of all entries.
    async fn list_audit(&self, before: Option<AuditId>, limit: u32) -> StoreResult<Vec<AuditLine>> {
        self.search_audit(AuditWanted::default(), before, limit).await
    }
}

/// Which entries; whatever is not given lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditWanted {
    pub actor: Option<PersonId>,
    pub action: Option<Action>,
    pub kind: Option<SubjectKind>,
    /// The id of what it was done to.
    pub subject: Option<String>,
    pub from: Option<Timestamp>,
    /// Up to there, and not at it.
    pub until: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: Actor,
    pub action: Action,
    /// What it was done to, if it was done to something.
    pub subject: Option<Subject>,
    /// What the sentence of the action says more; the name of what is gone, for one.
    pub detail: Option<String>,
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub enum Actor {
    Person(PersonId),
    Rule(RuleId),
    /// Another program, through the API.
    Token(ApiTokenId),
    /// The program itself, or whoever has the operator's shell.
    System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Account(AccountId),
    Conversation(ConversationId),
    Endpoint(EndpointId),
    Label(LabelId),
    Message(MessageId),
    Team(TeamId),
    Rule(RuleId),
    Schedule(ScheduleId),
    Person(PersonId),
    SavedReply(SavedReplyId),
    Token(ApiTokenId),
}

impl Subject {
    pub const fn kind(self) -> SubjectKind {
        match self {
            Self::Account(_) => SubjectKind::Account,
            Self::Conversation(_) => SubjectKind::Conversation,
            Self::Endpoint(_) => SubjectKind::Endpoint,
            Self::Label(_) => SubjectKind::Label,
            Self::Message(_) => SubjectKind::Message,
            Self::Person(_) => SubjectKind::Person,
            Self::SavedReply(_) => SubjectKind::SavedReply,
            Self::Team(_) => SubjectKind::Team,
            Self::Token(_) => SubjectKind::Token,
            Self::Rule(_) => SubjectKind::Rule,
            Self::Schedule(_) => SubjectKind::Schedule,
        }
    }

    pub fn id(self) -> String {
        match self {
            Self::Account(it) => it.to_string(),
            Self::Conversation(it) => it.to_string(),
            Self::Endpoint(it) => it.to_string(),
            Self::Label(it) => it.to_string(),
            Self::Message(it) => it.to_string(),
            Self::Person(it) => it.to_string(),
            Self::SavedReply(it) => it.to_string(),
            Self::Team(it) => it.to_string(),
            Self::Token(it) => it.to_string(),
            Self::Rule(it) => it.to_string(),
            Self::Schedule(it) => it.to_string(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: Option<PersonId>,
    pub actor_name: Option<String>,
    pub action: Action,
    pub subject: Option<Subject>,
    /// What it is called now; nothing if it is gone.
    pub subject_name: Option<String>,
    pub detail: Option<String>,
    pub address: Option<String>,
}

/// Who does something, when and from where, with the ids that its traces get.
#[derive(Debug, Clone)]
pub struct Deed {
    pub by: PersonId,
    pub now: Timestamp,
    pub audit_id: AuditId,
    pub change_id: ChangeId,
    pub address: Option<String>,
}
