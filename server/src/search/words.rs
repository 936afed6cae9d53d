//! Text as the search index knows it: small letters without accents, parted into words. Scripts that are
//! written without spaces are taken as overlapping pairs, so that any two neighbours are found.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longer ones are cut: they are addresses and codes, which are looked for by how they begin.
const WORD_MOST: usize = 40;
/// What a text may bring into the index.
const WORDS_MOST: usize = 2000;

/// The words of a text in their order, pairs among them.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut run = Vec::new();
    for it in folded(text) {
        if is_unspaced(it) {
            end_word(&mut word, &mut found);
            run.push(it);
            continue;
        }
        end_run(&mut run, &mut found);
        if it.is_alphanumeric() || is_combining_mark(it) {
            if word.chars().count() < WORD_MOST {
                word.push(it);
            }
        } else {
            end_word(&mut word, &mut found);
        }
        if found.len() >= WORDS_MOST {
            break;
        }
    }
    end_run(&mut run, &mut found);
    end_word(&mut word, &mut found);
    found.truncate(WORDS_MOST);
    found
}

/// Small letters; without the accents of scripts whose readers leave them out when they are in a hurry. Vowel
/// signs of other scripts stay: without them a word is another.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd().flat_map(char::to_lowercase).filter(|it| !is_accent(*it)).nfc().flat_map(plain)
}

/// Combining marks of Latin, Greek and Cyrillic, and Hebrew and Arabic points.
fn is_accent(it: char) -> bool {
    matches!(it, '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05c7}' | '\u{064b}'..='\u{065f}' | '\u{0670}')
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
    Several(std::str::Chars<'static>),
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

fn end_word(word: &mut String, found: &mut Vec<String>) {
    if !word.is_empty() {
        found.push(std::mem::take(word));
    }
}

fn end_run(run: &mut Vec<char>, found: &mut Vec<String>) {
    match run.as_slice() {
        [] => {}
        [one] => found.push(one.to_string()),
        more => found.extend(more.windows(2).map(|it| it.iter().collect())),
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            ("青い陶器ですか", "青い い陶 陶器 器で です すか"),
            ("釉", "釉"),
            ("Mug青い", "mug 青い"),
            ("😀 ⚱️", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_word_and_a_text_have_an_end() {
        assert_eq!(words(&"a".repeat(1000)), ["a".repeat(WORD_MOST)]);
        assert_eq!(words(&"mug ".repeat(10_000)).len(), WORDS_MOST);
        assert_eq!(words(&"陶".repeat(10_000)).len(), WORDS_MOST);
    }

    proptest! {
        /// What was folded is folded; a part of a text is found by the same words.
        #[test]
        fn words_stay_as_they_are(text in any::<String>()) {
            let once = words(&text);
            for word in &once {
                prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace), "{word:?}");
            }
            let spaced: Vec<&String> = once.iter().filter(|it| !it.chars().any(is_unspaced)).collect();
            for word in spaced {
                prop_assert_eq!(words(word), vec![word.clone()]);
            }
        }
    }
}
