//! The part of a text in which the words stand that were looked for.

use super::phrase::{Phrase, marks};

/// A piece of a text, and whether it was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bit {
    pub text: String,
    pub is_hit: bool,
}

const LETTERS_BEFORE: usize = 48;
const LETTERS_MOST: usize = 220;

/// From a little before the first hit on, in one line.
pub fn excerpt(text: &str, phrases: &[Phrase]) -> Vec<Bit> {
    let marks = marks(text, phrases);
    let first = marks.first().map_or(0, |it| it.start);
    let begin = begin_before(text, first);
    let end = text[begin..].char_indices().nth(LETTERS_MOST).map_or(text.len(), |it| begin + it.0);
    let mut bits = Vec::new();
    if begin > 0 {
        push(&mut bits, "…", false);
    }
    let mut at = begin;
    for mark in marks.iter().filter(|it| it.end <= end) {
        push(&mut bits, &text[at..mark.start], false);
        push(&mut bits, &text[mark.clone()], true);
        at = mark.end;
    }
    push(&mut bits, &text[at..end], false);
    if end < text.len() {
        push(&mut bits, "…", false);
    }
    bits
}

/// The whole of a short text.
pub fn whole(text: &str, phrases: &[Phrase]) -> Vec<Bit> {
    let (mut bits, mut at) = (Vec::new(), 0);
    for mark in marks(text, phrases) {
        push(&mut bits, &text[at..mark.start], false);
        push(&mut bits, &text[mark.clone()], true);
        at = mark.end;
    }
    push(&mut bits, &text[at..], false);
    bits
}

fn push(bits: &mut Vec<Bit>, text: &str, is_hit: bool) {
    if !text.is_empty() {
        bits.push(Bit { text: text.to_owned(), is_hit });
    }
}

/// Where a word begins; in a script without spaces, anywhere.
fn begin_before(text: &str, first: usize) -> usize {
    let Some((far, _)) = text[..first].char_indices().rev().nth(LETTERS_BEFORE) else { return 0 };
    let blank = text[far..first].char_indices().take(LETTERS_BEFORE / 2).find(|it| it.1.is_whitespace());
    blank.map_or(far, |(at, it)| far + at + it.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::search::Query;
    use proptest::prelude::*;

    fn shown(text: &str, typed: &str) -> String {
        let bits = excerpt(text, &Phrase::all_of(&Query::parse(typed).terms));
        bits.iter().map(|it| if it.is_hit { format!("[{}]", it.text) } else { it.text.clone() }).collect()
    }

    #[test]
    fn a_long_text_begins_shortly_before_the_hit() {
        assert_eq!(shown("A blue mug <b>", "mug"), "A blue [mug] <b>");
        let long = format!("{} the mug {}", "word ".repeat(40), "more ".repeat(80));
        let shown = shown(&long, "mug");
        assert!(shown.starts_with("…word word") && shown.contains("the [mug] more") && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() < LETTERS_MOST + 5, "{shown}");
    }

    #[test]
    fn a_text_without_a_hit_begins_at_its_beginning() {
        assert_eq!(shown("A bowl", "mug"), "A bowl");
        assert_eq!(shown("", "mug"), "");
    }

    proptest! {
        #[test]
        fn nothing_is_added_and_nothing_turned(text in any::<String>(), typed in any::<String>()) {
            let phrases = Phrase::all_of(&Query::parse(&typed).terms);
            let joined = |bits: Vec<Bit>| bits.into_iter().map(|it| it.text).collect::<String>();
            prop_assert_eq!(joined(whole(&text, &phrases)), text.as_str());
            let part = joined(excerpt(&text, &phrases));
            prop_assert!(part.is_empty() || text.contains(part.trim_matches('…')) || text.contains('…'));
        }
    }
}
