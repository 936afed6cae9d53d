//! The secret key: what tokens are encrypted with and media links signed. After a rotation the former one stays beside
//! it, so that nothing is lost which was sealed meanwhile.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt;
use std::str::FromStr;

#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(pub [u8; 32]);

/// The key of today, and those before it, which only open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretKeys {
    pub current: SecretKey,
    pub former: Vec<SecretKey>,
}

impl From<SecretKey> for SecretKeys {
    fn from(current: SecretKey) -> Self {
        Self { current, former: Vec::new() }
    }
}

impl FromStr for SecretKeys {
    type Err = String;

    /// Parted by commas or lines.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut keys = text.trim().split([',', '\n']).map(str::parse::<SecretKey>);
        let current = keys.next().unwrap_or_else(|| "".parse())?;
        Ok(Self { current, former: keys.collect::<Result<_, _>>()? })
    }
}

impl FromStr for SecretKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        from_hex(text).or_else(|| from_base64(text)).map(Self).ok_or_else(|| {
            "expected 32 bytes as base64 (44 characters) or hexadecimal (64), such as openssl rand -base64 32 makes"
                .to_owned()
        })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.bytes().map(|it| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok()));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.as_chunks::<2>().0.iter().map(|[high, low]| (high << 4) | low).collect();
    if digits.len() == 64 { bytes.try_into().ok() } else { None }
}

fn from_base64(text: &str) -> Option<[u8; 32]> {
    let either = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, either).decode(text).ok()?.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_is_read_in_its_usual_spellings() {
        let key = SecretKey(std::array::from_fn(|n| u8::try_from(n).unwrap() ^ 0xf0));
        for text in [
            "8PHy8/T19vf4+fr7/P3+/+Dh4uPk5ebn6Onq6+zt7u8=",
            "8PHy8/T19vf4+fr7/P3+/+Dh4uPk5ebn6Onq6+zt7u8\n",
            "8PHy8_T19vf4-fr7_P3-_-Dh4uPk5ebn6Onq6-zt7u8",
            "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeffe0e1e2e3e4e5e6e7e8e9eaebecedeeef",
        ] {
            assert_eq!(text.parse(), Ok(key.clone()), "{text}");
        }
        assert_eq!(format!("{key:?}"), "SecretKey");
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in ["", "kiln", "f0f1", &"f".repeat(65), &"ä".repeat(32), "8PHy8/T19vf4+fr7/P3+/+Dh4uPk5ebn6Onq6+zt"]
        {
            assert!(wrong.parse::<SecretKey>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn former_keys_stand_behind_the_current_one() {
        let [new, old] = [SecretKey([1; 32]), SecretKey([2; 32])];
        let (new_text, old_text) = ("01".repeat(32), "02".repeat(32));
        let both = SecretKeys { current: new.clone(), former: vec![old] };
        assert_eq!(format!("{new_text},{old_text}").parse(), Ok(both.clone()));
        assert_eq!(format!("{new_text}\n{old_text}\n").parse(), Ok(both));
        assert_eq!(new_text.parse(), Ok(SecretKeys::from(new)));
        assert!(format!("{new_text},kiln").parse::<SecretKeys>().is_err());
        assert!(format!("{new_text},").parse::<SecretKeys>().is_err(), "a key is missing");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = text.parse::<SecretKeys>();
        }
    }
}
