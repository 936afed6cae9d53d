//! A small world to ask things of, over HTTP as apps do.

mod conversations;
mod login;
mod messages;
mod people;
mod posts;
mod subscriptions;
mod threads;

use crate::clock::Clock;
use crate::world::account::{Account, App, Holder, Login, Platform};
use crate::world::customer::{Attachment, From, Message};
use crate::world::say::Saying;
use crate::world::{Newcomer, World};
use crate::{Shared, Simulator};
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::collections::BTreeSet;
use tower::ServiceExt as _;

pub const APP: &str = "1357924680135792";
pub const BOT: &str = "2468013579246801";
pub const SHOP: &str = "17841460210973548";
pub const MARA: &str = "1093847561029384";
pub const PAGE: &str = "104857600932817";
pub const JONAS: &str = "24680135791113150";
/// On Instagram, and linked to the Page.
pub const LINKED: &str = "17841471839920461";
pub const LEA: &str = "6820194735528103";
/// 2026-11-18T09:31:01Z
pub const NOW: i64 = 1_794_994_261_000;
pub const DAY: i64 = 24 * 60 * 60 * 1000;

pub fn world() -> World {
    let mut world = World::empty(Clock::standing(NOW), "https://meta.example");
    for (id, name) in [(APP, "Fern Inbox"), (BOT, "Fern Bot")] {
        let (id, name, secret) = (id.to_owned(), name.to_owned(), format!("secret-of-{id}"));
        world.apps.push(App { id, secret, name, callback: None });
    }
    let shop =
        Account { username: "fern_and_kettle".to_owned(), ..Account::new(Platform::Instagram, SHOP, "Fern & Kettle") };
    world.add_account(shop, APP, "shop-token");
    world.add_account(Account::new(Platform::Page, PAGE, "Fern & Kettle"), APP, "page-token");
    let mut linked = Account::new(Platform::Instagram, LINKED, "Fern Garden");
    linked.login = Login::Facebook;
    linked.page_id = Some(PAGE.to_owned());
    world.add_account(linked, APP, "linked-token");
    for (account_id, name, id) in
        [(SHOP, "mara bakes", MARA), (PAGE, "Jonas Thal", JONAS), (LINKED, "Léa Fontaine", LEA)]
    {
        world.add_customer(&Newcomer { account_id, name, id: Some(id) });
    }
    world
}

/// A token of the app with these permissions only.
pub fn add_token(world: &mut World, value: &str, holder: Holder, permissions: &[&str]) {
    let permissions: BTreeSet<String> = permissions.iter().map(|it| (*it).to_owned()).collect();
    let made = world.issue("", APP, holder, permissions, None);
    if let Some(token) = world.tokens.iter_mut().find(|it| it.value == made) {
        token.value = value.to_owned();
    }
}

/// The customer writes, as far as reading is concerned.
pub fn writes(world: &mut World, customer_id: &str, text: &str, at_ms: i64) -> String {
    says(world, customer_id, Some(text), Vec::new(), at_ms)
}

pub fn shows(world: &mut World, customer_id: &str, kind: &str, payload: Value) -> String {
    let attachments = vec![Attachment { kind: kind.to_owned(), payload: Some(payload) }];
    says(world, customer_id, None, attachments, NOW)
}

fn says(world: &mut World, customer_id: &str, text: Option<&str>, attachments: Vec<Attachment>, at_ms: i64) -> String {
    let platform = world.customer(customer_id).unwrap().platform;
    let mid = world.new_mid(platform);
    let customer = world.customer_mut(customer_id).unwrap();
    customer.last_action_ms = Some(at_ms);
    customer.last_message_ms = Some(at_ms);
    let message = Message::blank(mid.clone(), From::Customer, at_ms);
    world.add_message(customer_id, Message { text: text.map(str::to_owned), attachments, ..message });
    mid
}

pub fn answers(world: &mut World, customer_id: &str, text: &str, at_ms: i64) -> String {
    let saying = Saying { app_id: Some(APP.to_owned()), text: Some(text.to_owned()), ..Saying::default() };
    world.say(customer_id, saying, at_ms).unwrap()
}

pub fn message<'a>(world: &'a mut World, customer_id: &str, mid: &str) -> &'a mut Message {
    let customer = world.customer_mut(customer_id).unwrap();
    customer.thread.messages.iter_mut().find(|it| it.mid == mid).unwrap()
}

/// The world behind the API.
pub struct Meta(pub Shared);

impl Meta {
    pub fn of(world: World) -> Self {
        Self(Simulator::new(world))
    }

    pub fn advance(&self, by_ms: i64) {
        self.0.change(|world| world.clock.advance(by_ms)).unwrap();
    }

    pub async fn get(&self, path: &str, token: &str) -> Value {
        self.ask(Method::GET, path, token, &Value::Null).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Value {
        self.ask(Method::POST, path, token, &body).await
    }

    pub async fn ask(&self, method: Method, path: &str, token: &str, body: &Value) -> Value {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}")).body(body).unwrap();
        let (_, answer) = self.send(request).await;
        serde_json::from_slice(&answer).unwrap_or_else(|_| String::from_utf8_lossy(&answer).into_owned().into())
    }

    pub async fn send(&self, request: Request<Body>) -> (axum::http::response::Parts, Vec<u8>) {
        let response = crate::graph::routes().with_state(self.0.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts, body.collect().await.unwrap().to_bytes().to_vec())
    }
}

/// Code and subcode, as in the tables of the platform.
pub fn code(answer: &Value) -> (u64, Option<u64>) {
    let error = &answer["error"];
    (error["code"].as_u64().unwrap_or_else(|| panic!("no error: {answer}")), error["error_subcode"].as_u64())
}

pub fn ids(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

/// The same keys and the same types as in a payload of the platform.
pub fn assert_form(answer: &Value, payload: &str) {
    let path = format!("{}/tests/payloads/{payload}.json", env!("CARGO_MANIFEST_DIR"));
    let expected: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    compare(answer, &expected, payload);
}

pub fn compare(answer: &Value, expected: &Value, place: &str) {
    match (answer, expected) {
        (Value::Object(answer), Value::Object(expected)) => {
            let keys = |it: &serde_json::Map<String, Value>| it.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(answer), keys(expected), "{place}");
            for (key, value) in answer {
                compare(value, &expected[key], &format!("{place}.{key}"));
            }
        }
        (Value::Array(answer), Value::Array(expected)) => {
            assert_eq!(answer.is_empty(), expected.is_empty(), "{place}");
            for it in answer {
                compare(it, &expected[0], &format!("{place}[]"));
            }
        }
        _ => assert_eq!(std::mem::discriminant(answer), std::mem::discriminant(expected), "{place}: {answer}"),
    }
}
