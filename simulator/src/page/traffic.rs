//! What went back and forth: a line each, and all of it for whoever opens the line.

use crate::Shared;
use crate::world::World;
use crate::world::record::{Request, Webhook};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

/// As many as anybody reads.
const SHOWN: usize = 60;

pub async fn traffic(State(simulator): State<Shared>) -> Json<Value> {
    let world = simulator.look();
    Json(json!({"now": world.now_ms(), "faults": world.faults.all(), "items": lines(&world)}))
}

pub async fn detail(State(simulator): State<Shared>, Path(key): Path<String>) -> Response {
    let world = simulator.look();
    let number = |key: &str| key.parse::<u64>().ok().and_then(|it| it.checked_sub(1));
    let found = if let Some(before) = key.strip_prefix('r').and_then(number) {
        world.requests.after(before).next().filter(|(n, _)| *n == before + 1).map(|(_, it)| json!(it))
    } else if let Some(before) = key.strip_prefix('w').and_then(number) {
        world.webhooks.after(before).next().filter(|(n, _)| *n == before + 1).map(|(_, it)| json!(it))
    } else {
        None
    };
    match found {
        Some(it) => Json(it).into_response(),
        None => (StatusCode::NOT_FOUND, "that is no longer kept\n").into_response(),
    }
}

/// Newest first.
fn lines(world: &World) -> Vec<Value> {
    let requests = world.requests.newest(SHOWN).map(|(n, it)| (it.at, request(n, it)));
    let webhooks = world.webhooks.newest(SHOWN).map(|(n, it)| (it.at, webhook(n, it)));
    let mut lines: Vec<(i64, Value)> = requests.chain(webhooks).collect();
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    lines.truncate(SHOWN);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn request(n: u64, it: &Request) -> Value {
    json!({"key": format!("r{n}"), "way": "request", "at": it.at, "what": what_was_asked(it), "status": it.status})
}

fn webhook(n: u64, it: &Webhook) -> Value {
    json!({
        "key": format!("w{n}"), "way": "webhook", "at": it.at, "what": what_was_told(&it.body), "status": it.status,
        "error": it.error, "attempt": it.attempt,
    })
}

fn what_was_asked(request: &Request) -> String {
    let path = request.path.split('?').next().unwrap_or_default();
    let named = path.split('/').rfind(|it| it.starts_with(|it: char| it.is_ascii_lowercase()) && !is_version(it));
    let body = &request.body;
    match (request.method.as_str(), named) {
        ("POST", Some("messages")) => match body["sender_action"].as_str() {
            Some(action) => action.to_owned(),
            None => format!("messages, {}", message_in_a_word(&body["message"])),
        },
        ("POST", Some(name)) => name.to_owned(),
        (method, Some(name)) => format!("{method} {name}"),
        (method, None) => format!("{method} profile"),
    }
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
}

/// The first thing that a webhook tells, and how many more.
fn what_was_told(body: &Value) -> String {
    let list = |it: &Value| it.as_array().cloned().unwrap_or_default();
    let mut told = Vec::new();
    for entry in list(&body["entry"]) {
        told.extend(list(&entry["messaging"]).iter().map(event));
        told.extend(list(&entry["standby"]).iter().map(|it| format!("standby, {}", event(it))));
        told.extend(list(&entry["changes"]).iter().map(|it| it["field"].as_str().unwrap_or("change").to_owned()));
    }
    match told.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first, more @ ..] => format!("{first} +{}", more.len()),
    }
}

fn event(item: &Value) -> String {
    let message = &item["message"];
    if message["is_echo"] == true {
        return format!("echo, {}", message_in_a_word(message));
    }
    if message.is_object() {
        return format!("messages, {}", message_in_a_word(message));
    }
    let not_kinds = ["sender", "recipient", "timestamp"];
    let kind = item.as_object().and_then(|it| it.keys().find(|it| !not_kinds.contains(&it.as_str())));
    match kind.map(String::as_str) {
        Some("reaction") => format!("message_reactions, {}", item["reaction"]["action"].as_str().unwrap_or("react")),
        Some(kind) => kind.to_owned(),
        None => "event".to_owned(),
    }
}

fn message_in_a_word(message: &Value) -> String {
    if message["is_deleted"] == true {
        return "unsent".to_owned();
    }
    if !message["reply_to"]["story"].is_null() {
        return "reply_to story".to_owned();
    }
    if !message["reply_to"].is_null() {
        return "reply_to".to_owned();
    }
    let one = message["attachment"].as_object().map(|_| vec![message["attachment"].clone()]);
    let attachments = one.or_else(|| message["attachments"].as_array().cloned()).unwrap_or_default();
    match (attachments.as_slice(), message.get("quick_reply")) {
        ([], Some(_)) => "quick_reply".to_owned(),
        ([], None) => "text".to_owned(),
        ([one], _) => one["type"].as_str().unwrap_or("attachment").to_owned(),
        ([first, ..], _) => format!("{} {}s", attachments.len(), first["type"].as_str().unwrap_or("attachment")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_a_webhook_or_a_request_was_about() {
        let told = json!({"entry": [{"messaging": [
            {"sender": {}, "message": {"attachments": [{"type": "image"}, {"type": "image"}]}}, {"read": {}},
        ]}]});
        assert_eq!(what_was_told(&told), "messages, 2 images +1");
        assert_eq!(what_was_told(&json!({"entry": [{"changes": [{"field": "comments"}]}]})), "comments");
        assert_eq!(what_was_told(&json!({})), "nothing");
        let asked = |method: &str, path: &str, body: Value| {
            let (method, path) = (method.to_owned(), path.to_owned());
            what_was_asked(&Request { at: 0, method, path, account_id: None, body, status: 200, answer: Value::Null })
        };
        assert_eq!(asked("POST", "/v25.0/me/messages", json!({"sender_action": "typing_on"})), "typing_on");
        assert_eq!(asked("POST", "/1/messages", json!({"message": {"text": "Hi"}})), "messages, text");
        assert_eq!(asked("GET", "/v25.0/5500000000000001?fields=name", Value::Null), "GET profile");
    }
}
