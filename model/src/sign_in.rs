//! Signing in and setting up: what the two forms hold and what can be wrong with them.

use crate::person::FieldProblem;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// The sign-in form as the person gets it back. The password is never sent back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct SignInForm {
    /// The name of the business, for the title.
    pub business: Option<String>,
    pub email: String,
    /// Where they wanted to go; a path of ours.
    pub next: String,
    pub problem: Option<SignInProblem>,
    /// Before the set-up there is nobody who could sign in, and the page says what to do instead.
    pub nobody_yet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInProblem {
    /// One answer for an unknown email, a wrong password and a deactivated person.
    WrongEmailOrPassword,
    TooManyTries {
        wait_s: u32,
    },
}

impl SignInProblem {
    pub fn words(self) -> String {
        match self {
            Self::WrongEmailOrPassword => "The email or the password is not right.".to_owned(),
            Self::TooManyTries { wait_s } => match wait_s.div_ceil(60) {
                0 | 1 => "Too many tries. You can try again in a minute.".to_owned(),
                minutes => format!("Too many tries. You can try again in {minutes} minutes."),
            },
        }
    }
}

/// The form behind the one-time set-up link: it makes the first admin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct SetUpForm {
    /// The secret of the link, in its path.
    pub link: String,
    /// False once the link was used, or ran out: the page then says so instead of showing a form.
    pub link_is_good: bool,
    pub business: String,
    pub name: String,
    pub email: String,
    pub problems: SetUpProblems,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct SetUpProblems {
    pub business: Option<FieldProblem>,
    pub name: Option<FieldProblem>,
    pub email: Option<FieldProblem>,
    pub password: Option<FieldProblem>,
}

impl SetUpProblems {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where to go after signing in: a path of ours, or the inbox. Anything that a browser could read
/// as another site (`//evil.example`, `/\evil.example`, `https:`) is not followed.
pub fn safe_next(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\t', '\n', '\r'])
        && !next.starts_with("/login")
        && !next.starts_with("/logout");
    if ours { next } else { "/inbox" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_followed_after_signing_in() {
        assert_eq!(safe_next("/inbox/01k9?view=mine"), "/inbox/01k9?view=mine");
        for other in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil", "inbox", "/logout"] {
            assert_eq!(safe_next(other), "/inbox", "{other:?}");
        }
    }

    #[test]
    fn the_wait_is_told_in_minutes() {
        let words = |wait_s| SignInProblem::TooManyTries { wait_s }.words();
        assert_eq!(words(20), "Too many tries. You can try again in a minute.");
        assert_eq!(words(61), "Too many tries. You can try again in 2 minutes.");
    }
}
