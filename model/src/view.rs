//! The views of the inbox: which conversations a list shows.

use crate::ids::SavedViewId;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    #[default]
    Mine,
    Unassigned,
    AllOpen,
    ExpiringSoon,
    WithTheBot,
    Snoozed,
    Closed,
}

impl View {
    /// In the order of the rail.
    pub const ALL: [Self; 7] = [
        Self::Mine,
        Self::Unassigned,
        Self::AllOpen,
        Self::ExpiringSoon,
        Self::WithTheBot,
        Self::Snoozed,
        Self::Closed,
    ];

    /// The word in the address: `/inbox?view=all-open`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::AllOpen => "all-open",
            Self::ExpiringSoon => "expiring-soon",
            Self::WithTheBot => "with-the-bot",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Unassigned => "Unassigned",
            Self::AllOpen => "All open",
            Self::ExpiringSoon => "Expiring soon",
            Self::WithTheBot => "With the bot",
            Self::Snoozed => "Snoozed",
            Self::Closed => "Closed",
        }
    }

    /// What an empty list says of itself.
    pub const fn empty_text(self) -> &'static str {
        match self {
            Self::Mine => "Conversations that are yours appear here, newest first.",
            Self::Unassigned => "Conversations that nobody has taken appear here.",
            Self::AllOpen => "Every open conversation appears here, newest first.",
            Self::ExpiringSoon => "Conversations whose reply window is about to close appear here.",
            Self::WithTheBot => "Conversations that a bot is answering appear here.",
            Self::Snoozed => "Conversations put aside until later appear here.",
            Self::Closed => "Conversations that are done appear here.",
        }
    }
}

/// A view that somebody made: one of the above, narrowed, under a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SavedView {
    pub id: SavedViewId,
    pub name: String,
    /// Nobody else sees it.
    pub is_mine: bool,
    pub view: View,
    /// What narrows it, as it would be typed.
    pub words: String,
    pub count: i64,
    /// There may be more: nobody looked on.
    pub is_more: bool,
}

impl SavedView {
    /// Whether that is what a list shows.
    pub fn is(&self, view: View, words: &str) -> bool {
        self.view == view && self.words == words
    }
}

/// What stands beside the views, the views that somebody made, and what concerns them and is unread.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Counts {
    pub views: Vec<(View, i64)>,
    pub saved: Vec<SavedView>,
    pub notifications: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_have_one_word_each() {
        for view in View::ALL {
            assert_eq!(View::from_word(view.word()), Some(view));
        }
        assert_eq!(View::from_word("everything"), None);
    }
}
