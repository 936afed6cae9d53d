//! Saved replies as their page keeps them.

use crate::desk::SavedReplyId;
use crate::platform::Platform;

/// What is filled in when a saved reply is used.
pub const VARIABLES: [&str; 3] = ["name", "first name", "agent"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyField {
    Shortcut,
    Title,
    Text,
}

/// What is wrong with a saved reply, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyProblem {
    pub field: ReplyField,
    pub words: String,
}

impl ReplyProblem {
    pub const fn new(field: ReplyField, words: String) -> Self {
        Self { field, words }
    }
}

/// The form of a saved reply: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyForm {
    /// `None`: a new one.
    pub id: Option<SavedReplyId>,
    pub shortcut: String,
    pub title: String,
    pub text: String,
    pub is_mine: bool,
    pub problem: Option<ReplyProblem>,
}

/// What whoever keeps it should know about a text.
pub fn remarks(text: &str) -> Vec<String> {
    let mut remarks: Vec<String> =
        unknown(text).map(|it| format!("Nothing is filled in for {{{it}}}: customers read it as it is.")).collect();
    for platform in [Platform::Instagram, Platform::Page] {
        let n = crate::outgoing::split(platform, text).len();
        if n > 1 {
            remarks.push(format!("On {} it is sent as {n} messages.", platform.title()));
        }
    }
    remarks
}

/// Words in braces that look like variables and are none.
fn unknown(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('{').skip(1).filter_map(|it| it.split_once('}').map(|it| it.0));
    parts.filter(|it| {
        let word = it.trim();
        let is_word = !word.is_empty() && word.chars().all(|it| it.is_alphanumeric() || matches!(it, ' ' | '_' | '-'));
        is_word && !VARIABLES.iter().any(|known| known.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_fills_in_is_said() {
        assert_eq!(remarks("Hi { First Name }, {name}. {agent} {} {1+1} {"), Vec::<String>::new());
        assert_eq!(remarks("{order} is {on its way}").len(), 2);
    }

    #[test]
    fn what_is_too_long_for_one_message_is_said() {
        assert_eq!(remarks(&"A bowl. ".repeat(200)), ["On Instagram it is sent as 2 messages."]);
        assert_eq!(remarks(&"Ж".repeat(500)), Vec::<String>::new());
    }
}
