//! Everything that the reference shows can be made to happen, in the same form.

use super::{KINDS, Wanted};
use crate::clock::Clock;
use crate::webhook::body;
use crate::world::World;
use crate::world::tell::Parcel;
use crate::{Options, Seed, seed};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Keys and types, all the way down; of a list, the forms that its elements have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Null,
    Bool,
    Number,
    Text,
    List(BTreeSet<Shape>),
    Object(BTreeMap<String, Shape>),
}

fn shape(it: &Value) -> Shape {
    match it {
        Value::Null => Shape::Null,
        Value::Bool(_) => Shape::Bool,
        Value::Number(_) => Shape::Number,
        Value::String(_) => Shape::Text,
        Value::Array(it) => Shape::List(it.iter().map(shape).collect()),
        // The keys of roles are apps.
        Value::Object(it) => Shape::Object(it.iter().map(|(key, it)| (without_digits(key), shape(it))).collect()),
    }
}

fn without_digits(key: &str) -> String {
    if key.chars().all(|it| it.is_ascii_digit()) { "an app".to_owned() } else { key.to_owned() }
}

fn payloads() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/tests/payloads")
}

fn payload(kind: &str) -> Value {
    serde_json::from_slice(&std::fs::read(payloads().join(format!("{kind}.json"))).unwrap()).unwrap()
}

fn world() -> World {
    let now_ms = 1_795_000_000_000;
    let options = Options { seed: Seed::Demo, now_ms, callback: None, app_secret: None, verify_token: None };
    let mut world = seed::world(&options, Clock::standing(now_ms), "http://meta");
    world.outbox.clear();
    world
}

/// What was told last, together with what goes in the same request.
fn told(world: &mut World) -> Value {
    let app_id = world.apps[0].id.clone();
    let mut parcels: Vec<Parcel> = world.outbox.remove(&app_id).unwrap().into();
    let last = parcels.pop().unwrap();
    let mut together: Vec<Parcel> =
        parcels.into_iter().filter(|it| it.bundle.is_some() && it.bundle == last.bundle).collect();
    together.push(last);
    body::of(together[0].object, &together)
}

fn wanted(kind: &str) -> Wanted {
    Wanted { kind: kind.to_owned(), customer_id: None, account_id: None }
}

#[test]
fn every_payload_of_the_reference_can_be_produced() {
    let mut wrong = Vec::new();
    for kind in KINDS {
        let mut world = world();
        if let Err(refused) = world.produce(&wanted(kind)) {
            wrong.push(format!("{kind}: {refused:?}"));
            continue;
        }
        // On Messenger each echo is followed by its delivery.
        if kind != "page.delivery" {
            world.outbox.values_mut().for_each(|it| it.retain(|it| it.item.get("delivery").is_none()));
        }
        let (ours, theirs) = (told(&mut world), payload(kind));
        if ours["object"] != theirs["object"] || shape(&ours) != shape(&theirs) {
            wrong.push(format!("{kind}:\n  ours   {ours}\n  theirs {theirs}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_payload_of_the_reference_is_listed() {
    let files = std::fs::read_dir(payloads()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let named = files.filter(|it| !it.starts_with("vectors.")).map(|it| it.trim_end_matches(".json").to_owned());
    assert_eq!(named.collect::<BTreeSet<_>>(), KINDS.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>());
}

#[test]
fn items_are_about_whom_was_asked_for() {
    let mut world = world();
    let customer_id = world.customers().iter().find(|it| it.account_id == "102030405060701").unwrap().id.clone();
    let asked = Wanted { kind: "page.order".to_owned(), customer_id: Some(customer_id.clone()), account_id: None };
    world.produce(&asked).unwrap();
    let body = told(&mut world);
    assert_eq!(body["entry"][0]["messaging"][0]["sender"]["id"], customer_id);
    for (kind, customer_id) in
        [("instagram.read", Some(customer_id)), ("page.nothing", None), ("page.order", Some("1".into()))]
    {
        let asked = Wanted { kind: kind.to_owned(), customer_id, account_id: None };
        assert!(world.produce(&asked).is_err(), "{asked:?}");
    }
}

#[test]
fn of_the_two_platforms_only_instagram_puts_several_items_in_an_entry() {
    let mut world = world();
    world.produce(&wanted("instagram.batch")).unwrap();
    let body = told(&mut world);
    assert_eq!(body["entry"][0]["messaging"].as_array().unwrap().len(), 3, "{body}");
    assert!(body["entry"][2]["time"].as_i64().unwrap() < 10_000_000_000, "seconds beside changes");
    world.produce(&wanted("page.batch")).unwrap();
    let body = told(&mut world);
    let lengths: Vec<_> = body["entry"].as_array().unwrap().iter().map(|it| it.as_object().unwrap().len()).collect();
    assert_eq!(lengths, [3, 3, 3], "{body}");
    assert!(body["entry"][2]["standby"].is_array());
}
