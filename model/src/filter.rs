//! What narrows a view: typed into the search box beside words (`label:Damaged is:unread mug`), chosen in a form, or
//! kept under a name. What is typed speaks in names, what is kept in ids: a label keeps its views when it is renamed.

mod words;

use crate::ids::{AccountId, LabelId, TeamId};
use crate::inbox::Order;
use crate::person::PersonId;
use crate::platform::Platform;
use crate::priority::Priority;
use crate::view::View;
use serde::{Deserialize, Serialize};

pub use words::{Typed, has_filters};

/// Each must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "wishes that have nothing to do with each other")]
pub struct Filter {
    /// In the contact's name or the newest words.
    pub words: String,
    pub assignee: Option<Assignee>,
    pub team: Option<TeamId>,
    pub labels: Vec<LabelId>,
    pub account: Option<AccountId>,
    pub platform: Option<Platform>,
    pub window: Option<WindowKind>,
    pub priority: Option<Priority>,
    /// Also what is snoozed or closed, in views that hold what is open.
    pub any_state: bool,
    pub is_unread: bool,
    /// The customer waits for our answer.
    pub is_waiting: bool,
    pub mentions_me: bool,
    pub longest_first: bool,
    /// For other programs: in the inbox a view says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerKind>,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    Human,
    Bot,
    Other,
}

impl OwnerKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Bot => "bot",
            Self::Other => "other",
        }
    }
}

impl std::str::FromStr for OwnerKind {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Human, Self::Bot, Self::Other].into_iter().find(|it| it.word() == word).ok_or(crate::id::NotAnId)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// Whoever looks.
    Me,
    Nobody,
    Person(PersonId),
}

/// What a reply would be now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowKind {
    Standard,
    HumanAgent,
    Closed,
}

impl WindowKind {
    pub const ALL: [Self; 3] = [Self::Standard, Self::HumanAgent, Self::Closed];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Standard => "free",
            Self::HumanAgent => "human-agent",
            Self::Closed => "closed",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Standard => "Free reply",
            Self::HumanAgent => "With the human-agent tag",
            Self::Closed => "Closed",
        }
    }
}

impl Filter {
    pub fn of_words(words: &str) -> Self {
        Self { words: words.trim().to_owned(), ..Self::default() }
    }

    /// It says where to walk and in which order, and nothing that each conversation must be asked.
    pub fn is_plain(&self) -> bool {
        let Self { account, any_state, longest_first, .. } = *self;
        *self == Self { account, any_state, longest_first, ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub const fn order(&self, view: View) -> Order {
        match view {
            View::ExpiringSoon => Order::ClosesFirst,
            _ if self.longest_first => Order::WaitsLongest,
            _ => Order::Newest,
        }
    }
}

/// What filters can name, as it is called now.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub people: Vec<(PersonId, String)>,
    pub teams: Vec<(TeamId, String)>,
    pub labels: Vec<(LabelId, String)>,
    pub accounts: Vec<(AccountId, String)>,
}

#[cfg(test)]
mod tests;
