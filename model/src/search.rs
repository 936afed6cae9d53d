//! What somebody looks for, as they type it: words, `"several in their order"`, and filters. Any text is
//! a search; what cannot be read of it is said and not guessed.

use crate::time::{DAY_S, Timestamp};

/// More than anybody types.
const LETTERS_MOST: usize = 300;
const TERMS_MOST: usize = 16;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Each must be there.
    pub terms: Vec<Term>,
    /// Whose words: a customer's or a colleague's name.
    pub from: Vec<Term>,
    pub labels: Vec<Term>,
    pub before: Option<Timestamp>,
    /// What was given as a day and is none.
    pub no_days: Vec<String>,
}

/// Words that stand side by side in this order; mostly it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub text: String,
    /// Its end is still being typed: the last word may go on.
    pub is_open: bool,
}

#[derive(Clone, Copy)]
enum Filter {
    From,
    Label,
    Before,
}

const FILTERS: [(&str, Filter); 3] = [("from:", Filter::From), ("label:", Filter::Label), ("before:", Filter::Before)];

impl Query {
    pub fn parse(text: &str) -> Self {
        let end = text.char_indices().nth(LETTERS_MOST).map_or(text.len(), |it| it.0);
        let mut rest = text[..end].trim_start();
        let mut query = Self::default();
        for _ in 0..TERMS_MOST {
            if rest.is_empty() {
                break;
            }
            rest = query.read(rest).trim_start();
        }
        query
    }

    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.from.is_empty() && self.labels.is_empty() && self.before.is_none()
    }

    /// Reads one term or filter, and gives back what follows.
    fn read<'a>(&mut self, text: &'a str) -> &'a str {
        let Some((filter, value)) = filter(text) else {
            let (term, rest) = term(text);
            self.terms.extend(term);
            return rest;
        };
        let (term, rest) = term(value);
        match (filter, term) {
            // Its value is yet to come.
            (_, None) => {}
            (Filter::From, Some(name)) => self.from.push(name),
            (Filter::Label, Some(name)) => self.labels.push(name),
            (Filter::Before, Some(day)) => match begin_of(&day.text) {
                Some(at) => self.before = Some(self.before.map_or(at, |it| it.min(at))),
                None => self.no_days.push(day.text),
            },
        }
        rest
    }
}

fn filter(text: &str) -> Option<(Filter, &str)> {
    FILTERS.iter().find_map(|(name, filter)| {
        let (begin, rest) = text.split_at_checked(name.len())?;
        begin.eq_ignore_ascii_case(name).then_some((*filter, rest))
    })
}

/// As keyboards of several languages have them.
const OPENING: [char; 4] = ['"', '“', '„', '«'];
const CLOSING: [char; 4] = ['"', '”', '“', '»'];

/// Whether `text` can stand between quotation marks and be read again.
pub(crate) fn can_be_quoted(text: &str) -> bool {
    !text.contains(CLOSING) && !text.contains(char::is_control)
}

/// The first term of `text`, and what follows it.
pub(crate) fn term(text: &str) -> (Option<Term>, &str) {
    let (text, rest, is_open) = match text.strip_prefix(OPENING) {
        Some(quoted) => match quoted.split_once(CLOSING) {
            Some((quoted, rest)) => (quoted, rest, false),
            None => (quoted, "", !quoted.ends_with(char::is_whitespace)),
        },
        None => match text.split_once(char::is_whitespace) {
            Some((word, rest)) => (word, rest, false),
            None => (text, "", true),
        },
    };
    let term = (!text.trim().is_empty()).then(|| Term { text: text.trim().to_owned(), is_open });
    (term, rest)
}

/// When a year, a month or a day begins: `2026`, `2026-11`, `2026-11-01`.
fn begin_of(day: &str) -> Option<Timestamp> {
    let mut parts = day.split('-').map(|it| it.parse::<u16>().ok().filter(|_| it.len() <= 4));
    let year = parts.next()?.filter(|it| (1970..=9999).contains(it))?;
    let mut next = |most| parts.next().map_or(Some(1), |it| it.filter(|it| (1..=most).contains(it)));
    let month = next(12)?;
    let day = next(days_in(year, month))?;
    parts.next().is_none().then(|| {
        let before: i64 = (1970..year).map(|it| (1..=12).map(|month| i64::from(days_in(it, month))).sum::<i64>()).sum();
        let months: i64 = (1..month).map(|it| i64::from(days_in(year, it))).sum();
        Timestamp(0).plus_s((before + months + i64::from(day) - 1) * DAY_S)
    })
}

const fn days_in(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn term(text: &str, is_open: bool) -> Term {
        Term { text: text.to_owned(), is_open }
    }

    #[test]
    fn the_last_word_may_go_on_until_a_blank_follows() {
        assert_eq!(Query::parse("blue mu").terms, [term("blue", false), term("mu", true)]);
        assert_eq!(Query::parse(" blue  mug ").terms, [term("blue", false), term("mug", false)]);
        assert_eq!(Query::parse("\"blue mug\"").terms, [term("blue mug", false)]);
        assert_eq!(Query::parse("“blue mug” a").terms, [term("blue mug", false), term("a", true)]);
        assert_eq!(Query::parse("\"blue mu").terms, [term("blue mu", true)]);
        assert_eq!(Query::parse("\"blue mug ").terms, [term("blue mug", false)]);
    }

    #[test]
    fn filters_are_read_wherever_they_stand() {
        let query = Query::parse("from:@anna mug Label:\"big order\" before:2026-11-01 glaze");
        assert_eq!(query.terms, [term("mug", false), term("glaze", true)]);
        assert_eq!((query.from, query.labels), (vec![term("@anna", false)], vec![term("big order", false)]));
        assert_eq!(query.before, Some(Timestamp(1_793_491_200_000)));
        assert_eq!(query.no_days, Vec::<String>::new());
    }

    #[test]
    fn what_is_half_typed_is_no_filter_yet() {
        assert!(
            Query::parse("from:").is_empty() && Query::parse("before: ").is_empty() && Query::parse(" ").is_empty()
        );
        assert_eq!(Query::parse("mug:blue").terms, [term("mug:blue", true)]);
        assert_eq!(Query::parse("before:soon").no_days, ["soon"]);
    }

    #[test]
    fn a_day_is_one_of_the_calendar() {
        let at = |day| begin_of(day).map(|it| it.0 / 1000 / DAY_S);
        assert_eq!(
            [at("1970"), at("1970-02"), at("1972-03-01"), at("2000-02-29")],
            [Some(0), Some(31), Some(790), Some(11_016)]
        );
        for odd in ["", "26", "2026-13", "2026-02-29", "2026-1-1-1", "1969-12-31", "2026-", "+2026", "99999"] {
            assert_eq!(begin_of(odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_search(text in any::<String>()) {
            let query = Query::parse(&text);
            for term in query.terms.iter().chain(&query.from).chain(&query.labels) {
                prop_assert!(!term.text.trim().is_empty());
            }
        }

        #[test]
        fn so_is_what_looks_like_one(text in "((from|label|before):)?[\"“”]?[a-z0-9-]{0,5}[\" ]{0,2}(FROM:|x:y|before:20[0-9]{2}-[0-9]{1,2})?") {
            let query = Query::parse(&text);
            let n_open = query.terms.iter().chain(&query.from).chain(&query.labels).filter(|it| it.is_open).count();
            prop_assert!(n_open <= 1, "{query:?}");
        }
    }
}
