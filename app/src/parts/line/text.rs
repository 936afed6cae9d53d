//! Words of a customer or of ours, as text: addresses in them become links, and nothing else does.

use crate::markup::Markup;
use model::inbox::NamedPerson;
use model::mention::{may_begin_after, may_end_before};
use model::person::PersonId;

const PICTURES_MOST: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    /// What it shows, and where it leads.
    Link(&'a str, String),
    /// `@` and a name, without the sign.
    Mention(&'a str),
}

/// A paragraph that runs in the direction of its own script.
pub fn words(to: &mut Markup, text: &str) {
    note(to, text, &[], None);
}

/// The same of a note: whom it means stands out, the reader most of all.
pub fn note(to: &mut Markup, text: &str, mentions: &[NamedPerson], me: Option<PersonId>) {
    to.open_with("p", "", &[("dir", "auto")]);
    for piece in pieces(text, mentions) {
        match piece {
            Piece::Words(words) => to.text(words),
            Piece::Link(words, href) => to.link("", &href, words),
            Piece::Mention(name) => {
                let is_me = mentions.iter().any(|it| Some(it.id) == me && it.name == name);
                to.open("bdi", if is_me { "mention mention--me" } else { "mention" });
                to.text("@");
                to.text(name);
                to.close("bdi");
            }
        }
    }
    to.close("p");
}

fn pieces<'a>(text: &'a str, mentions: &[NamedPerson]) -> Vec<Piece<'a>> {
    let mut found = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let special = if may_begin_after(&text[..at]) { special(rest, mentions) } else { None };
        if let Some((piece, length)) = special {
            if begin < at {
                found.push(Piece::Words(&text[begin..at]));
            }
            at += length;
            begin = at;
            found.push(piece);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if begin < text.len() {
        found.push(Piece::Words(&text[begin..]));
    }
    found
}

/// What `text` begins with, if that is more than words, and how long it is.
fn special<'a>(text: &'a str, mentions: &[NamedPerson]) -> Option<(Piece<'a>, usize)> {
    if let Some(rest) = text.strip_prefix('@') {
        let is_called = |it: &&NamedPerson| rest.strip_prefix(&*it.name).is_some_and(may_end_before);
        let length = mentions.iter().find(is_called)?.name.len();
        return Some((Piece::Mention(&rest[..length]), length + 1));
    }
    link(text).map(|(words, href)| (Piece::Link(words, href), words.len()))
}

/// The address that `text` begins with, and where it leads.
fn link(text: &str) -> Option<(&str, String)> {
    let begins = |with: &str| text.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
    let (scheme, before) = match () {
        () if begins("https://") => (8, ""),
        () if begins("http://") => (7, ""),
        () if begins("www.") => (4, "https://"),
        () => return None,
    };
    let is_quote = |it: char| matches!(it, '<' | '>' | '"' | '“' | '”' | '«' | '»' | '`');
    let end = text.find(|it: char| it.is_whitespace() || it.is_control() || is_quote(it)).unwrap_or(text.len());
    let words = without_ending(&text[..end]);
    let host = words.get(scheme..)?.split(['/', '?', '#', ':']).next()?;
    let is_host = host.split('.').count() >= 2 && host.split('.').all(|it| !it.is_empty());
    (is_host && host.chars().all(|it| it.is_alphanumeric() || matches!(it, '.' | '-')))
        .then(|| (words, format!("{before}{words}")))
}

/// Without the signs that belong to the sentence around it.
fn without_ending(address: &str) -> &str {
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        let is_unpaired = last == ')' && address.matches(')').count() > address.matches('(').count();
        let is_sign = matches!(
            last,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | ']' | '}' | '…' | '。' | '、' | '！' | '？'
        );
        if !is_unpaired && !is_sign {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// Up to three pictures and nothing else: they are shown large.
pub fn is_only_emoji(text: &str) -> bool {
    let mut n_pictures = 0;
    let mut is_joined = false;
    let mut n_half_flags = 0;
    for it in text.chars().filter(|it| !it.is_whitespace()) {
        match it {
            '\u{200D}' => is_joined = true,
            '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}' => {}
            '\u{1F1E6}'..='\u{1F1FF}' => {
                n_pictures += (n_half_flags % 2) ^ 1;
                n_half_flags += 1;
            }
            '\u{231A}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F300}'..='\u{1FAFF}' => {
                n_pictures += usize::from(!is_joined);
                is_joined = false;
            }
            _ => return false,
        }
    }
    (1..=PICTURES_MOST).contains(&n_pictures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        pieces(text, &[])
            .into_iter()
            .filter_map(|it| match it {
                Piece::Link(_, href) => Some(href),
                Piece::Words(_) | Piece::Mention(_) => None,
            })
            .collect()
    }

    #[test]
    fn addresses_in_a_text_are_links() {
        let list = [
            ("see https://luna.example/mugs?x=1#top.", "https://luna.example/mugs?x=1#top"),
            ("(www.luna.example)", "https://www.luna.example"),
            ("HTTPS://Luna.Example", "HTTPS://Luna.Example"),
            ("https://luna.example/a_(b)", "https://luna.example/a_(b)"),
            ("見て https://luna.example。", "https://luna.example"),
            ("“https://luna.example”", "https://luna.example"),
        ];
        for (text, expected) in list {
            assert_eq!(links(text), [expected], "{text}");
        }
        assert_eq!(links("http://a.example, http://b.example"), ["http://a.example", "http://b.example"]);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        for text in [
            "",
            "https://",
            "http://x",
            "javascript:alert(1)",
            "mia@www.example",
            "xhttps://a.b",
            "https://a..b",
            "www.",
            "data:text/html,x",
        ] {
            assert!(links(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        for text in
            ["", "a https://luna.example b", "www.luna.example", "é🙂 www.é.example!", "\u{202e}https://x.example"]
        {
            let whole: String = pieces(text, &[])
                .into_iter()
                .map(|it| match it {
                    Piece::Words(words) | Piece::Link(words, _) | Piece::Mention(words) => words,
                })
                .collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn whom_a_note_means_stands_out_and_is_only_text() {
        let person = |n, name: &str| NamedPerson { id: PersonId::from_bits(n), name: name.to_owned() };
        let mentions = [person(1, "Mia <b>Lindqvist"), person(2, "Mia"), person(3, "Noah")];
        let written = |text: &str| {
            let mut to = Markup::new(String::new());
            note(&mut to, text, &mentions, Some(PersonId::from_bits(2)));
            to.done()
        };
        assert_eq!(
            written("@Mia <b>Lindqvist, ask @Mia"),
            "<p dir=\"auto\"><bdi class=\"mention\">@Mia &lt;b&gt;Lindqvist</bdi>, ask \
             <bdi class=\"mention mention--me\">@Mia</bdi></p>"
        );
        for none in ["a@Noah", "@Noahs", "@Noa", "Noah", "@", "@@Noah"] {
            assert!(!written(none).contains("mention"), "{none}");
        }
        assert!(written("@Noah https://luna.example").contains("</bdi> <a href"));
    }

    #[test]
    fn up_to_three_pictures_are_large() {
        for large in ["😍", "😍🙌", "❤️ 🙏🏽 👍", "👩‍👩‍👧‍👦", "🇬🇧", "🇬🇧🇩🇪"]
        {
            assert!(is_only_emoji(large), "{large}");
        }
        for plain in ["", " ", "😍 hi", "1", "😍😍😍😍", "©"] {
            assert!(!is_only_emoji(plain), "{plain}");
        }
    }
}
