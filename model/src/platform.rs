//! The two platforms, in the words of the webhook's `object`.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
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

/// By which of Meta's two logins an account is reached: it decides the host and whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Login {
    /// Instagram's own, with a token of the Instagram account.
    Instagram,
    /// Facebook's, with a token of the Page: Messenger, and Instagram accounts linked to a Page.
    Page,
}

impl Login {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Page => "page",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Instagram, Self::Page].into_iter().find(|it| it.word() == word)
    }

    /// The one that an account has if nobody says otherwise.
    pub const fn usual(platform: Platform) -> Self {
        match platform {
            Platform::Instagram => Self::Instagram,
            Platform::Page => Self::Page,
        }
    }

    pub const fn reaches(self, platform: Platform) -> bool {
        matches!((self, platform), (Self::Page, _) | (Self::Instagram, Platform::Instagram))
    }
}
