//! `@` and a name, in a note: where a mention begins and where it ends. Server and browser go by the same.

/// Whether an `@` after this is the beginning of a mention, and not the middle of an address.
pub fn may_begin_after(before: &str) -> bool {
    !before.chars().next_back().is_some_and(|it| it.is_alphanumeric() || it == '@')
}

/// Whether a name can end before this. Where letters are large and small, words stand apart; a name in
/// another script may have something like 「さん」 at its end.
pub fn may_end_before(after: &str) -> bool {
    !after.chars().next().is_some_and(|it| it.is_lowercase() || it.is_uppercase() || it.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_stands_apart() {
        for before in ["", " ", "(", "💙", "See:", "\n"] {
            assert!(may_begin_after(before), "{before:?}");
        }
        for before in ["mia", "1", "@", "é"] {
            assert!(!may_begin_after(before), "{before:?}");
        }
        for after in ["", " ", ",", "’s", "さん", "\n"] {
            assert!(may_end_before(after), "{after:?}");
        }
        for after in ["s", "É", "2"] {
            assert!(!may_end_before(after), "{after:?}");
        }
    }
}
