//! What surrounds an item: finding items in an entry, and wrapping each into a body of its own.

use super::super::event::{Event, Nothing, What};
use super::json::{Json, Object, key_words};
use super::{Item, changes, messaging};
use crate::platform::Platform;
use crate::time::Timestamp;
use std::borrow::Cow;

/// Where in an entry something was found.
pub struct Found<'a> {
    place: Place,
    /// What stands there. For a field with its value on the entry itself: an object of the two.
    json: Cow<'a, str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Messaging,
    Standby,
    Change,
    OnEntry,
    ChangedFields,
    /// An entry of a shape that we do not know.
    Entry,
}

/// What an entry holds, in its order.
pub fn found<'a>(json: Json<'a>, entry: &Object<'a>) -> Vec<Found<'a>> {
    let mut found = Vec::with_capacity(1);
    let lists = [("messaging", Place::Messaging), ("standby", Place::Standby), ("changes", Place::Change)].map(
        |(key, place)| {
            let list = entry.get(key);
            let parts = list.map(Json::parts).unwrap_or_default();
            found.extend(parts.iter().map(|it| Found { place, json: it.as_came().into() }));
            list.is_some()
        },
    );
    if let Some(field) = entry.get("field") {
        let value = entry.get("value").map_or("null", Json::as_came);
        let json = format!(r#"{{"field":{},"value":{value}}}"#, field.as_came()).into();
        found.push(Found { place: Place::OnEntry, json });
    } else if !lists.contains(&true) {
        let known_by = |key| matches!(key, "id" | "uid" | "time" | "messaging" | "standby" | "changes");
        if let Some(fields) = entry.get("changed_fields") {
            found.push(Found { place: Place::ChangedFields, json: fields.as_came().into() });
        } else if json.object().is_none() || entry.pairs().any(|(key, _)| !known_by(key)) {
            found.push(Found { place: Place::Entry, json: json.as_came().into() });
        }
    }
    found
}

/// What surrounds the items of one entry.
pub struct Envelope<'a> {
    object: Option<Json<'a>>,
    pub entry: Object<'a>,
    name: String,
    platform: Option<Platform>,
    account: String,
    at: Option<Timestamp>,
    received_at: Timestamp,
}

/// What an item says, before it is put beside its account.
pub struct Reading {
    pub contact: Option<String>,
    pub app_id: Option<String>,
    /// None: the entry's.
    pub at: Option<Timestamp>,
    /// None: all of its content.
    pub identity: Option<String>,
    pub what: What,
}

impl From<What> for Reading {
    fn from(what: What) -> Self {
        Self { contact: None, app_id: None, at: None, identity: None, what }
    }
}

impl<'a> Envelope<'a> {
    pub fn open(body: &Object<'a>, entry: Json<'a>, received_at: Timestamp) -> Self {
        let object = body.get("object");
        let entry = entry.object().unwrap_or_default();
        let name = object.and_then(Json::text).unwrap_or_default();
        let platform = Platform::from_word(&name);
        let account = entry.text("id").unwrap_or_default();
        let at = entry.time("time");
        Self { object, entry, name, platform, account, at, received_at }
    }

    pub fn item(&self, found: &Found<'_>) -> Item {
        let reading = match self.platform {
            Some(_) => self.read(found),
            None => What::Nothing(Nothing::NotMessaging).into(),
        };
        let Reading { contact, app_id, at, identity, what } = reading;
        let given = at.or(self.at);
        let at = given.unwrap_or(self.received_at);
        Item {
            object: self.name.clone(),
            account: self.account.clone(),
            app_id,
            at,
            identity: identity.unwrap_or_else(|| format!("item\n{}", Json::of_checked(&found.json).canonical())),
            raw: self.wrap(found),
            event: self.platform.map(|platform| Event {
                platform,
                account: self.account.clone(),
                contact: contact.clone(),
                at,
                standby: found.place == Place::Standby,
                what,
            }),
            contact,
            given,
        }
    }

    fn read(&self, found: &Found<'_>) -> Reading {
        if found.place == Place::ChangedFields {
            return What::Nothing(Nothing::NoValues).into();
        }
        // The dashboard's "Test" button.
        if self.account == "0" {
            return What::Nothing(Nothing::Test).into();
        }
        let json = Json::of_checked(&found.json);
        match found.place {
            Place::Messaging => messaging::read(&self.account, json, false),
            Place::Standby => messaging::read(&self.account, json, true),
            Place::Change | Place::OnEntry => changes::read(&self.account, json),
            Place::Entry | Place::ChangedFields => {
                let key = self.entry.pairs().map(|(key, _)| key).find(|key| !matches!(*key, "id" | "uid" | "time"));
                unknown(key.unwrap_or("entry"))
            }
        }
    }

    /// A body with nothing but this.
    fn wrap(&self, found: &Found<'_>) -> String {
        let mut raw = String::with_capacity(found.json.len() + 120);
        raw.push('{');
        if let Some(object) = self.object {
            raw.extend(["\"object\":", object.as_came(), ","]);
        }
        raw.push_str("\"entry\":[");
        if found.place == Place::Entry {
            raw.push_str(&found.json);
        } else {
            raw.push('{');
            for key in ["id", "time"] {
                if let Some(it) = self.entry.get(key) {
                    raw.extend(["\"", key, "\":", it.as_came(), ","]);
                }
            }
            match found.place {
                Place::OnEntry => raw.push_str(&found.json[1..found.json.len() - 1]),
                Place::ChangedFields => raw.extend(["\"changed_fields\":", &*found.json]),
                Place::Messaging | Place::Entry => raw.extend(["\"messaging\":[", &*found.json, "]"]),
                Place::Standby => raw.extend(["\"standby\":[", &*found.json, "]"]),
                Place::Change => raw.extend(["\"changes\":[", &*found.json, "]"]),
            }
            raw.push('}');
        }
        raw.push_str("]}");
        raw
    }
}

/// Meta's name of a kind that we do not know. Short, because it is counted and shown.
pub fn unknown(kind: &str) -> Reading {
    What::Unknown { kind: key_words(kind).chars().take(64).collect() }.into()
}
