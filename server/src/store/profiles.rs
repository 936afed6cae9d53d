//! Customers' names, as Meta tells them: whose are to be asked for, and what came of it.
//!
//! `profile_due_at` is when to ask, null if there is no need; `profile_at` is when asking last came to
//! an end: with a name, with a refusal, or given up.

use super::StoreResult;
use super::media::NewMedia;
use async_trait::async_trait;
use model::ids::{AccountId, ContactId};
use model::profile::Facts;
use model::time::Timestamp;

#[async_trait]
pub trait Profiles: Send + Sync + 'static {
    /// At most `limit` contacts that are due, at most `an_account` of each account, longest due first.
    /// Until `until` nobody else gets them.
    async fn claim_profiles(&self, claim: ProfileClaim) -> StoreResult<Vec<DueProfile>>;

    /// A name that Meta no longer tells stays; a new picture takes the place of the former, which is
    /// marked as deleted. `false` if the contact is gone; then nothing was changed.
    async fn save_profile(&self, profile: FetchedProfile) -> StoreResult<bool>;

    /// It is asked for again at `due_at`, or not by itself if there is none.
    async fn save_profile_problem(&self, contact: ContactId, problem: ProfileProblem, at: ProblemAt)
    -> StoreResult<()>;
}

#[derive(Debug, Clone, Copy)]
pub struct ProfileClaim {
    pub now: Timestamp,
    pub until: Timestamp,
    pub limit: u32,
    pub an_account: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueProfile {
    pub contact: ContactId,
    pub account: AccountId,
    pub external_id: String,
    /// How often it was tried in vain.
    pub tries: u32,
}

#[derive(Debug, Clone)]
pub struct FetchedProfile {
    pub contact: ContactId,
    pub name: Option<String>,
    pub username: Option<String>,
    pub facts: Facts,
    /// A file that is kept already, and belongs to the contact from now on.
    pub picture: Option<NewMedia>,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy)]
pub struct ProblemAt {
    pub now: Timestamp,
    pub due_at: Option<Timestamp>,
}

/// Why there is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileProblem {
    /// They never wrote to us.
    NoConsent,
    /// Meta knows nobody of this id.
    UnknownPerson,
    /// Our app may not know.
    NoAccess,
    /// Meta said no, in a way that we do not know.
    Refused,
    /// We cannot ask without a token that works.
    NoToken,
    /// No answer, or one that may be another later; so often by now.
    Trying { tries: u32 },
    /// The same, for the last time.
    GaveUp,
}

impl ProfileProblem {
    /// How `contacts.profile_error` says it.
    pub fn word(self) -> String {
        match self {
            Self::NoConsent => "no_consent".to_owned(),
            Self::UnknownPerson => "unknown_person".to_owned(),
            Self::NoAccess => "no_access".to_owned(),
            Self::NoToken => "no_token".to_owned(),
            Self::Refused => "refused".to_owned(),
            Self::Trying { tries } => format!("trying_{tries}"),
            Self::GaveUp => "gave_up".to_owned(),
        }
    }

    /// The tries that a word tells of.
    pub fn tries(word: &str) -> u32 {
        word.strip_prefix("trying_").and_then(|it| it.parse().ok()).unwrap_or_default()
    }
}
