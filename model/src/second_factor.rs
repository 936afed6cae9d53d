//! The code beside the password: what a person's app shows, and the codes for the day the phone is lost.

use crate::sign_in::SignInProblem;
use crate::time::Timestamp;

/// How long one code is shown.
pub const STEP_S: i64 = 30;
/// So many recovery codes are made at once.
pub const RECOVERY_CODES: usize = 10;
/// After the right password, a code is awaited for so long.
pub const HALF_S: i64 = 600;

/// How somebody stands with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SecondFactorStanding {
    /// Since when it is on.
    pub since: Option<Timestamp>,
    /// Recovery codes that were not used yet.
    pub n_codes: i64,
    /// Everybody must have it.
    pub is_required: bool,
}

/// The step between password and inbox, as the person gets it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeForm {
    /// Where they wanted to go; a path of ours.
    pub next: String,
    pub problem: Option<CodeProblem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeProblem {
    Wrong,
    TooManyTries { wait_s: u32 },
}

impl CodeProblem {
    pub fn words(self) -> String {
        match self {
            Self::Wrong => "This code is not right, or was used already. Wait for the next one.".to_owned(),
            Self::TooManyTries { wait_s } => SignInProblem::TooManyTries { wait_s }.words(),
        }
    }
}

/// What was typed, without what people put between the characters.
pub fn plain_code(text: &str) -> String {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    plain.to_ascii_lowercase()
}

/// Six digits, as an app shows them.
pub fn read_code(text: &str) -> Option<u32> {
    let plain = plain_code(text);
    (plain.len() == 6 && plain.bytes().all(|it| it.is_ascii_digit())).then(|| plain.parse().ok()).flatten()
}

/// As apps read a secret that is typed: base 32 of RFC 4648, without its end marks.
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bytes
        .chunks(5)
        .flat_map(|chunk| {
            let bits = (0..5).fold(0u64, |bits, n| (bits << 8) | u64::from(chunk.get(n).copied().unwrap_or_default()));
            let n_digits = (chunk.len() * 8).div_ceil(5);
            (0..n_digits).map(move |n| char::from(ALPHABET[((bits >> (35 - 5 * n)) & 31) as usize]))
        })
        .collect()
}

/// In groups of four, to be typed.
pub fn grouped(text: &str, mark: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|it| it.iter().collect::<String>()).collect::<Vec<_>>().join(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_written_as_apps_read_them() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text, "RFC 4648");
        }
        assert_eq!(grouped("MZXW6YTBOI", " "), "MZXW 6YTB OI");
    }

    #[test]
    fn a_code_is_read_however_it_is_spaced() {
        assert_eq!(read_code(" 012 345 "), Some(12_345));
        for other in ["", "12345", "1234567", "abcdef", "12345６"] {
            assert_eq!(read_code(other), None, "{other}");
        }
        assert_eq!(plain_code("ABCD-efgh 1234"), "abcdefgh1234");
    }
}
