//! The people who work in the inbox, and the rules for their names, emails and passwords.

use crate::id::id;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

id! {
    /// A person who can sign in.
    PersonId
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the inbox: people, accounts, settings.
    Admin,
    /// Answers customers.
    Agent,
}

impl Role {
    pub const ALL: [Self; 2] = [Self::Admin, Self::Agent];

    /// The word in the database, on the command line and in the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Agent => "agent",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Agent => "Agent",
        }
    }
}

/// Whoever is signed in, as their own pages need them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Me {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub preferences: Preferences,
}

/// How a person likes to work. Stored as JSON, so every part may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Preferences {
    /// For so many seconds a message can be taken back after Send; 0 sends at once.
    pub undo_s: u8,
    /// Enter sends, and Shift+Enter begins a line; otherwise the other way round with Ctrl.
    pub enter_sends: bool,
    pub theme: Theme,
    /// A short sound for a message in a conversation of mine, or in one of nobody's.
    pub sound: bool,
    /// The same as a notification of the system, where the browser was allowed to.
    pub notifies: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { undo_s: 5, enter_sends: true, theme: Theme::System, sound: false, notifies: false }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

/// Longer than anybody waits.
pub const UNDO_MOST_S: u8 = 60;

impl Preferences {
    /// Within what the program keeps to.
    #[must_use]
    pub fn checked(self) -> Self {
        Self { undo_s: self.undo_s.min(UNDO_MOST_S), ..self }
    }
}

/// What is wrong with a field that a person filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    Empty,
    TooLong {
        most: u32,
    },
    TooShort {
        least: u32,
    },
    NotAnEmail,
    /// The password is the email or the name.
    TooObvious,
    /// Somebody already signs in with this email.
    Taken,
}

impl FieldProblem {
    /// What the person reads beside the field.
    pub fn words(self) -> String {
        match self {
            Self::Empty => "This is needed.".to_owned(),
            Self::TooLong { most } => format!("At most {most} characters."),
            Self::TooShort { least } => format!("At least {least} characters."),
            Self::NotAnEmail => "This is not an email address.".to_owned(),
            Self::TooObvious => "Choose one that is not your name or email.".to_owned(),
            Self::Taken => "Somebody already signs in with this email.".to_owned(),
        }
    }
}

pub const NAME_MOST: u32 = 80;
pub const EMAIL_MOST: u32 = 254;
pub const PASSWORD_LEAST: u32 = 10;
/// Long enough for any pass phrase, short enough that hashing one costs no more than another.
pub const PASSWORD_MOST: u32 = 256;

/// A name of a person or of the business, without blanks around it.
pub fn check_name(name: &str) -> Result<String, FieldProblem> {
    let name = name.trim();
    if name.is_empty() {
        return Err(FieldProblem::Empty);
    }
    if name.chars().count() > NAME_MOST as usize {
        return Err(FieldProblem::TooLong { most: NAME_MOST });
    }
    Ok(name.to_owned())
}

/// An email as the person wrote it, without blanks around it. Only the shape is looked at: whether
/// it exists is known when they sign in with it.
pub fn check_email(email: &str) -> Result<String, FieldProblem> {
    let email = email.trim();
    if email.is_empty() {
        return Err(FieldProblem::Empty);
    }
    if email.len() > EMAIL_MOST as usize {
        return Err(FieldProblem::TooLong { most: EMAIL_MOST });
    }
    let shaped = email.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.')
    });
    if !shaped || email.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return Err(FieldProblem::NotAnEmail);
    }
    Ok(email.to_owned())
}

/// The form under which emails are compared: people do not remember which letters were capitals.
pub fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A password for a person of this name and email. Length is what counts; only the obvious is refused.
pub fn check_password(password: &str, name: &str, email: &str) -> Result<(), FieldProblem> {
    if password.is_empty() {
        return Err(FieldProblem::Empty);
    }
    let n_chars = password.chars().count();
    if n_chars < PASSWORD_LEAST as usize {
        return Err(FieldProblem::TooShort { least: PASSWORD_LEAST });
    }
    if n_chars > PASSWORD_MOST as usize {
        return Err(FieldProblem::TooLong { most: PASSWORD_MOST });
    }
    let folded = password.trim().to_lowercase();
    if folded == fold_email(email) || folded == name.trim().to_lowercase() {
        return Err(FieldProblem::TooObvious);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_email_needs_its_two_sides() {
        assert_eq!(check_email(" mia@luna.example "), Ok("mia@luna.example".to_owned()));
        for wrong in ["mia", "@luna.example", "mia@", "mia@.example", "mia@luna.", "mi a@luna.example"] {
            assert_eq!(check_email(wrong), Err(FieldProblem::NotAnEmail), "{wrong}");
        }
        assert_eq!(check_email("  "), Err(FieldProblem::Empty));
        assert_eq!(check_email(&format!("{}@luna.example", "m".repeat(250))), Err(FieldProblem::TooLong { most: 254 }));
    }

    #[test]
    fn emails_are_compared_without_capitals() {
        assert_eq!(fold_email(" Mia@Luna.Example"), fold_email("mia@luna.example"));
    }

    #[test]
    fn a_password_is_long_and_not_obvious() {
        let check = |password: &str| check_password(password, "Mia Lindqvist", "mia@luna.example");
        assert_eq!(check("kiln and glaze"), Ok(()));
        assert_eq!(check(""), Err(FieldProblem::Empty));
        assert_eq!(check("kiln"), Err(FieldProblem::TooShort { least: 10 }));
        assert_eq!(check("Mia Lindqvist"), Err(FieldProblem::TooObvious));
        assert_eq!(check("MIA@luna.example"), Err(FieldProblem::TooObvious));
        assert_eq!(check(&"k".repeat(257)), Err(FieldProblem::TooLong { most: 256 }));
        assert_eq!(check("陶器の釉薬と窯の温度"), Ok(()), "ten characters of any script");
    }

    #[test]
    fn roles_have_one_word_each() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("Admin"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_a_check_panic(text: String, other: String) {
            let _ = (check_name(&text), check_email(&text), check_password(&text, &other, &text));
        }

        #[test]
        fn a_checked_name_passes_again(text: String) {
            if let Ok(name) = check_name(&text) {
                prop_assert_eq!(check_name(&name), Ok(name));
            }
        }
    }
}
