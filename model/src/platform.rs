//! The two platforms, in the words of the webhook's `object`.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    Instagram,
    /// A Facebook Page: Messenger.
    Page,
}

impl Platform {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Page => "page",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Instagram, Self::Page].into_iter().find(|it| it.word() == word)
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Instagram => "Instagram",
            Self::Page => "Messenger",
        }
    }
}
