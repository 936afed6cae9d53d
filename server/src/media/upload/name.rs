//! What a file is called: as the person called it, ending as what it is.

use crate::media::link::ending;

const LONGEST: usize = 120;

/// The last part of `name` without what cannot be shown. The ending is kept if it is right, or if
/// there is no better one.
pub(super) fn tidy(name: &str, content_type: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|it| !it.is_control()).collect();
    let name = name.trim();
    let (stem, own) = name.rsplit_once('.').filter(|(_, own)| is_ending(own)).unwrap_or((name, ""));
    let stem = if stem.is_empty() { "file" } else { stem };
    let ending = match ending(content_type) {
        Some(known) if !is_other_spelling(own, known) => known,
        _ => own,
    };
    let stem: String = stem.chars().take(LONGEST).collect();
    if ending.is_empty() { stem } else { format!("{stem}.{ending}") }
}

fn is_ending(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.chars().all(|it| it.is_ascii_alphanumeric())
}

fn is_other_spelling(own: &str, known: &str) -> bool {
    let own = own.to_ascii_lowercase();
    own == known || matches!((own.as_str(), known), ("jpeg", "jpg") | ("m4v", "mp4") | ("ogg", "ogv") | ("mp4", "m4a"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_ends_as_what_the_file_is() {
        for (name, content_type, expected) in [
            ("Glasur März.JPG", "image/jpeg", "Glasur März.JPG"),
            ("mug.jpeg", "image/jpeg", "mug.jpeg"),
            ("mug.webp", "image/jpeg", "mug.jpg"),
            ("mug.png", "application/pdf", "mug.pdf"),
            ("mug", "image/png", "mug.png"),
            ("v1.2 (final)", "application/pdf", "v1.2 (final).pdf"),
            ("angebot.docx", "application/zip", "angebot.docx"),
            ("C:\\fakepath\\mug.png", "image/png", "mug.png"),
            ("../../etc/passwd", "application/octet-stream", "passwd"),
            ("a\r\nb.png", "image/png", "ab.png"),
            (".png", "image/png", "file.png"),
            ("", "application/octet-stream", "file"),
        ] {
            assert_eq!(tidy(name, content_type), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_becomes_a_short_one(name: String) {
            let tidy = tidy(&name, "image/png");
            prop_assert!((1..=LONGEST + 6).contains(&tidy.chars().count()));
            prop_assert!(!tidy.contains(['/', '\\', '\n']));
        }
    }
}
