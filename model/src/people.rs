//! The people as an admin sees them, the way in for somebody new, and what each sees of themselves.

use crate::assignment::Availability;
use crate::person::{FieldProblem, PersonId, Role};
use crate::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonState {
    Active,
    /// Has a link and no password yet.
    Invited,
    Deactivated,
}

impl PersonState {
    pub const ALL: [Self; 3] = [Self::Active, Self::Invited, Self::Deactivated];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Deactivated => "deactivated",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPerson {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub state: PersonState,
    pub seen_at: Option<Timestamp>,
    /// Open conversations that are theirs.
    pub n_open: i64,
    /// Those in which a customer waits for an answer.
    pub n_waiting: i64,
    /// Since when the one who waits longest does.
    pub waiting_since: Option<Timestamp>,
    /// How many rules give them at most.
    pub limit: Option<u32>,
    /// What they chose to be.
    pub availability: Availability,
    /// Until when their invitation can be used.
    pub link_until: Option<Timestamp>,
    /// They sign in with a code beside the password.
    pub has_second_factor: bool,
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Whoever asks does not run the inbox (any more).
    NotAllowed,
    NoSuchPerson,
    LastAdmin,
    Oneself,
    /// The person does not stand where this can be done: somebody else was quicker.
    ChangedMeanwhile,
}

impl Refusal {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotAllowed => "Your role does not allow this.",
            Self::NoSuchPerson => "This person is not here.",
            Self::LastAdmin => "There must be an admin. Make somebody else an admin first.",
            Self::Oneself => "You cannot deactivate yourself. Ask another admin.",
            Self::ChangedMeanwhile => "Somebody else was quicker. This is how it is now.",
        }
    }
}

/// The form that invites somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteForm {
    pub name: String,
    pub email: String,
    pub role: Role,
    pub problems: InviteProblems,
}

impl Default for InviteForm {
    fn default() -> Self {
        Self { name: String::new(), email: String::new(), role: Role::Agent, problems: InviteProblems::default() }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InviteProblems {
    pub name: Option<FieldProblem>,
    pub email: Option<FieldProblem>,
}

/// What an invitation says to whoever opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub business: String,
    /// Who sent it; nobody is named if that is not known.
    pub invited_by: Option<String>,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// The form behind an invitation: it makes somebody who can sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinForm {
    /// The secret of the link, in its path.
    pub link: String,
    /// `None` once the link was used, replaced, or ran out.
    pub invitation: Option<Invitation>,
    pub name: String,
    pub problems: JoinProblems,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinProblems {
    pub name: Option<FieldProblem>,
    pub password: Option<FieldProblem>,
}

/// The form that changes one's own password. Neither is ever sent back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PasswordProblems {
    pub present: Option<PresentProblem>,
    pub new: Option<FieldProblem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresentProblem {
    Wrong,
    TooManyTries { wait_s: u32 },
}

impl PresentProblem {
    pub fn words(self) -> String {
        match self {
            Self::Wrong => "This is not your password.".to_owned(),
            Self::TooManyTries { wait_s } => crate::sign_in::SignInProblem::TooManyTries { wait_s }.words(),
        }
    }
}

/// One browser in which a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// What the store knows it by; it signs nobody in.
    pub fingerprint: String,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub since: Timestamp,
    pub seen_at: Timestamp,
}

/// What a browser calls itself, as its owner would: "Firefox on Linux".
pub fn browser_name(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| names.iter().find(|it| user_agent.contains(it.0)).map(|it| it.1);
    // Each of these also claims to be those below it.
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "a Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) => one.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "Another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_one_word_each() {
        for state in PersonState::ALL {
            assert_eq!(PersonState::from_word(state.word()), Some(state));
        }
        assert_eq!(PersonState::from_word("gone"), None);
    }

    #[test]
    fn a_browser_is_called_what_its_owner_calls_it() {
        let list = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                "Safari on a Mac",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            ("curl/8.9.1", "Another program"),
            ("", "Another program"),
        ];
        for (user_agent, name) in list {
            assert_eq!(browser_name(user_agent), name, "{user_agent}");
        }
    }
}
