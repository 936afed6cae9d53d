//! Small secrets at rest: sealed before they go into the database, opened when they are needed. One
//! secret key, and from it a key for each purpose.

pub mod key;
pub mod rotate;

use crate::chance::{Chance, hex};
use crate::config::{SecretKey, SecretKeys};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Prk, Salt};
use std::fmt;

/// The first part of a sealed text, so that another way of sealing can come later.
const WAY: &str = "s1";

pub struct Vault {
    /// Names the secret key without giving it away.
    key_id: String,
    at_rest: LessSafeKey,
    /// Keys before this one by their names: they open what was sealed with them.
    former: Vec<(String, LessSafeKey)>,
    media: [u8; 32],
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("it was sealed with another secret key ({sealed_with}; ours is {ours})")]
    OtherKey { sealed_with: String, ours: String },
    #[error("it was changed, or sealed for something else")]
    Damaged,
    #[error("it is not a sealed text")]
    NotSealed,
}

impl Vault {
    pub fn new(key: &SecretKey) -> Self {
        let root = root_of(key);
        let (key_id, at_rest) = sealing(&root);
        Self { key_id, at_rest, former: Vec::new(), media: derive(&root, b"media links") }
    }

    /// Seals with the current key and opens with all of them.
    pub fn of(keys: &SecretKeys) -> Self {
        let former = keys.former.iter().map(|it| sealing(&root_of(it))).collect();
        Self { former, ..Self::new(&keys.current) }
    }

    /// The text under which the database keeps `secret`. It opens only for the same `purpose`: the
    /// column and row that it is for.
    pub fn seal(&self, chance: &dyn Chance, purpose: &str, secret: &str) -> String {
        let mut nonce = [0u8; NONCE_LEN];
        chance.fill(&mut nonce);
        let mut bytes = secret.as_bytes().to_vec();
        self.encrypt(nonce, purpose, &mut bytes);
        format!("{WAY}.{}.{}", self.key_id, URL_SAFE_NO_PAD.encode([&nonce[..], &bytes].concat()))
    }

    #[expect(clippy::expect_used, reason = "fails only for a text of 256 GB")]
    fn encrypt(&self, nonce: [u8; NONCE_LEN], purpose: &str, bytes: &mut Vec<u8>) {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.at_rest.seal_in_place_append_tag(nonce, Aad::from(purpose), bytes).expect("a secret is short");
    }

    pub fn open(&self, purpose: &str, sealed: &str) -> Result<String, VaultError> {
        let mut parts = sealed.split('.');
        let (Some(WAY), Some(key_id), Some(text), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(VaultError::NotSealed);
        };
        let ours = std::iter::once((self.key_id.as_str(), &self.at_rest));
        let mut keys = ours.chain(self.former.iter().map(|(id, key)| (id.as_str(), key)));
        let Some((_, key)) = keys.find(|it| it.0 == key_id) else {
            return Err(VaultError::OtherKey { sealed_with: key_id.to_owned(), ours: self.key_id.clone() });
        };
        let mut bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::Damaged)?;
        let (nonce, sealed) = bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or(VaultError::Damaged)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key.open_in_place(nonce, Aad::from(purpose), sealed).map_err(|_| VaultError::Damaged)?;
        String::from_utf8(opened.to_vec()).map_err(|_| VaultError::Damaged)
    }

    /// Whether it was sealed with the key of today.
    pub fn is_current(&self, sealed: &str) -> bool {
        sealed.split('.').nth(1) == Some(&self.key_id)
    }

    /// Signs links to media.
    pub fn media_key(&self) -> [u8; 32] {
        self.media
    }

    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.key_id)
    }
}

fn root_of(key: &SecretKey) -> Prk {
    Salt::new(HKDF_SHA256, b"switchboard").extract(&key.0)
}

/// The key's name, and what seals at rest.
fn sealing(root: &Prk) -> (String, LessSafeKey) {
    (hex(&derive(root, b"id")[..4]), LessSafeKey::new(sealing_key(&derive(root, b"tokens at rest"))))
}

#[expect(clippy::expect_used, reason = "fails only when more is asked for than HKDF can give")]
fn derive(root: &Prk, purpose: &[u8]) -> [u8; 32] {
    let mut key = [0u8; 32];
    let purpose = [purpose];
    let made = root.expand(&purpose, HKDF_SHA256).and_then(|it| it.fill(&mut key));
    made.expect("32 bytes are not too many");
    key
}

#[expect(clippy::expect_used, reason = "fails only for a key of another length")]
fn sealing_key(bytes: &[u8; 32]) -> UnboundKey {
    UnboundKey::new(&CHACHA20_POLY1305, bytes).expect("32 bytes are a key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;
    use proptest::prelude::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&SecretKey([byte; 32]))
    }

    #[test]
    fn what_is_sealed_opens_and_shows_nothing() {
        let chance = SeededChance::new(7);
        let sealed = vault(1).seal(&chance, "account_tokens.token", "IGAA-kiln");
        assert!(!sealed.contains("kiln"), "{sealed}");
        assert_eq!(vault(1).open("account_tokens.token", &sealed).as_deref(), Ok("IGAA-kiln"));
        let again = vault(1).seal(&chance, "account_tokens.token", "IGAA-kiln");
        assert_ne!(sealed, again, "the same secret twice cannot be told");
    }

    #[test]
    fn another_key_or_purpose_opens_nothing() {
        let sealed = vault(1).seal(&SeededChance::new(7), "account_tokens.token", "IGAA");
        assert!(matches!(vault(2).open("account_tokens.token", &sealed), Err(VaultError::OtherKey { .. })));
        assert_eq!(vault(1).open("endpoints.secret", &sealed), Err(VaultError::Damaged));
        let claimed = sealed.replace(vault(1).key_id(), vault(2).key_id());
        assert_eq!(vault(2).open("account_tokens.token", &claimed), Err(VaultError::Damaged));
    }

    #[test]
    fn former_keys_open_and_seal_no_more() {
        let chance = SeededChance::new(7);
        let old = vault(1).seal(&chance, "x", "IGAA");
        let both = Vault::of(&SecretKeys { current: SecretKey([2; 32]), former: vec![SecretKey([1; 32])] });
        assert_eq!(both.open("x", &old).as_deref(), Ok("IGAA"));
        assert!(!both.is_current(&old));
        let new = both.seal(&chance, "x", "IGAA");
        assert!(both.is_current(&new));
        assert_eq!(vault(2).open("x", &new).as_deref(), Ok("IGAA"));
        assert!(vault(1).open("x", &new).is_err());
    }

    #[test]
    fn a_changed_text_does_not_open() {
        let sealed = vault(1).seal(&SeededChance::new(7), "x", "IGAA");
        let body = sealed.rfind('.').unwrap() + 1;
        for at in body..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(vault(1).open("x", &changed), Err(VaultError::Damaged), "{at}");
        }
        assert_eq!(vault(1).open("x", &sealed[..body + 4]), Err(VaultError::Damaged));
        assert_eq!(vault(1).open("x", "IGAA"), Err(VaultError::NotSealed));
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        assert_ne!(vault(1).media_key(), vault(2).media_key());
        assert_ne!(vault(1).media_key(), [1; 32]);
        assert_eq!(format!("{:?}", vault(1)), format!("Vault({})", vault(1).key_id()));
    }

    proptest! {
        #[test]
        fn any_text_comes_back(secret: String, purpose: String) {
            let sealed = vault(1).seal(&SeededChance::new(7), &purpose, &secret);
            prop_assert_eq!(vault(1).open(&purpose, &sealed), Ok(secret));
        }

        #[test]
        fn no_text_makes_opening_panic(text: String, rest in "[A-Za-z0-9_-]{0,60}") {
            let _ = vault(1).open("x", &text);
            let _ = vault(1).open("x", &format!("s1.{}.{rest}", vault(1).key_id()));
        }
    }
}
