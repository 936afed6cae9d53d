//! The part of an address after `?`, written and read by our own rules on both sides. The router's
//! parameter map decodes every value twice, and not alike in browser and server.

use std::fmt::Write as _;

/// `text` as a value: letters, digits and `-._~` as they are, a blank as `+`, the rest as `%XX`.
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => _ = write!(encoded, "%{byte:02X}"),
        }
        encoded
    })
}

/// The first value called `name` in `query` (without its `?`).
pub fn value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key) == name).then(|| decode(value))
    })
}

/// Undoes [`encode`]; what is not well encoded stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => match after {
                [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    bytes.push(hex(*high) << 4 | hex(*low));
                    rest = &after[2..];
                }
                _ => bytes.push(b'%'),
            },
            _ => bytes.push(byte),
        }
    }
    // Control characters mean nothing in an address, and must not reach a page.
    String::from_utf8_lossy(&bytes).chars().filter(|it| !it.is_control()).collect()
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_again() {
        for text in ["", "mugs & bowls", "100 %", "%41 %", "a+b=c", "タイダル", "</textarea><script>", "é#?/"] {
            assert_eq!(value(&format!("view=mine&q={}", encode(text)), "q").as_deref(), Some(text));
        }
    }

    #[test]
    fn an_address_typed_by_hand_is_read_as_well_as_it_can_be() {
        assert_eq!(value("q=100%&view=closed", "q").as_deref(), Some("100%"));
        assert_eq!(value("q=%FF%4", "q").as_deref(), Some("\u{fffd}%4"));
        assert_eq!(value("q&view", "q").as_deref(), Some(""));
        assert_eq!(value("query=x", "q"), None);
    }
}
