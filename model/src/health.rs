//! How an account fares, as a list of findings in plain words: what was found, how bad it is, what to do and what mends
//! it. Pure: the page and `switchboard check` gather what is known and show the same list.

mod findings;
#[cfg(test)]
mod tests;

pub use findings::{of_account, of_clock, of_signatures};

use crate::platform::{Login, Platform};
use crate::teams::Standing;
use crate::time::Timestamp;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    /// Such as "Token".
    pub about: &'static str,
    /// Whole sentences.
    pub words: String,
    pub mend: Option<Mend>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Good,
    /// It works so far, or nobody can know yet.
    Warning,
    Broken,
}

/// The one thing that mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// Connecting the account again.
    Connect,
    /// Asking Meta again, which also switches on what it stopped telling.
    Look,
    /// Where the account is paused and resumed.
    Settings,
}

/// What is known of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    pub platform: Platform,
    pub standing: Standing,
    pub logins: Vec<LoginFacts>,
    pub last_event_at: Option<Timestamp>,
    pub last_sent_at: Option<Timestamp>,
    pub tag: Tag,
    /// Meta has blocked it from sending, as it told us.
    pub is_blocked: bool,
}

/// Whether Meta lets people answer after 24 hours, as answers have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Unknown,
    Works,
    Refused,
}

/// What is known through one of the two logins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFacts {
    pub login: Login,
    pub token: TokenFacts,
    pub expires_at: Option<Timestamp>,
    /// What was granted, as far as Meta told.
    pub granted: Vec<String>,
    /// What Meta said when it was asked last.
    pub asked: Option<Asked>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenFacts {
    Works,
    /// Meta refused it, and why.
    Dead(Option<String>),
    /// Our key does not open it, and why.
    Locked(String),
}

/// What Meta said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When it answered last; none if it never did.
    pub at: Option<Timestamp>,
    /// Why it did not answer since.
    pub error: Option<String>,
    /// What it tells us of; none if that is not known.
    pub fields: Option<Vec<String>>,
    /// Permissions that are certainly missing.
    pub missing: Vec<String>,
}

/// How long a token lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Never,
    At(Timestamp),
}

impl Ends {
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::At(at) => Some(at),
        }
    }
}

/// What Meta, or somebody in its name, posted to us lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signatures {
    pub n_right: i64,
    pub n_wrong: i64,
}

impl Finding {
    pub fn good(about: &'static str, words: impl Into<String>) -> Self {
        Self { level: Level::Good, about, words: words.into(), mend: None }
    }

    pub fn warning(about: &'static str, words: impl Into<String>) -> Self {
        Self { level: Level::Warning, about, words: words.into(), mend: None }
    }

    pub fn broken(about: &'static str, words: impl Into<String>) -> Self {
        Self { level: Level::Broken, about, words: words.into(), mend: None }
    }

    #[must_use]
    pub fn mended_by(self, mend: Mend) -> Self {
        Self { mend: Some(mend), ..self }
    }
}
