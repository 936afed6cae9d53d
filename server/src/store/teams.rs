//! Teams: who is in them, and what only they see.

use super::StoreResult;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::{ChangeId, TeamId};
use model::person::PersonId;
use model::teams::{ListedTeam, TeamRefusal, Teammate};
use model::time::Timestamp;

#[async_trait]
pub trait Teams: Send + Sync + 'static {
    /// Every team, in no order.
    async fn list_teams(&self) -> StoreResult<Vec<ListedTeam>>;

    /// Whoever can be in this team, in no order: those who can sign in or are invited.
    async fn list_teammates(&self, team: TeamId) -> StoreResult<Vec<Teammate>>;

    async fn add_team(&self, change: RunChange, id: TeamId, name: String) -> StoreResult<Result<Named, TeamRefusal>>;

    async fn rename_team(&self, change: RunChange, id: TeamId, name: String)
    -> StoreResult<Result<Named, TeamRefusal>>;

    /// These are its members from now on. Whoever sees less lets go of what they no longer see; the pages of
    /// everybody concerned look again.
    async fn set_members(
        &self,
        change: RunChange,
        id: TeamId,
        members: Vec<PersonId>,
    ) -> StoreResult<Result<(), TeamRefusal>>;

    /// With its rules. What is limited to it alone keeps it.
    async fn delete_team(&self, change: RunChange, id: TeamId) -> StoreResult<Result<(), TeamRefusal>>;
}

/// What an admin changes for everybody.
#[derive(Debug, Clone)]
pub struct RunChange {
    pub by: PersonId,
    pub now: Timestamp,
    pub audit_id: AuditId,
    /// For what tells the pages of everybody concerned.
    pub change_id: ChangeId,
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Yes,
    /// Another one has this name.
    Taken,
}
