//! Random ids of what begins in the browser.

use leptos::prelude::window;
use std::fmt::Write as _;

/// 32 hexadecimal digits.
pub fn id() -> String {
    bytes::<16>().iter().fold(String::with_capacity(32), |mut id, byte| {
        _ = write!(id, "{byte:02x}");
        id
    })
}

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Ok(crypto) = window().crypto() {
        _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}
