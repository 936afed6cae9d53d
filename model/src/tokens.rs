//! Tokens: what lets another program use the API, and how far.

use crate::ids::{AccountId, ApiTokenId};
use crate::person::{FieldProblem, check_name};
use crate::teams::NamedAccount;
use crate::time::Timestamp;

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Read,
    Write,
    Send,
    Handover,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Send, Self::Handover];

    /// The word in the database, on the command line and in the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Send => "send",
            Self::Handover => "handover",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Send => "Send",
            Self::Handover => "Hand over",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "Conversations, their messages, and what happens as it happens.",
            Self::Write => "State, assignee and labels of conversations, and notes.",
            Self::Send => "Messages and reactions to customers, typing and seen.",
            Self::Handover => "Giving conversations to a bot and back to people.",
        }
    }
}

/// A token as those who run the inbox see it; the token itself nobody sees twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedToken {
    pub id: ApiTokenId,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// `None`: every account, also those that are still to come.
    pub accounts: Option<Vec<NamedAccount>>,
    /// The bot as which it writes.
    pub bot: Option<String>,
    /// Nobody by name: it was made on the command line.
    pub made_by: Option<String>,
    pub made_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

/// How long a token can be used, as the form offers it.
pub const LIVES: [(&str, &str); 5] =
    [("", "For ever"), ("7", "For 7 days"), ("30", "For 30 days"), ("90", "For 90 days"), ("365", "For a year")];

/// Longer than anybody plans.
pub const DAYS_MOST: i64 = 3650;

/// The form of a new token: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenForm {
    pub name: String,
    pub scopes: Vec<Scope>,
    /// None: every account.
    pub accounts: Vec<AccountId>,
    pub bot: String,
    /// Empty: for ever.
    pub days: String,
    pub problems: TokenProblems,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenProblems {
    pub name: Option<FieldProblem>,
    pub bot: Option<FieldProblem>,
    /// Nothing is allowed.
    pub no_scope: bool,
    pub whole: Option<TokenTrouble>,
}

/// What is wrong with no field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenTrouble {
    NotDays,
    /// One of the accounts is gone.
    AccountGone,
    TooMany,
}

impl TokenTrouble {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotDays => "A token can be used for 1 to 3650 days, or for ever.",
            Self::AccountGone => {
                "An account that was ticked is not connected any more. Look again which ones the token is for."
            }
            Self::TooMany => "There are as many tokens as there can be. Revoke some that nobody uses.",
        }
    }
}

impl From<TokenTrouble> for TokenProblems {
    fn from(trouble: TokenTrouble) -> Self {
        Self { whole: Some(trouble), ..Self::default() }
    }
}

/// A form in which nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedToken {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub accounts: Vec<AccountId>,
    pub bot: Option<String>,
    pub days: Option<i64>,
}

impl TokenForm {
    pub fn check(&self) -> Result<CheckedToken, TokenProblems> {
        let name = check_name(&self.name);
        let bot = Some(self.bot.trim()).filter(|it| !it.is_empty()).map(check_name).transpose();
        let days = match self.days.trim() {
            "" => Ok(None),
            days => days.parse().ok().filter(|it| (1..=DAYS_MOST).contains(it)).map(Some).ok_or(()),
        };
        let mut scopes = self.scopes.clone();
        scopes.sort_unstable();
        scopes.dedup();
        let problems = TokenProblems {
            name: name.clone().err(),
            bot: bot.clone().err(),
            no_scope: scopes.is_empty(),
            whole: days.is_err().then_some(TokenTrouble::NotDays),
        };
        match (name, bot, days) {
            (Ok(name), Ok(bot), Ok(days)) if !scopes.is_empty() => {
                let mut accounts = self.accounts.clone();
                accounts.sort_unstable();
                accounts.dedup();
                Ok(CheckedToken { name, scopes, accounts, bot, days })
            }
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> TokenForm {
        TokenForm { name: " Orders ".to_owned(), scopes: vec![Scope::Send, Scope::Read], ..TokenForm::default() }
    }

    #[test]
    fn scopes_have_one_word_each() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.word()), Some(scope));
        }
        assert_eq!(Scope::from_word("everything"), None);
    }

    #[test]
    fn a_token_has_a_name_and_allows_something() {
        let [one, two] = [1, 2].map(AccountId::from_bits);
        let good = TokenForm { accounts: vec![two, one, two], bot: " Kiln ".to_owned(), ..form() };
        let expected = CheckedToken {
            name: "Orders".to_owned(),
            scopes: vec![Scope::Read, Scope::Send],
            accounts: vec![one, two],
            bot: Some("Kiln".to_owned()),
            days: None,
        };
        assert_eq!(good.check(), Ok(expected));
        let wrong =
            TokenForm { name: " ".to_owned(), bot: "ä".repeat(81), days: "soon".to_owned(), ..TokenForm::default() };
        let problems = wrong.check().unwrap_err();
        assert_eq!((problems.name, problems.no_scope), (Some(FieldProblem::Empty), true));
        assert_eq!(problems.whole, Some(TokenTrouble::NotDays));
        assert_eq!(problems.bot, Some(FieldProblem::TooLong { most: 80 }));
    }

    #[test]
    fn a_life_is_a_number_of_days() {
        for (days, expected) in [("", Some(None)), ("30", Some(Some(30))), ("0", None), ("-1", None), ("9999", None)] {
            let checked = TokenForm { days: days.to_owned(), ..form() }.check();
            assert_eq!(checked.ok().map(|it| it.days), expected, "{days}");
        }
        assert!(LIVES.iter().all(|it| TokenForm { days: it.0.to_owned(), ..form() }.check().is_ok()));
    }
}
