//! Who may do what beside answering: decided here and nowhere else. The server asks before it does anything, and
//! pages ask so that they offer nothing that would be refused.

use crate::person::Role;

/// What is not everybody's to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Inviting, roles, deactivating.
    RunPeople,
    /// Teams, the accounts that they see, rules of assignment, working hours.
    RunTeams,
    /// One's own name, password, sessions and likings.
    OwnPage,
}

impl Act {
    pub const ALL: [Self; 3] = [Self::RunPeople, Self::RunTeams, Self::OwnPage];
}

impl Role {
    pub const fn may(self, act: Act) -> bool {
        match (self, act) {
            (Self::Admin, _) | (Self::Agent, Act::OwnPage) => true,
            (Self::Agent, Act::RunPeople | Act::RunTeams) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_looks_after_themselves_only() {
        assert!(Act::ALL.iter().all(|it| Role::Admin.may(*it)));
        assert_eq!(Act::ALL.map(|it| Role::Agent.may(it)), [false, false, true]);
    }
}
