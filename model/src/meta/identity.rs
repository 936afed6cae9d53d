//! How the same thing is known again: keys of the journal, of messages, and ids that are made of
//! what Meta says, so that a replay into an empty database makes the same rows.

use crate::id::{compose, print};
use crate::time::Timestamp;
use sha2::{Digest as _, Sha256};

/// How many lanes the journal has. A lane is applied by one worker at a time.
pub const LANES: u32 = 64;

/// 128 bits of SHA-256 over the parts, each with its length, so that ("a", "bc") is not ("ab", "c").
pub fn digest(parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// The journal's unique key. It begins with the item's time so that its index grows at one end.
pub fn dedupe_key(object: &str, account: &str, at: Timestamp, identity: &str) -> String {
    let mut key = dedupe_beginning(at);
    key.push_str(&dedupe_ending(object, account, identity));
    key
}

/// What the keys of one moment begin with.
pub fn dedupe_beginning(at: Timestamp) -> String {
    // 48 bits of time print as the first ten characters of an id.
    print(compose(at.0, [0; 10]))[..10].to_owned()
}

/// What the key of an item ends with, whenever it was.
pub fn dedupe_ending(object: &str, account: &str, identity: &str) -> String {
    print(digest(&[object, account, identity]))
}

/// What stands for a mid: two connected accounts that write to each other share it, and it is long.
pub fn mid_key(object: &str, account: &str, mid: &str) -> String {
    print(digest(&["mid", object, account, mid]))
}

/// The lane of everything between one account and one contact.
pub fn lane(object: &str, account: &str, contact: Option<&str>) -> u32 {
    let digest = digest(&["lane", object, account, contact.unwrap_or_default()]);
    u32::try_from(digest % u128::from(LANES)).unwrap_or_default()
}

/// What tells events of one account apart; see the reference's table of dedupe keys. These are needed
/// in two places: where an event is read, and where the journal forgets what was unsent.
pub fn message(mid: &str) -> String {
    format!("message\n{mid}")
}

pub fn postback(mid: &str) -> String {
    format!("postback\n{mid}")
}

pub fn unsend(mid: &str) -> String {
    format!("deleted\n{mid}")
}

pub fn edit(mid: &str, number: i32) -> String {
    format!("edit\n{mid}\n{number}")
}

pub fn comment(id: &str, word: &str) -> String {
    format!("comment\n{id}\n{word}")
}
