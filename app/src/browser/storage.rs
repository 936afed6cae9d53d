//! What this browser remembers between visits. Private windows and full disks refuse; then nothing
//! is remembered, and nothing else changes.

use borsh::{BorshDeserialize, BorshSerialize};
use leptos::prelude::window;
use model::wire;
use web_sys::Storage;

/// Another number for another layout of what is kept: what has another number is passed over.
const LAYOUT: u8 = 1;

pub fn read<T: BorshDeserialize>(key: &str) -> Option<T> {
    of_text(&storage()?.get_item(key).ok()??)
}

pub fn keep<T: BorshSerialize>(key: &str, value: &T) {
    if let (Some(storage), Some(text)) = (storage(), to_text(value)) {
        _ = storage.set_item(key, &text);
    }
}

pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        _ = storage.remove_item(key);
    }
}

pub fn keys() -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let n = storage.length().unwrap_or_default();
    (0..n).filter_map(|at| storage.key(at).ok().flatten()).collect()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

pub fn to_text<T: BorshSerialize>(value: &T) -> Option<String> {
    Some(wire::to_text(&wire::print_plain(&(LAYOUT, value)).ok()?))
}

pub fn of_text<T: BorshDeserialize>(text: &str) -> Option<T> {
    let bytes = wire::of_text(text)?;
    wire::read_plain(bytes.strip_prefix(&[LAYOUT])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_otherwise_is_absent() {
        let kept = to_text(&Some("Hello")).unwrap();
        assert_eq!(of_text(&kept), Some(Some("Hello".to_owned())));
        let of_another_layout = wire::to_text(&wire::print_plain(&(LAYOUT + 1, Some("Hello"))).unwrap());
        for odd in ["", "true", "false", r#"{"text":"Hello","at":1000}"#, &kept[..6], &of_another_layout] {
            assert_eq!(of_text::<Option<String>>(odd), None, "{odd}");
        }
    }
}
