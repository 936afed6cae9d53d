//! Whom a note means: `@` and somebody's whole name, as they are called today.

use model::desk::Colleague;
use model::inbox::NamedPerson;
use model::mention::{may_begin_after, may_end_before};
use std::cmp::Reverse;

/// Everybody once, by the longest name that stands there and as it is written; the longest first. Of two of
/// the same name both are meant: nobody who is called is left out.
pub(super) fn find(text: &str, people: &[Colleague]) -> Vec<NamedPerson> {
    let mut found: Vec<NamedPerson> = Vec::new();
    for (at, sign) in text.match_indices('@') {
        let (before, after) = (&text[..at], &text[at + sign.len()..]);
        if !may_begin_after(before) {
            continue;
        }
        let named: Vec<_> = people.iter().filter_map(|it| Some((it.id, written(after, &it.name)?))).collect();
        let longest = named.iter().map(|(_, name)| name.len()).max();
        for (id, name) in named.into_iter().filter(|(_, name)| Some(name.len()) == longest) {
            if found.iter().all(|it| it.id != id) {
                found.push(NamedPerson { id, name: name.to_owned() });
            }
        }
    }
    found.sort_by_key(|it| Reverse(it.name.len()));
    found
}

/// The name that `text` begins with, however large its letters are.
fn written<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for of_name in name.chars() {
        let it = rest.next()?;
        if it != of_name && !it.to_lowercase().eq(of_name.to_lowercase()) {
            return None;
        }
    }
    let after = rest.as_str();
    may_end_before(after).then(|| &text[..text.len() - after.len()]).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;
    use model::person::PersonId;

    const NAMES: [&str; 7] =
        ["Mia", "Mia Lindqvist", "Noah Brandt", "Noah Brandt", "山本 結衣", "A+B <script>", "Zoë O’Neill"];

    fn people() -> Vec<Colleague> {
        let colleague = |(n, name): (u8, &&str)| Colleague {
            id: PersonId::compose(1, [n; 10]),
            name: (*name).to_owned(),
            is_available: true,
        };
        (0..).zip(&NAMES).map(colleague).collect()
    }

    fn meant(text: &str) -> Vec<String> {
        find(text, &people()).into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn a_whole_name_after_the_sign_means_somebody() {
        let list: [(&str, &[&str]); 10] = [
            ("@Mia can you look?", &["Mia"]),
            ("Ask @mia lindqvist, please", &["mia lindqvist"]),
            ("(@Mia’s idea)", &["Mia"]),
            ("@Mia and @Mia Lindqvist", &["Mia Lindqvist", "Mia"]),
            ("@Mia @Mia @MIA", &["Mia"]),
            ("@Noah Brandt", &["Noah Brandt", "Noah Brandt"]),
            ("@山本 結衣さん、お願い", &["山本 結衣"]),
            ("@A+B <script>.", &["A+B <script>"]),
            ("@ZOË O’NEILL!", &["ZOË O’NEILL"]),
            ("see\n@Mia", &["Mia"]),
        ];
        for (text, expected) in list {
            assert_eq!(meant(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_mention_means_nobody() {
        for text in
            ["", "@", "@@Mia", "mail@Mia", "@Miao", "@ Mia", "Mia", "@Noah", "@Lindqvist", "@Mi", "@山本", "＠Mia"]
        {
            assert_eq!(meant(text), [""; 0], "{text}");
        }
    }
}
