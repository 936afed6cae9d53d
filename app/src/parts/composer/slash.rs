//! Saved replies while one writes: `/` and a word, at the beginning or after a blank.

use crate::case::small;
use model::desk::SavedReply;

/// More are not shown at once.
const SHOWN_MOST: usize = 30;
/// A longer word is none of ours.
const WORD_MOST: usize = 60;

/// In the field's own measure, UTF-16.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slash {
    /// Where the `/` stands.
    pub start: u32,
    /// After the word.
    pub end: u32,
    pub word: String,
}

/// The one that the caret stands at the end of.
pub fn slash(text: &str, caret: u32) -> Option<Slash> {
    let before: Vec<u16> = text.encode_utf16().take(usize::try_from(caret).ok()?).collect();
    let before = String::from_utf16_lossy(&before);
    let begin =
        before.rfind(char::is_whitespace).map_or(0, |it| it + before[it..].chars().next().map_or(1, char::len_utf8));
    let word = before[begin..].strip_prefix('/')?;
    if word.contains('/') || word.chars().count() > WORD_MOST {
        return None;
    }
    let start = u32::try_from(before[..begin].encode_utf16().count()).ok()?;
    Some(Slash { start, end: caret, word: word.to_owned() })
}

/// Those whose shortcut begins so, then those that have the words anywhere.
pub fn matching(all: &[SavedReply], words: &str) -> Vec<SavedReply> {
    let words = small(words.trim().trim_start_matches('/'));
    let begins = |it: &&SavedReply| small(&it.shortcut).starts_with(&words);
    let has = |it: &&SavedReply| [&it.shortcut, &it.title, &it.text].iter().any(|it| small(it).contains(&words));
    let first = all.iter().filter(begins);
    let then = all.iter().filter(|it| !begins(it) && has(it));
    first.chain(then).take(SHOWN_MOST).cloned().collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use model::desk::SavedReplyId;

    fn found(text: &str) -> Option<(u32, String)> {
        let caret = u32::try_from(text.encode_utf16().count()).unwrap();
        slash(text, caret).map(|it| (it.start, it.word))
    }

    #[test]
    fn a_slash_asks_for_saved_replies_at_the_beginning_or_after_a_blank() {
        let some = |start, word: &str| Some((start, word.to_owned()));
        assert_eq!(found("/"), some(0, ""));
        assert_eq!(found("/cour"), some(0, "cour"));
        assert_eq!(found("Packed. /cour"), some(8, "cour"));
        assert_eq!(found("💙\n/ü"), some(3, "ü"));
        for none in ["", "and/or", "1 / 2", "/cour ", "https://luna.example", "/home/mia", "//"] {
            assert_eq!(found(none), None, "{none}");
        }
        assert_eq!(slash("/courier", 3).map(|it| (it.word, it.end)), Some(("co".to_owned(), 3)), "up to the caret");
        assert_eq!(slash("/a", 99).map(|it| it.word), Some("a".to_owned()));
        assert_eq!(slash("💙", 1), None, "within a character");
    }

    pub fn saved(shortcut: &str, title: &str, text: &str) -> SavedReply {
        let id = SavedReplyId::from_bits(shortcut.bytes().fold(7, |bits, it| bits.wrapping_mul(131) ^ u128::from(it)));
        let [shortcut, title, text] = [shortcut, title, text].map(str::to_owned);
        SavedReply { id, shortcut, title, text, is_mine: false }
    }

    #[test]
    fn shortcuts_come_before_words_within() {
        let all = [saved("thanks", "Courtesy", "x"), saved("courier", "Parcel", "x"), saved("hi", "Hi", "Hello")];
        let found = |words: &str| matching(&all, words).into_iter().map(|it| it.shortcut).collect::<Vec<_>>();
        assert_eq!(found("Cour"), ["courier", "thanks"]);
        assert_eq!(found("/hell"), ["hi"]);
        assert_eq!(found("").len(), 3);
        assert!(found("zzz").is_empty());
    }
}
