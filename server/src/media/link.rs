//! Addresses of kept files for programs that cannot sign in: good for one file, until a moment.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::media::MediaId;
use model::time::Timestamp;
use ring::hmac;

/// The path of a file, with a signature that opens it until `until`.
pub fn sign_link(key: &[u8; 32], id: MediaId, until: Timestamp) -> String {
    let path = unsigned(id, until);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), path.as_bytes());
    format!("{path}&sig={}", URL_SAFE_NO_PAD.encode(signature))
}

/// Whether the part after `?` of an address opens the file at `now`.
pub(super) fn opens(key: &[u8; 32], id: MediaId, query: &str, now: Timestamp) -> bool {
    let value = |name: &str| url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    let Some(until) = value("until").and_then(|(_, it)| it.parse().ok()).map(Timestamp) else { return false };
    let Some(signature) = value("sig").and_then(|(_, it)| URL_SAFE_NO_PAD.decode(&*it).ok()) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, unsigned(id, until).as_bytes(), &signature).is_ok() && now < until
}

fn unsigned(id: MediaId, until: Timestamp) -> String {
    format!("/media/{id}?until={}", until.0)
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
