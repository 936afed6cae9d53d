//! Who may do what beside answering: decided here and nowhere else. The server asks before it does anything, and
//! pages ask so that they offer nothing that would be refused.

use crate::person::Role;

/// What is not everybody's to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Who did what and when.
    ReadAudit,
    /// How the team does.
    ReadNumbers,
    /// All that is kept about a customer: as a file, and deleting it.
    RunContacts,
    /// Which fields of the business's own are kept of customers.
    RunFields,
    /// Labels for everybody.
    RunLabels,
    /// Inviting, roles, deactivating.
    RunPeople,
    /// Saved replies for everybody.
    RunReplies,
    /// Saved views for everybody.
    RunViews,
    /// What lets other programs in.
    RunTokens,
    /// Teams, the accounts that they see, rules of assignment, working hours.
    RunTeams,
    /// One's own name, password, sessions and likings.
    OwnPage,
    /// Saved replies for oneself.
    OwnReplies,
    /// Saved views for oneself.
    OwnViews,
}

impl Act {
    pub const ALL: [Self; 13] = [
        Self::ReadAudit,
        Self::ReadNumbers,
        Self::RunContacts,
        Self::RunFields,
        Self::RunLabels,
        Self::RunPeople,
        Self::RunReplies,
        Self::RunTeams,
        Self::RunTokens,
        Self::RunViews,
        Self::OwnPage,
        Self::OwnReplies,
        Self::OwnViews,
    ];
}

impl Role {
    pub const fn may(self, act: Act) -> bool {
        match (self, act) {
            (Self::Admin, _) | (Self::Agent, Act::OwnPage | Act::OwnReplies | Act::OwnViews) => true,
            (
                Self::Agent,
                Act::ReadAudit
                | Act::ReadNumbers
                | Act::RunContacts
                | Act::RunFields
                | Act::RunLabels
                | Act::RunPeople
                | Act::RunReplies
                | Act::RunTeams
                | Act::RunTokens
                | Act::RunViews,
            ) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_looks_after_themselves_only() {
        assert!(Act::ALL.iter().all(|it| Role::Admin.may(*it)));
        let own = [Act::OwnPage, Act::OwnReplies, Act::OwnViews];
        assert!(Act::ALL.iter().all(|it| Role::Agent.may(*it) == own.contains(it)));
    }
}
