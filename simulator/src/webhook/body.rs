//! The body of a request, as Meta writes it.

use crate::world::tell::{Channel, Parcel};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What goes in one request. Of Instagram, consecutive items of an account share an entry; of Messenger
/// each has its own, for `messaging` has exactly one item there.
pub fn of(object: &str, parcels: &[Parcel]) -> Value {
    let mut entries: Vec<Value> = Vec::new();
    let mut last: Option<&Parcel> = None;
    for parcel in parcels {
        let key = match parcel.channel {
            Channel::Messaging => "messaging",
            Channel::Standby => "standby",
            Channel::Changes(_) => "changes",
        };
        let item = match parcel.channel {
            Channel::Changes(field) => json!({"field": field, "value": parcel.item}),
            _ => parcel.item.clone(),
        };
        let shares = object == "instagram" && last.is_some_and(|it| it.account_id == parcel.account_id);
        last = Some(parcel);
        if shares && let Some(items) = entries.last_mut().and_then(|it| it.get_mut(key)).and_then(Value::as_array_mut) {
            items.push(item);
            continue;
        }
        // Seconds beside `changes`, milliseconds elsewhere.
        let time = if key == "changes" { parcel.at_ms / 1000 } else { parcel.at_ms };
        let mut entry = json!({"id": parcel.account_id, "time": time});
        entry[key] = json!([item]);
        entries.push(entry);
    }
    json!({"object": object, "entry": entries})
}

/// What is not ASCII is escaped, a surrogate pair as two, with small letters; and so is each slash.
pub fn bytes(body: &Value) -> Vec<u8> {
    let plain = body.to_string();
    let mut escaped = String::with_capacity(plain.len() + plain.len() / 8);
    let mut units = [0; 2];
    for letter in plain.chars() {
        match letter {
            '/' => escaped.push_str("\\/"),
            _ if letter.is_ascii() => escaped.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut units) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    escaped.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_escaped_as_metas_are() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../model/tests/payloads/vectors.signatures.json")).unwrap();
        for vector in vectors["webhook"].as_array().unwrap() {
            let raw = vector["raw_body"].as_str().unwrap();
            let parsed: Value = serde_json::from_str(raw).unwrap();
            let ours = String::from_utf8(bytes(&parsed)).unwrap();
            assert_eq!(ours.len(), raw.len(), "{}", vector["name"]);
            let said = &parsed["entry"][0]["messaging"][0];
            for key in ["message", "reaction"].iter().filter_map(|it| said.get(it)) {
                for value in key.as_object().unwrap().values() {
                    let written = String::from_utf8(bytes(value)).unwrap();
                    assert!(raw.contains(&written) && ours.contains(&written), "{written}");
                }
            }
        }
        assert_eq!(bytes(&json!({"url": "https://a/b\n"})), br#"{"url":"https:\/\/a\/b\n"}"#);
    }
}
