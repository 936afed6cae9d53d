//! How long what is said on an account is kept.

use crate::time::{DAY_S, Timestamp};

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Everything that a thread shows, with its files.
    Messages,
    /// Files alone; the messages that they came with stay.
    Media,
}

impl What {
    pub const ALL: [Self; 2] = [Self::Messages, Self::Media];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Media => "media",
        }
    }
}

impl std::str::FromStr for What {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.word() == word).ok_or(crate::id::NotAnId)
    }
}

/// Ten years.
pub const MOST_DAYS: u16 = 3650;

/// What is chosen for an account; nothing: for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    pub messages_days: Option<u16>,
    pub media_days: Option<u16>,
}

impl Kept {
    pub const fn days(self, what: What) -> Option<u16> {
        match what {
            What::Messages => self.messages_days,
            What::Media => self.media_days,
        }
    }

    /// Before when it goes.
    pub fn before(self, what: What, now: Timestamp) -> Option<Timestamp> {
        self.days(what).map(|days| now.plus_s(-DAY_S * i64::from(days)))
    }

    /// For the audit log.
    pub fn words(self) -> String {
        let of = |days: Option<u16>| match days {
            Some(1) => "1 day".to_owned(),
            Some(days) => format!("{days} days"),
            None => "for ever".to_owned(),
        };
        format!("messages {}, files {}", of(self.messages_days), of(self.media_days))
    }
}

/// What somebody typed as a number of days; nothing is for ever.
pub fn read_days(typed: &str) -> Result<Option<u16>, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    match typed.parse() {
        Ok(days @ 1..=MOST_DAYS) => Ok(Some(days)),
        _ => Err("Type a whole number of days from 1 to 3650, or nothing to keep it for ever."),
    }
}

/// A rule, and what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub what: What,
    pub days: u16,
    /// When it was gone through last.
    pub ended_at: Option<Timestamp>,
    /// It is being gone through.
    pub is_under_way: bool,
    /// What went then, or went so far.
    pub n_messages: i64,
    pub n_files: i64,
}

/// What would go if this were chosen now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WouldGo {
    pub n_messages: i64,
    pub n_files: i64,
    pub bytes: i64,
    /// Of what would go.
    pub oldest: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_or_refused() {
        for (typed, days) in [("", None), ("  ", None), ("1", Some(1)), (" 90 ", Some(90)), ("3650", Some(3650))] {
            assert_eq!(read_days(typed), Ok(days), "{typed:?}");
        }
        for typed in ["0", "-1", "3651", "1.5", "90 days", "٣", "1e3", "99999999999999999999"] {
            assert!(read_days(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn what_is_older_than_its_days_goes() {
        let now = Timestamp(1_763_665_200_000);
        let kept = Kept { messages_days: Some(2), media_days: None };
        assert_eq!(kept.before(What::Messages, now), Some(now.plus_s(-2 * DAY_S)));
        assert_eq!(kept.before(What::Media, now), None);
        assert_eq!(kept.words(), "messages 2 days, files for ever");
    }
}
