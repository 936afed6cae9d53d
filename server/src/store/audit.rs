//! Who did what, and when. Written once, never changed.

use super::StoreResult;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::{AccountId, ConversationId, MessageId, RuleId, ScheduleId, TeamId};
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
pub trait Audit: Send + Sync + 'static {
    async fn insert_audit(&self, entry: AuditEntry) -> StoreResult<()>;

    /// At most `limit` entries, newest first, older than `before` if given.
    async fn list_audit(&self, before: Option<AuditId>, limit: u32) -> StoreResult<Vec<AuditLine>>;
}

#[derive(Debug, Clone)]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: Actor,
    pub action: &'static str,
    /// What it was done to, if it was done to something.
    pub subject: Option<Subject>,
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub enum Actor {
    Person(PersonId),
    Rule(RuleId),
    /// The program itself, or whoever has the operator's shell.
    System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Person(PersonId),
    Account(AccountId),
    Message(MessageId),
    Conversation(ConversationId),
    Team(TeamId),
    Rule(RuleId),
    Schedule(ScheduleId),
}

/// Every action has one dotted name, listed here.
pub mod action {
    pub const SET_UP: &str = "inbox.set_up";
    pub const PERSON_ADDED: &str = "person.added";
    pub const PERSON_INVITED: &str = "person.invited";
    /// Another link, which ends the one before.
    pub const PERSON_INVITED_AGAIN: &str = "person.invited_again";
    /// They used their invitation.
    pub const PERSON_JOINED: &str = "person.joined";
    pub const MADE_ADMIN: &str = "person.made_admin";
    pub const MADE_AGENT: &str = "person.made_agent";
    pub const PERSON_DEACTIVATED: &str = "person.deactivated";
    pub const PERSON_ACTIVATED: &str = "person.activated";
    pub const PERSON_RENAMED: &str = "person.renamed";
    pub const PASSWORD_CHANGED: &str = "person.password_changed";
    /// Somebody signed another browser of theirs out.
    pub const SESSIONS_ENDED: &str = "person.sessions_ended";
    pub const ACCOUNT_ADDED: &str = "account.added";
    /// Connected again: a new name or token.
    pub const ACCOUNT_RENEWED: &str = "account.renewed";
    /// What customers are shown of us was changed.
    pub const ACCOUNT_CHANGED: &str = "account.changed";
    pub const ACCOUNT_PAUSED: &str = "account.paused";
    pub const ACCOUNT_RESUMED: &str = "account.resumed";
    /// Which teams see it.
    pub const ACCOUNT_TEAMS: &str = "account.teams_changed";
    pub const ACCOUNT_HOURS: &str = "account.hours_changed";
    pub const TEAM_ADDED: &str = "team.added";
    pub const TEAM_RENAMED: &str = "team.renamed";
    pub const TEAM_MEMBERS: &str = "team.members_changed";
    pub const TEAM_DELETED: &str = "team.deleted";
    pub const RULE_ADDED: &str = "rule.added";
    pub const RULE_CHANGED: &str = "rule.changed";
    pub const RULE_DELETED: &str = "rule.deleted";
    pub const HOURS_SAVED: &str = "hours.saved";
    pub const HOURS_DELETED: &str = "hours.deleted";
    pub const LIMIT_CHANGED: &str = "person.limit_changed";
    /// Everything that somebody had was moved.
    pub const PERSON_RELIEVED: &str = "person.relieved";
    /// By a rule, or because they had it before.
    pub const ASSIGNED: &str = "conversation.assigned";
    /// A message left under the human-agent tag.
    pub const SENT_WITH_TAG: &str = "message.sent_with_tag";
    pub const SIGNED_IN: &str = "person.signed_in";
    pub const SIGNED_OUT: &str = "person.signed_out";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: Option<PersonId>,
    pub action: String,
    pub subject: Option<Subject>,
    pub address: Option<String>,
}
