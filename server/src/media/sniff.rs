//! What a file is, by its first bytes: what a server says about it is not believed.

/// As much of the beginning as is looked at.
pub(super) const SNIFFED: usize = 8 * 1024;

pub(super) const UNKNOWN: &str = "application/octet-stream";
const PAGE: &str = "text/html";

pub(super) fn content_type(head: &[u8]) -> &'static str {
    if is_page(head) {
        return PAGE;
    }
    match infer::get(head).map(|it| it.mime_type()) {
        // The registered name, which browsers know.
        Some("audio/m4a") => "audio/mp4",
        Some("video/x-m4v") => "video/mp4",
        // The container is the same; what is in it is said where its first page begins.
        Some("audio/ogg") if head.get(28..35) == Some(b"\x80theora") => "video/ogg",
        Some(known) => known,
        // A brand of its own in the ordinary container.
        None if head.get(4..8) == Some(b"ftyp") => "video/mp4",
        None => UNKNOWN,
    }
}

/// Whether this is a page for people: a permalink instead of a file.
pub(super) fn is_page(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |word: &[u8]| head.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
    begins(b"<!doctype html") || begins(b"<html") || infer::is_mime(head, PAGE)
}

/// Whether a browser may show it in place, without ever running anything from it.
pub(super) fn is_shown(content_type: &str) -> bool {
    let kind = content_type.split('/').next().unwrap_or_default();
    matches!(kind, "image" | "video" | "audio") && !content_type.contains("svg")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_is_known_by_its_first_bytes() {
        let mp4 = |brand: &str| format!("\0\0\0\u{18}ftyp{brand}\0\0\0\0").into_bytes();
        for (head, expected) in [
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), "image/jpeg"),
            (b"%PDF-1.7\n".to_vec(), "application/pdf"),
            (mp4("isom"), "video/mp4"),
            (mp4("iso9"), "video/mp4"),
            (mp4("M4A "), "audio/mp4"),
            (mp4("M4V "), "video/mp4"),
            ([&b"OggS"[..], &[0; 24], b"\x80theora"].concat(), "video/ogg"),
            ([&b"OggS"[..], &[0; 24], b"\x01vorbis"].concat(), "audio/ogg"),
            (b"".to_vec(), UNKNOWN),
            (b"two mugs, please".to_vec(), UNKNOWN),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), UNKNOWN),
            (b"<?xml version=\"1.0\"?><svg/>".to_vec(), "text/xml"),
            (b"\xef\xbb\xbf \r\n<!DOCTYPE html><html>".to_vec(), "text/html"),
            (b"<html\nlang=en>".to_vec(), "text/html"),
        ] {
            assert_eq!(content_type(&head), expected, "{head:?}");
        }
    }

    #[test]
    fn only_pictures_sound_and_video_are_shown_in_place() {
        assert!(is_shown("image/png") && is_shown("video/mp4") && is_shown("audio/mp4"));
        for other in ["image/svg+xml", "text/html", "text/xml", "application/pdf", UNKNOWN, ""] {
            assert!(!is_shown(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_sniffing_panic(head: Vec<u8>) {
            let _ = content_type(&head);
        }
    }
}
