//! Takes a webhook's body apart: what one post brings becomes items, each a row of the journal that
//! can be read again alone. Nothing here fails for the sake of one item.

mod attachments;
mod changes;
mod envelope;
mod happened;
mod json;
mod messaging;
mod said;
mod scrub;
#[cfg(test)]
mod tests;

pub(super) use said::kind;
pub use scrub::scrub;

use super::event::Event;
use super::identity;
use crate::time::Timestamp;
use envelope::{Envelope, found};
use json::Json;
use std::fmt;

/// The body is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotJson;

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body is not JSON")
    }
}

impl std::error::Error for NotJson {}

/// One item of a webhook's body, ready for the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// As Meta wrote it: `instagram`, `page`, others.
    pub object: String,
    /// `entry.id`.
    pub account: String,
    /// The party that is not the account.
    pub contact: Option<String>,
    /// Of echoes only.
    pub app_id: Option<String>,
    pub at: Timestamp,
    /// What a repetition of this item has in common with it, beside account and time.
    pub identity: String,
    /// The item in a body of its own, byte for byte as it came.
    pub raw: String,
    /// None for an object that is not ours.
    pub event: Option<Event>,
    /// The time that Meta gave. Not the moment of arrival, which a repetition does not share.
    given: Option<Timestamp>,
}

impl Item {
    pub fn dedupe_key(&self) -> String {
        identity::dedupe_key(&self.object, &self.account, self.given.unwrap_or(Timestamp(0)), &self.identity)
    }

    pub fn lane(&self) -> u32 {
        identity::lane(&self.object, &self.account, self.contact.as_deref())
    }
}

/// The items of a body, in their order. `received_at` is for those without a time.
pub fn items(body: &[u8], received_at: Timestamp) -> Result<Vec<Item>, NotJson> {
    let text = String::from_utf8_lossy(body);
    let body = Json::check(text.trim_start_matches('\u{feff}')).ok_or(NotJson)?;
    let mut items = Vec::new();
    // Some examples of the docs print the body inside a list.
    for part in body.parts() {
        let Some(body) = part.object() else { continue };
        for entry in body.parts("entry") {
            let envelope = Envelope::open(&body, entry, received_at);
            items.extend(found(entry, &envelope.entry).into_iter().map(|it| envelope.item(&it)));
        }
    }
    Ok(items)
}

/// The item of a row of the journal.
pub fn one(raw: &str, received_at: Timestamp) -> Option<Item> {
    let mut items = items(raw.as_bytes(), received_at).ok()?;
    (items.len() == 1).then(|| items.pop()).flatten()
}
