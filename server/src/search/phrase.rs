//! Words that are looked for side by side, and where a text says them.

use super::words::{Kind, Word, words};
use model::search::Term;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Never empty.
    pub words: Vec<String>,
    /// The last word may go on.
    pub is_prefix: bool,
}

impl Phrase {
    /// `None` if there is no word in it.
    pub fn of(term: &Term) -> Option<Self> {
        let mut found = words(&term.text);
        // Whatever follows it in a text, a stretch ends here.
        if let [.., before, last] = found.as_slice()
            && (before.kind, last.kind) == (Kind::Pair, Kind::Tail)
        {
            found.pop();
        }
        let is_prefix = match found.last()?.kind {
            Kind::Whole => term.is_open,
            Kind::Pair => false,
            // Each is where a pair begins, or alone.
            Kind::Tail => true,
        };
        Some(Self { words: found.into_iter().map(|it| it.text).collect(), is_prefix })
    }

    pub fn all_of(terms: &[Term]) -> Vec<Self> {
        terms.iter().filter_map(Self::of).collect()
    }

    /// The same of other words.
    #[must_use]
    pub fn map(&self, word: impl Fn(&str) -> String) -> Self {
        Self { words: self.words.iter().map(|it| word(it)).collect(), is_prefix: self.is_prefix }
    }

    /// Where it stands among `all`, the words of a text.
    fn places<'a>(&'a self, all: &'a [Word]) -> impl Iterator<Item = Range<usize>> + 'a {
        all.windows(self.words.len()).filter_map(|side_by_side| {
            let last = self.words.len() - 1;
            let is_here = side_by_side.iter().zip(&self.words).enumerate().all(|(n, (word, wanted))| {
                if n == last && self.is_prefix { word.text.starts_with(wanted) } else { word.text == *wanted }
            });
            is_here.then(|| side_by_side[0].at.start..side_by_side[last].at.end)
        })
    }

    pub fn is_in(&self, text: &str) -> bool {
        self.places(&words(text)).next().is_some()
    }
}

/// Where any of `phrases` stands in the text, in bytes, from the first to the last.
pub fn marks(text: &str, phrases: &[Phrase]) -> Vec<Range<usize>> {
    let all = words(text);
    let mut places: Vec<Range<usize>> = phrases.iter().flat_map(|it| it.places(&all)).collect();
    places.sort_by_key(|it| (it.start, it.end));
    let mut marks: Vec<Range<usize>> = Vec::new();
    for place in places {
        match marks.last_mut() {
            Some(before) if place.start <= before.end => before.end = before.end.max(place.end),
            _ => marks.push(place),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::search::Query;

    fn phrases(text: &str) -> Vec<Phrase> {
        Phrase::all_of(&Query::parse(text).terms)
    }

    #[test]
    fn words_are_marked_as_they_were_written() {
        for (typed, text, marked) in [
            ("mug", "Is the blue Mug there?", "Mug"),
            ("mu", "A mug, Mugs and a muffin", "mug|Mugs|muffin"),
            ("mug ", "A mug, Mugs", "mug"),
            ("creme brulee", "Crème brûlée!", "Crème|brûlée"),
            ("\"blue mug\"", "mug blue, blue mug", "blue mug"),
            ("strasse", "Die Straße.", "Straße"),
            ("陶器", "青い陶器です", "陶器"),
            ("陶", "青い陶器", "陶器"),
            ("器", "青い陶器", "器"),
            ("いMug", "青いMug", "いMug"),
            ("luna.ceramics", "@luna.ceramics", "luna.ceramics"),
            ("مرحبا", "مَرْحَبًا بك", "مَرْحَبًا"),
            ("kettle", "nothing here", ""),
            ("😀", "😀", ""),
        ] {
            let marks = marks(text, &phrases(typed));
            let words: Vec<&str> = marks.into_iter().map(|it| &text[it]).collect();
            assert_eq!(words.join("|"), marked, "{typed} in {text}");
        }
    }

    #[test]
    fn a_stretch_is_found_in_the_middle_of_a_longer_one() {
        let said = |typed: &str| phrases(typed).iter().all(|it| it.is_in("白い青い陶器ですMug"));
        assert!(["い陶器", "青い陶器です", "すMug", "白", "Mug"].iter().all(|it| said(it)));
        assert!(["陶い", "青い器", "です白"].iter().all(|it| !said(it)));
    }
}
