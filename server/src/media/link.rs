//! Addresses of kept files for programs that cannot sign in: good for one file, until a moment.

use crate::program::Program;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::media::MediaId;
use model::time::{HOUR_S, Timestamp};
use ring::hmac;

/// Meta fetches within minutes; a send that is tried again gets another link.
const META_MAY_FETCH_FOR_S: i64 = HOUR_S;
const LONGEST_STEM: usize = 60;

/// The whole address under which Meta fetches a file that is sent now. It ends with a name, because
/// customers see one, and some readers go by its ending.
pub fn link_for_meta(program: &Program, id: MediaId, name: Option<&str>, content_type: &str) -> String {
    let signed = sign_link(&program.media_key, id, program.seams.now().plus_s(META_MAY_FETCH_FOR_S));
    let (path, query) = signed.split_once('?').unwrap_or((&signed, ""));
    program.public_url.join(&format!("{path}/{}?{query}", plain_name(name.unwrap_or_default(), content_type)))
}

/// In letters that need no escaping anywhere, with the ending of what the file is.
fn plain_name(name: &str, content_type: &str) -> String {
    let (stem, own) = name.rsplit_once('.').unwrap_or((name, ""));
    let plain = |it: char| if it.is_ascii_alphanumeric() || it == '-' { it } else { '_' };
    let stem: String = stem.chars().map(plain).take(LONGEST_STEM).collect();
    let stem = if stem.chars().all(|it| it == '_') { "file" } else { &stem };
    let own = Some(own).filter(|it| (1..=5).contains(&it.len()) && it.chars().all(|it| it.is_ascii_alphanumeric()));
    match ending(content_type).or(own) {
        Some(ending) => format!("{stem}.{ending}"),
        None => stem.to_owned(),
    }
}

/// How names of such files end.
pub(super) fn ending(content_type: &str) -> Option<&'static str> {
    Some(match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "audio/aac" => "aac",
        "audio/mp4" => "m4a",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "audio/x-wav" => "wav",
        "video/mp4" => "mp4",
        "video/ogg" => "ogv",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "video/x-msvideo" => "avi",
        "application/pdf" => "pdf",
        _ => return None,
    })
}

/// The path of a file, with a signature that opens it until `until`.
pub fn sign_link(key: &[u8; 32], id: MediaId, until: Timestamp) -> String {
    sign(key, &format!("/media/{id}"), until)
}

/// Whether the part after `?` of an address opens the file at `now`.
pub(super) fn opens(key: &[u8; 32], id: MediaId, query: &str, now: Timestamp) -> bool {
    is_signed(key, &format!("/media/{id}"), query, now)
}

/// A path that is good until `until`.
pub(super) fn sign(key: &[u8; 32], path: &str, until: Timestamp) -> String {
    let unsigned = unsigned(path, until);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), unsigned.as_bytes());
    format!("{unsigned}&sig={}", URL_SAFE_NO_PAD.encode(signature))
}

pub(super) fn is_signed(key: &[u8; 32], path: &str, query: &str, now: Timestamp) -> bool {
    let value = |name: &str| url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    let Some(until) = value("until").and_then(|(_, it)| it.parse().ok()).map(Timestamp) else { return false };
    let Some(signature) = value("sig").and_then(|(_, it)| URL_SAFE_NO_PAD.decode(&*it).ok()) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, unsigned(path, until).as_bytes(), &signature).is_ok() && now < until
}

fn unsigned(path: &str, until: Timestamp) -> String {
    format!("{path}?until={}", until.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    const KEY: [u8; 32] = [7; 32];
    const NOW: Timestamp = Timestamp(1_763_665_200_000);

    fn query_of(link: &str) -> String {
        link.split_once('?').unwrap().1.to_owned()
    }

    #[test]
    fn a_link_opens_its_file_until_its_moment() {
        let id = MediaId::compose(NOW.0, [1; 10]);
        let link = sign_link(&KEY, id, NOW.plus_s(60));
        assert!(link.starts_with(&format!("/media/{id}?until=")));
        let query = query_of(&link);
        assert!(opens(&KEY, id, &query, NOW) && opens(&KEY, id, &query, NOW.plus_s(59)));
        assert!(!opens(&KEY, id, &query, NOW.plus_s(60)));
        assert!(!opens(&KEY, MediaId::compose(NOW.0, [2; 10]), &query, NOW), "another file");
        assert!(!opens(&[8; 32], id, &query, NOW), "another key");
    }

    #[test]
    fn the_name_in_a_link_is_plain_and_ends_as_the_file_is() {
        for (name, content_type, expected) in [
            ("mug.png", "image/jpeg", "mug.jpg"),
            ("Bestellung März 2.pdf", "application/pdf", "Bestellung_M_rz_2.pdf"),
            ("../../a?b#c.pdf", "application/pdf", "______a_b_c.pdf"),
            ("angebot.docx", "application/zip", "angebot.docx"),
            ("angebot.d/x", "application/zip", "angebot"),
            ("釉薬", "image/png", "file.png"),
            ("", "application/octet-stream", "file"),
            (".pdf", "application/pdf", "file.pdf"),
        ] {
            assert_eq!(plain_name(name, content_type), expected, "{name}");
        }
    }

    #[test]
    fn a_changed_link_opens_nothing() {
        let id = MediaId::compose(NOW.0, [1; 10]);
        let query = query_of(&sign_link(&KEY, id, NOW.plus_s(60)));
        let (until, signature) = query.split_once("&sig=").unwrap();
        for forged in [
            format!("until={}&sig={signature}", NOW.plus_s(6000).0),
            format!("{until}&sig={}", &signature[1..]),
            format!("{until}&sig="),
            until.to_owned(),
            format!("sig={signature}"),
            String::new(),
            "until=99999999999999999999&sig=AAAA".to_owned(),
        ] {
            assert!(!opens(&KEY, id, &forged, NOW), "{forged}");
        }
    }
}
