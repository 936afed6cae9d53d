//! `signed_request`: what Meta posts when a person acts on our app in their settings there. A signature, a dot, and
//! what is signed; both are base64 as it stands in addresses, with or without the signs that fill it up.

use crate::intake::Secrets;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::time::{MINUTE_S, Timestamp};
use serde::Deserialize;
use serde_json::Value;

const EITHER: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, EITHER);

const ALGORITHM: &str = "HMAC-SHA256";

/// Meta's clock is not ours.
const TOLERANCE_S: i64 = 5 * MINUTE_S;

/// More than any of Meta's ids.
const LONGEST_ID: usize = 40;

/// What somebody who logged in to Meta did, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// As Meta names them to our app.
    pub user: String,
    pub issued_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    #[error("there is no signed_request in the form")]
    Missing,
    #[error("the signed_request is not two parts of base64url with a dot between them")]
    Malformed,
    #[error("the signed_request was not signed with a secret of this app")]
    Forged,
    #[error("the signed_request is signed by another algorithm than HMAC-SHA256")]
    Algorithm,
    #[error("the signed_request does not say who asks")]
    Nobody,
    #[error("the signed_request has run out")]
    Expired,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    algorithm: String,
    #[serde(default)]
    expires: Option<i64>,
    #[serde(default)]
    issued_at: Option<i64>,
    #[serde(default)]
    user_id: Value,
}

/// Nothing of what is signed is looked at before the signature fits.
pub fn read(text: &str, secrets: &Secrets, now: Timestamp) -> Result<SignedRequest, NotSigned> {
    let (signature, signed) = text.split_once('.').ok_or(NotSigned::Malformed)?;
    let signature = BASE64.decode(signature).map_err(|_| NotSigned::Malformed)?;
    if !secrets.made(&signature, signed.as_bytes()) {
        return Err(NotSigned::Forged);
    }
    let payload = BASE64.decode(signed).map_err(|_| NotSigned::Malformed)?;
    let payload: Payload = serde_json::from_slice(&payload).map_err(|_| NotSigned::Malformed)?;
    if !payload.algorithm.eq_ignore_ascii_case(ALGORITHM) {
        return Err(NotSigned::Algorithm);
    }
    let ends = payload.expires.filter(|it| *it > 0);
    if ends.is_some_and(|it| it.saturating_add(TOLERANCE_S) < now.0.div_euclid(1000)) {
        return Err(NotSigned::Expired);
    }
    let user = id(&payload.user_id).ok_or(NotSigned::Nobody)?;
    let issued_at = payload.issued_at.filter(|it| *it > 0).map(|it| Timestamp(it.saturating_mul(1000)));
    Ok(SignedRequest { user, issued_at })
}

/// A text or a number, as everywhere at Meta.
fn id(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(it) => it.clone(),
        Value::Number(it) => it.to_string(),
        _ => return None,
    };
    let is_one = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|it| it.is_ascii_digit());
    is_one.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE as PADDED, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use ring::hmac;
    use serde_json::json;

    const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";
    const NOW: Timestamp = Timestamp(1_794_994_300_000);

    fn secrets() -> Secrets {
        let all: [&[u8]; 2] = [b"c0ffee00112233445566778899aabbcc", SECRET.as_bytes()];
        Secrets::new(all.into_iter())
    }

    fn sign(payload: &str, secret: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        format!("{}.{payload}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, payload.as_bytes())))
    }

    fn signed(payload: &Value) -> String {
        sign(&URL_SAFE_NO_PAD.encode(payload.to_string()), SECRET)
    }

    fn asked(payload: &Value) -> Result<SignedRequest, NotSigned> {
        read(&signed(payload), &secrets(), NOW)
    }

    fn vector() -> String {
        let all: Value =
            serde_json::from_str(include_str!("../../../model/tests/payloads/vectors.signatures.json")).unwrap();
        all["signed_request"]["form_body"].as_str().unwrap().split_once('=').unwrap().1.to_owned()
    }

    #[test]
    fn the_vector_is_read_until_it_runs_out() {
        let expected =
            SignedRequest { user: "26118273645500912".to_owned(), issued_at: Some(Timestamp(1_794_994_200_000)) };
        assert_eq!(read(&vector(), &secrets(), NOW), Ok(expected.clone()));
        let ends = Timestamp(1_794_997_800_000);
        assert_eq!(read(&vector(), &secrets(), ends.plus_s(TOLERANCE_S)), Ok(expected));
        assert_eq!(read(&vector(), &secrets(), ends.plus_s(TOLERANCE_S + 1)), Err(NotSigned::Expired));
    }

    #[test]
    fn ids_and_times_come_in_more_than_one_form() {
        for user in [json!("26118273645500912"), json!(26_118_273_645_500_912u64)] {
            for rest in [json!({}), json!({"expires": 0, "issued_at": 0}), json!({"expires": null})] {
                let mut payload = json!({"algorithm": "hmac-sha256", "user_id": user, "new": [1]});
                payload.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
                let read = asked(&payload).unwrap();
                assert_eq!((read.user.as_str(), read.issued_at), ("26118273645500912", None));
            }
        }
        // The signs that fill base64 up are there or not.
        let payload = json!({"algorithm": ALGORITHM, "user_id": "1"}).to_string();
        let padded = sign(&PADDED.encode(&payload), SECRET);
        assert!(padded.ends_with('=') && read(&padded, &secrets(), NOW).is_ok(), "{padded}");
        let (signature, body) = padded.split_once('.').unwrap();
        assert!(read(&format!("{signature}=.{body}"), &secrets(), NOW).is_ok());
    }

    #[test]
    fn whatever_meta_did_not_sign_so_is_refused() {
        let good = json!({"algorithm": ALGORITHM, "issued_at": 1_794_994_200, "user_id": "1"});
        assert!(asked(&good).is_ok());
        let (signature, body) = vector().split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let other = URL_SAFE_NO_PAD.encode(good.to_string());
        for (text, why) in [
            (format!("{signature}.{other}"), NotSigned::Forged),
            (sign(&body, "another secret"), NotSigned::Forged),
            (format!(".{body}"), NotSigned::Forged),
            (format!("{}.{body}", &signature[..40]), NotSigned::Forged),
            (format!("{}.{body}", STANDARD.encode([0xfb; 32])), NotSigned::Malformed),
            (signature.clone(), NotSigned::Malformed),
            (String::new(), NotSigned::Malformed),
            (format!("ä.{body}"), NotSigned::Malformed),
            (sign("not base64!", SECRET), NotSigned::Malformed),
            (sign(&URL_SAFE_NO_PAD.encode("not JSON"), SECRET), NotSigned::Malformed),
            (signed(&json!({"user_id": "1"})), NotSigned::Algorithm),
            (signed(&json!({"algorithm": "none", "user_id": "1"})), NotSigned::Algorithm),
            (signed(&json!({"algorithm": ALGORITHM})), NotSigned::Nobody),
            (signed(&json!({"algorithm": ALGORITHM, "user_id": ""})), NotSigned::Nobody),
            (signed(&json!({"algorithm": ALGORITHM, "user_id": "1' or 1=1"})), NotSigned::Nobody),
            (signed(&json!({"algorithm": ALGORITHM, "user_id": -1})), NotSigned::Nobody),
            (signed(&json!({"algorithm": ALGORITHM, "user_id": 1.5})), NotSigned::Nobody),
            (signed(&json!({"algorithm": ALGORITHM, "user_id": "1", "expires": 1})), NotSigned::Expired),
        ] {
            assert_eq!(read(&text, &secrets(), NOW), Err(why), "{text}");
        }
        assert_eq!(read(&signed(&good), &Secrets::new(std::iter::empty()), NOW), Err(NotSigned::Forged));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, payload in any::<Vec<u8>>()) {
            prop_assert!(read(&text, &secrets(), NOW).is_err());
            let _ = read(&sign(&URL_SAFE_NO_PAD.encode(payload), SECRET), &secrets(), NOW);
        }
    }
}
