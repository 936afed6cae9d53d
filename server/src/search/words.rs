//! Text as the search index knows it: small letters without accents, parted into words. Scripts that are
//! written without spaces are taken as overlapping pairs, and the last character of a stretch once more alone: so
//! any neighbours are found, and any single one by how a pair begins.

use std::iter::Peekable;
use std::ops::Range;
use std::str::{CharIndices, Chars};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longer ones are cut: they are addresses and codes, which are looked for by how they begin.
const WORD_MOST: usize = 40;
/// What a text may bring into the index.
const WORDS_MOST: usize = 2000;

/// A word and where it stands in the text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub at: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Whole,
    /// Two neighbours of a script without spaces.
    Pair,
    /// The last of such a stretch, alone.
    Tail,
}

/// The words of a text in their order, pairs among them.
pub fn words(text: &str) -> Vec<Word> {
    let mut reading = Reading::default();
    for (at, cluster) in Clusters::of(text) {
        reading.read(&at, cluster);
        if reading.found.len() >= WORDS_MOST {
            break;
        }
    }
    reading.end_run();
    reading.end_word();
    reading.found.truncate(WORDS_MOST);
    reading.found
}

#[derive(Default)]
struct Reading {
    found: Vec<Word>,
    word: String,
    n_letters: usize,
    word_at: Range<usize>,
    run: Vec<(char, Range<usize>)>,
}

impl Reading {
    fn read(&mut self, at: &Range<usize>, cluster: &str) {
        match cluster.as_bytes() {
            // Most of what people write.
            [byte] => self.read_letter(at, char::from(byte.to_ascii_lowercase())),
            _ => folded(cluster).for_each(|it| self.read_letter(at, it)),
        }
    }

    fn read_letter(&mut self, at: &Range<usize>, it: char) {
        if is_unspaced(it) {
            self.end_word();
            self.run.push((it, at.clone()));
            return;
        }
        self.end_run();
        if it.is_alphanumeric() || (is_combining_mark(it) && !self.word.is_empty()) {
            self.add(at, it);
        } else {
            self.end_word();
        }
    }

    fn add(&mut self, at: &Range<usize>, it: char) {
        if self.word.is_empty() {
            self.word_at = at.clone();
            self.n_letters = 0;
        }
        self.word_at.end = at.end;
        if self.n_letters < WORD_MOST {
            self.word.push(it);
            self.n_letters += 1;
        }
    }

    fn end_word(&mut self) {
        if !self.word.is_empty() {
            let text = std::mem::take(&mut self.word);
            self.found.push(Word { text, at: self.word_at.clone(), kind: Kind::Whole });
        }
    }

    fn end_run(&mut self) {
        for pair in self.run.windows(2) {
            if let [(first, begin), (second, end)] = pair {
                let (text, at) = (String::from_iter([*first, *second]), begin.start..end.end);
                self.found.push(Word { text, at, kind: Kind::Pair });
            }
        }
        if let Some((last, at)) = self.run.pop() {
            self.found.push(Word { text: last.to_string(), at, kind: Kind::Tail });
        }
        self.run.clear();
    }
}

/// Characters with the marks that belong to them, and syllables that come in their parts.
struct Clusters<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
}

impl<'a> Clusters<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, rest: text.char_indices().peekable() }
    }
}

impl<'a> Iterator for Clusters<'a> {
    type Item = (Range<usize>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (start, _) = self.rest.next()?;
        while self.rest.next_if(|(_, it)| belongs_to_the_one_before(*it)).is_some() {}
        let end = self.rest.peek().map_or(self.text.len(), |it| it.0);
        Some((start..end, &self.text[start..end]))
    }
}

fn belongs_to_the_one_before(it: char) -> bool {
    !it.is_ascii() && (is_combining_mark(it) || matches!(it, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}'))
}

/// Small letters; without the accents of scripts whose readers leave them out when they are in a hurry. Vowel
/// signs of other scripts stay: without them a word is another.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd().flat_map(char::to_lowercase).filter(|it| !is_accent(*it)).nfc().flat_map(plain)
}

/// Combining marks of Latin, Greek and Cyrillic, Hebrew and Arabic points, and what only says how to draw.
fn is_accent(it: char) -> bool {
    matches!(it,
        '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05c7}' | '\u{064b}'..='\u{065f}' | '\u{0670}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Letters that no normalisation takes apart, as people type them who do not have them.
fn plain(it: char) -> impl Iterator<Item = char> {
    let pair: &'static str = match it {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return Plain::One(Some(it)),
    };
    Plain::Several(pair.chars())
}

enum Plain {
    One(Option<char>),
    Several(Chars<'static>),
}

impl Iterator for Plain {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(it) => it.take(),
            Self::Several(rest) => rest.next(),
        }
    }
}

/// Han, kana, Thai, Lao, Khmer, Burmese.
fn is_unspaced(it: char) -> bool {
    matches!(it,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> String {
        words(text).into_iter().map(|it| it.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_found_however_they_are_written() {
        for (text, expected) in [
            ("Is the BLUE mug still there?", "is the blue mug still there"),
            ("Fünf Straßenbäume, Übergröße", "funf strassenbaume ubergrosse"),
            ("Crème brûlée à l’œuf", "creme brulee a l oeuf"),
            ("Łódź ŠKODA İstanbul ﬁre", "lodz skoda istanbul fire"),
            ("Ελλάς Ἑλλάς", "ελλασ ελλασ"),
            ("Ёжик", "ежик"),
            ("@luna.ceramics #1042-B", "luna ceramics 1042 b"),
            ("हिन्दी में", "हिन्दी में"),
            ("مَرْحَبًا", "مرحبا"),
            ("한국어 문의", "한국어 문의"),
            ("青い陶器ですか", "青い い陶 陶器 器で です すか か"),
            ("釉", "釉"),
            ("Mug青い", "mug 青い い"),
            ("한국어".nfd().collect::<String>().as_str(), "한국어"),
            ("😀 ⚱️", ""),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn a_word_and_a_text_have_an_end() {
        assert_eq!(said(&"a".repeat(1000)), "a".repeat(WORD_MOST));
        assert_eq!(words(&"mug ".repeat(10_000)).len(), WORDS_MOST);
        assert_eq!(words(&"陶".repeat(10_000)).len(), WORDS_MOST);
    }

    proptest! {
        /// What was folded is folded, and stands where it is said to stand.
        #[test]
        fn words_stay_as_they_are(text in any::<String>()) {
            let mut begun = 0;
            for word in words(&text) {
                prop_assert!(!word.text.is_empty() && !word.text.contains(char::is_whitespace), "{word:?}");
                prop_assert!(text.get(word.at.clone()).is_some_and(|it| !it.is_empty()), "{word:?}");
                prop_assert!(word.at.start >= begun, "{word:?}");
                begun = word.at.start;
                if word.kind == Kind::Whole {
                    prop_assert_eq!(said(&word.text), word.text);
                }
            }
        }
    }
}
