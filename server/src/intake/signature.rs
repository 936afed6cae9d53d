//! Whether a body comes from Meta: `X-Hub-Signature-256` over its bytes as they came.

use axum::http::{HeaderMap, HeaderName};
use ring::hmac;

static HEADER: HeaderName = HeaderName::from_static("x-hub-signature-256");

/// The secrets of our apps. Which of them signs depends on how an account was connected, so each is
/// tried.
pub struct Secrets(Vec<hmac::Key>);

impl Secrets {
    pub fn new<'s>(secrets: impl Iterator<Item = &'s [u8]>) -> Self {
        Self(secrets.map(|it| hmac::Key::new(hmac::HMAC_SHA256, it)).collect())
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the same time wherever the signature is wrong.
    pub fn signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let given = headers.get(&HEADER).and_then(|it| it.to_str().ok()).and_then(|it| it.strip_prefix("sha256="));
        given.and_then(bytes_of).is_some_and(|given| self.made(&given, body))
    }

    /// Whether it is one of them that signed so. Takes the same time wherever it is wrong.
    pub fn made(&self, signature: &[u8], of: &[u8]) -> bool {
        // Not `any`: it would tell which of the secrets matched.
        self.0.iter().fold(false, |matched, key| hmac::verify(key, of, signature).is_ok() | matched)
    }
}

/// 64 hexadecimal digits.
fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> =
        hex.chars().map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok())).collect::<Option<_>>()?;
    let mut bytes = [0u8; 32];
    (digits.len() == 64).then_some(())?;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HEADER.clone(), value.parse().unwrap())])
    }

    fn vectors() -> Vec<(String, String, String)> {
        let all: Value =
            serde_json::from_str(include_str!("../../../model/tests/payloads/vectors.signatures.json")).unwrap();
        let text = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
        let webhooks = all["webhook"].as_array().unwrap();
        webhooks.iter().map(|it| (text(it, "app_secret"), text(it, "raw_body"), text(it, "header"))).collect()
    }

    #[test]
    fn the_vectors_verify_with_whichever_secret_signed() {
        let both: [&[u8]; 2] = [b"5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5", b"c0ffee00112233445566778899aabbcc"];
        let secrets = Secrets::new(both.into_iter());
        let vectors = vectors();
        assert!(vectors.len() > 3);
        for (secret, body, header) in vectors {
            assert!(secrets.signed(&headers(&header), body.as_bytes()));
            let only = Secrets::new(std::iter::once(secret.as_bytes()));
            assert!(only.signed(&headers(&header), body.as_bytes()));
            assert!(!only.signed(&headers(&header), format!("{body} ").as_bytes()), "other bytes");
        }
    }

    #[test]
    fn nothing_else_does() {
        let (secret, body, header) = vectors().remove(0);
        let secrets = Secrets::new(std::iter::once(secret.as_bytes()));
        let sha1 = format!("sha1={}", &header[7..47]);
        for wrong in [&header[7..], &header[..70], "sha256=", "sha256=zz", &sha1, &header.replace('7', "8")] {
            assert!(!secrets.signed(&headers(wrong), body.as_bytes()), "{wrong}");
        }
        assert!(!secrets.signed(&HeaderMap::new(), body.as_bytes()));
        assert!(!Secrets::new(std::iter::empty()).signed(&headers(&header), body.as_bytes()));
    }
}
