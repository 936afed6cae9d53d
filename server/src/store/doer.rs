//! Who does something at a conversation.

use super::audit::Actor;
use model::ids::{ApiTokenId, BotId};
use model::person::PersonId;
use model::thread::Author;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doer {
    Person(PersonId),
    /// Another program, by its token; as a bot if the token is one's.
    Program {
        token: ApiTokenId,
        bot: Option<BotId>,
    },
}

impl Doer {
    pub const fn author(self) -> Author {
        match self {
            Self::Person(_) => Author::Agent,
            Self::Program { .. } => Author::Bot,
        }
    }

    /// What the thread knows them by.
    pub fn author_id(self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Program { bot: Some(id), .. } => id.to_string(),
            Self::Program { token, bot: None } => token.to_string(),
        }
    }

    pub const fn actor(self) -> Actor {
        match self {
            Self::Person(id) => Actor::Person(id),
            Self::Program { token, .. } => Actor::Token(token),
        }
    }

    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(id) => Some(id),
            Self::Program { .. } => None,
        }
    }

    pub const fn bot(self) -> Option<BotId> {
        match self {
            Self::Person(_) => None,
            Self::Program { bot, .. } => bot,
        }
    }
}

impl From<PersonId> for Doer {
    fn from(id: PersonId) -> Self {
        Self::Person(id)
    }
}
