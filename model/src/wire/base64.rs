//! Bytes as text that is safe in a script, in an attribute and in the browser's storage.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 4);
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| (bits << 8) | three.get(at).copied().map_or(0, usize::from));
        for place in 0..=three.len() {
            text.push(char::from(DIGITS[(bits >> (18 - 6 * place)) & 63]));
        }
    }
    text
}

/// Reads what [`to_text`] wrote.
pub fn of_text(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for at in 0..4 {
            bits = (bits << 6) | four.get(at).map_or(Some(0), |it| digit(*it))?;
        }
        let [_, three @ ..] = bits.to_be_bytes();
        let (kept, lost) = three.split_at(four.len() - 1);
        if four.len() == 1 || lost.iter().any(|it| *it != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}

const fn digit(letter: u8) -> Option<u32> {
    let digit = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(digit as u32)
}
