//! How much a conversation presses, as people said.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    pub const ALL: [Self; 3] = [Self::Normal, Self::High, Self::Urgent];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::High => "High",
            Self::Urgent => "Urgent",
        }
    }

    /// Whatever its capitals.
    pub fn called(title: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.title().eq_ignore_ascii_case(title))
    }

    /// As the database has it.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// A number that a newer version wrote is the most that this one knows.
    pub const fn from_number(number: i32) -> Self {
        match number {
            ..=0 => Self::Normal,
            1 => Self::High,
            _ => Self::Urgent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_lead_back() {
        for it in Priority::ALL {
            assert_eq!((Priority::from_number(it.number()), Priority::called(it.title())), (it, Some(it)));
        }
        assert_eq!((Priority::called("uRGENT"), Priority::called("low")), (Some(Priority::Urgent), None));
        assert_eq!((Priority::from_number(-1), Priority::from_number(3)), (Priority::Normal, Priority::Urgent));
    }
}
