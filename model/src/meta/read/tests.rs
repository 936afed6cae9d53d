//! Every payload of the platform's reference, and every rule.

mod changes;
mod envelope;
mod happened;
mod messages;
mod random;
mod scrubbed;

use super::*;
use crate::meta::event::{Nothing, Said, What};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp(1_795_100_000_000);
const INSTAGRAM: &str = "17841460210973548";
const MIA: &str = "1093847561029384";

fn payload(name: &str) -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payloads/");
    std::fs::read(format!("{path}{name}.json")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Names and bodies of all webhooks.
fn payloads() -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payloads")).unwrap();
    let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter_map(|it| it.strip_suffix(".json").map(str::to_owned)).collect();
    names.retain(|it| !it.starts_with("vectors."));
    names.sort();
    assert!(names.len() > 100, "{}", names.len());
    names.into_iter().map(|name| (name.clone(), payload(&name))).collect()
}

fn read(body: &[u8]) -> Vec<Item> {
    items(body, NOW).unwrap()
}

/// The only item of a payload.
fn only(name: &str) -> Item {
    let mut items = read(&payload(name));
    assert_eq!(items.len(), 1, "{name}");
    items.remove(0)
}

fn what_of(name: &str) -> What {
    only(name).event.unwrap().what
}

/// The only item of a body with this item in it, of our Instagram account.
fn instagram(item: &Value) -> Item {
    let body = json!({"object": "instagram", "entry": [{"id": INSTAGRAM, "time": 1_795_000_000_000_i64, "messaging": [item]}]});
    let mut items = read(body.to_string().as_bytes());
    assert_eq!(items.len(), 1, "{body}");
    items.remove(0)
}

fn what(item: &Value) -> What {
    instagram(item).event.unwrap().what
}

/// An item of Mia to us, with this in it.
fn from_mia(part: &Value) -> Value {
    let mut item = json!({"sender": {"id": MIA}, "recipient": {"id": INSTAGRAM}, "timestamp": 1_794_994_261_417_i64});
    item.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
    item
}

fn said(what: What) -> Said {
    match what {
        What::Said(said) => said,
        other => panic!("not said: {other:?}"),
    }
}

fn message(message: &Value) -> Said {
    said(what(&from_mia(&json!({"message": message}))))
}

fn is_unknown(it: &What) -> bool {
    matches!(it, What::Unknown { .. })
}

#[test]
fn every_payload_of_the_reference_is_understood() {
    for (name, body) in payloads() {
        let items = read(&body);
        assert!(!items.is_empty(), "{name}");
        for item in items {
            let what = item.event.unwrap().what;
            assert_eq!(is_unknown(&what), name.ends_with("unknown_event"), "{name}: {what:?}");
        }
    }
}

#[test]
fn every_item_is_read_again_from_its_row_alone() {
    for (name, body) in payloads() {
        for item in read(&body) {
            assert_eq!(one(&item.raw, NOW).as_ref(), Some(&item), "{name}");
        }
    }
}

#[test]
fn escapes_of_the_wire_are_read() {
    let vectors: Value = serde_json::from_slice(&payload("vectors.signatures")).unwrap();
    let body = vectors["webhook"][0]["raw_body"].as_str().unwrap();
    let text = said(read(body.as_bytes()).remove(0).event.unwrap().what).text;
    assert_eq!(text.as_deref(), Some("Größe M bitte — ça va? 你好 👍🏽"));
}
