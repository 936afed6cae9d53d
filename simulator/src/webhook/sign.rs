//! How Meta shows that a body is its own, and apps that a request is theirs.

use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, Key};
use std::fmt::Write as _;

/// `X-Hub-Signature-256`.
pub fn sha256(app_secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hex(HMAC_SHA256, app_secret, body))
}

/// `X-Hub-Signature`, which is old and still sent.
pub fn sha1(app_secret: &str, body: &[u8]) -> String {
    format!("sha1={}", hex(HMAC_SHA1_FOR_LEGACY_USE_ONLY, app_secret, body))
}

/// What an app may send beside its token.
pub fn appsecret_proof(app_secret: &str, token: &str) -> String {
    hex(HMAC_SHA256, app_secret, token.as_bytes())
}

fn hex(algorithm: hmac::Algorithm, secret: &str, message: &[u8]) -> String {
    let tag = hmac::sign(&Key::new(algorithm, secret.as_bytes()), message);
    tag.as_ref().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_vectors_of_the_reference_verify() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../model/tests/payloads/vectors.signatures.json")).unwrap();
        let webhooks = vectors["webhook"].as_array().unwrap();
        assert_eq!(webhooks.len(), 4);
        for it in webhooks {
            let signed = sha256(it["app_secret"].as_str().unwrap(), it["raw_body"].as_str().unwrap().as_bytes());
            assert_eq!(signed, it["header"].as_str().unwrap(), "{}", it["name"]);
        }
        let proof = &vectors["appsecret_proof"];
        let ours = appsecret_proof(proof["app_secret"].as_str().unwrap(), proof["access_token"].as_str().unwrap());
        assert_eq!(ours, proof["proof"].as_str().unwrap());
    }

    #[test]
    fn the_old_signature_is_sha1() {
        // RFC 2202, test case 2.
        let signed = sha1("Jefe", b"what do ya want for nothing?");
        assert_eq!(signed, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
