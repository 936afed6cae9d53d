//! What is offered while one writes: saved replies after `/` and a word, at the beginning or after a blank;
//! in a note also colleagues, after `@`.

use crate::case::small;
use model::desk::{Colleague, SavedReply, SavedReplyId};
use model::person::PersonId;
use model::texts::holds;

/// More are not shown at once.
const SHOWN_MOST: usize = 30;
/// A longer word is none of ours.
const WORD_MOST: usize = 60;

/// In the field's own measure, UTF-16.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slash {
    /// Where the sign stands.
    pub start: u32,
    /// After the word.
    pub end: u32,
    pub word: String,
    /// It begins with `@`: somebody is called.
    pub is_mention: bool,
}

/// The one that the caret stands at the end of.
pub fn slash(text: &str, caret: u32, is_note: bool) -> Option<Slash> {
    let before: Vec<u16> = text.encode_utf16().take(usize::try_from(caret).ok()?).collect();
    let before = String::from_utf16_lossy(&before);
    let begin =
        before.rfind(char::is_whitespace).map_or(0, |it| it + before[it..].chars().next().map_or(1, char::len_utf8));
    let is_mention = is_note && before[begin..].starts_with('@');
    let sign = if is_mention { '@' } else { '/' };
    let word = before[begin..].strip_prefix(sign)?;
    if word.chars().any(|it| it == sign) || word.chars().count() > WORD_MOST {
        return None;
    }
    let start = u32::try_from(before[..begin].encode_utf16().count()).ok()?;
    Some(Slash { start, end: caret, word: word.to_owned(), is_mention })
}

/// Those whose shortcut begins so, then those that have the words anywhere.
pub fn matching(all: &[SavedReply], words: &str) -> Vec<SavedReply> {
    let words = small(words.trim().trim_start_matches('/'));
    let begins = |it: &&SavedReply| small(&it.shortcut).starts_with(&words);
    let has = |it: &&SavedReply| [&it.shortcut, &it.title, &it.text].iter().any(|it| holds(&small(it), &words));
    let first = all.iter().filter(begins);
    let then = all.iter().filter(|it| !begins(it) && has(it));
    first.chain(then).take(SHOWN_MOST).cloned().collect()
}

/// Colleagues who can be called, as what is inserted for them.
pub fn people(all: &[Colleague], me: PersonId, words: &str) -> Vec<SavedReply> {
    let offer = |it: &Colleague| SavedReply {
        // Its letters are the person's own: the face goes by them.
        id: it.id.to_string().parse().unwrap_or(SavedReplyId::from_bits(0)),
        shortcut: it.name.clone(),
        title: if it.is_available { "" } else { "Away" }.to_owned(),
        text: format!("@{} ", it.name),
        is_mine: false,
    };
    matching(&all.iter().filter(|it| it.id != me).map(offer).collect::<Vec<_>>(), words)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use model::desk::SavedReplyId;

    fn found(text: &str) -> Option<(u32, String)> {
        let caret = u32::try_from(text.encode_utf16().count()).unwrap();
        slash(text, caret, false).map(|it| (it.start, it.word))
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
        assert_eq!(
            slash("/courier", 3, false).map(|it| (it.word, it.end)),
            Some(("co".to_owned(), 3)),
            "up to the caret"
        );
        assert_eq!(slash("/a", 99, false).map(|it| it.word), Some("a".to_owned()));
        assert_eq!(slash("💙", 1, false), None, "within a character");
    }

    #[test]
    fn a_colleague_is_called_in_a_note_and_nowhere_else() {
        let called = |text: &str, is_note| slash(text, 99, is_note).map(|it| (it.word, it.is_mention));
        assert_eq!(called("Ask @Mi", true), Some(("Mi".to_owned(), true)));
        assert_eq!(called("Ask @Mi", false), None, "a customer is not called");
        assert_eq!(called("/cour", true), Some(("cour".to_owned(), false)));
        for none in ["mia@luna.example", "@Mia ", "@@", "@", "a@"] {
            assert_eq!(called(none, true).filter(|_| none != "@"), None, "{none}");
        }
        assert_eq!(called("@", true), Some((String::new(), true)));
    }

    #[test]
    fn others_are_offered_by_any_of_their_names() {
        let person = |n| PersonId::from_bits(n);
        let colleague =
            |(n, name): (u128, &str)| Colleague { id: person(n), name: name.to_owned(), is_available: n != 2 };
        let all = [(1, "Noah Brandt"), (2, "Ines Carvalho"), (3, "Mia Brandt")].map(colleague);
        let names = |words: &str| people(&all, person(3), words).into_iter().map(|it| it.text).collect::<Vec<_>>();
        assert_eq!(names(""), ["@Noah Brandt ", "@Ines Carvalho "], "nobody calls themselves");
        assert_eq!(names("carv"), ["@Ines Carvalho "]);
        assert_eq!(names("brandt"), ["@Noah Brandt "]);
        assert_eq!(people(&all, person(3), "ines")[0].id.to_string(), person(2).to_string());
        assert_eq!(people(&all, person(3), "ines")[0].title, "Away");
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
