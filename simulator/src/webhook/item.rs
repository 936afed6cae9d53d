//! The items of webhooks, in the words of the platform that says them. What stands under `message` and
//! its like is made here; so is the frame that says who and when.

use crate::world::account::Platform;
use crate::world::customer::{Attachment, Comment, Customer, From, Message, Reaction, ReplyTo};
use serde_json::{Map, Value, json};

/// Something that the customer did.
pub fn from_customer(customer: &Customer, at_ms: i64, key: &str, what: Value) -> Value {
    let mut item = json!({
        "sender": {"id": customer.id}, "recipient": {"id": customer.account_id}, "timestamp": at_ms
    });
    item[key] = what;
    item
}

/// Something about the account as a whole.
pub fn from_nobody(account_id: &str, at_ms: i64, key: &str, what: Value) -> Value {
    let mut item = json!({"recipient": {"id": account_id}, "timestamp": at_ms});
    item[key] = what;
    item
}

/// A message, or its echo if the business wrote it.
pub fn message(customer: &Customer, message: &Message) -> Value {
    let mut said = Map::new();
    said.insert("mid".to_owned(), message.mid.clone().into());
    if let Some(text) = &message.text {
        said.insert("text".to_owned(), text.clone().into());
    }
    if !message.attachments.is_empty() {
        let written = message.attachments.iter().map(|it| attachment(customer.platform, message, it));
        said.insert("attachments".to_owned(), written.collect());
    }
    if let Some(to) = &message.reply_to {
        said.insert("reply_to".to_owned(), reply_to(customer, message, to));
    }
    if let Some(payload) = &message.quick_reply_payload {
        said.insert("quick_reply".to_owned(), json!({"payload": payload}));
    }
    if let Some(referral) = &message.referral {
        said.insert("referral".to_owned(), referral.clone());
    }
    if message.unsupported {
        said.insert("is_unsupported".to_owned(), true.into());
    }
    let From::Business { app_id } = &message.from else {
        return from_customer(customer, message.at_ms, "message", said.into());
    };
    said.insert("is_echo".to_owned(), true.into());
    if let Some(app_id) = app_id {
        said.insert("app_id".to_owned(), app_number(app_id));
    }
    if let (Platform::Page, Some(metadata)) = (customer.platform, &message.metadata) {
        said.insert("metadata".to_owned(), metadata.clone().into());
    }
    let (sender, recipient) = (&customer.account_id, &customer.id);
    json!({"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": message.at_ms, "message": said})
}

/// Meta writes the ids of apps as numbers in some places.
pub fn app_number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| id.into(), Value::from)
}

fn reply_to(customer: &Customer, message: &Message, to: &ReplyTo) -> Value {
    match to {
        ReplyTo::Story { id, url } => json!({"story": {"id": id, "url": url}}),
        ReplyTo::Message { mid } => {
            let is_own = |it: &Message| (it.from == From::Customer) == (message.from == From::Customer);
            let to_self = customer.thread.messages.iter().any(|it| it.mid == *mid && is_own(it));
            let mut to = json!({"mid": mid});
            // Messenger says so either way.
            if to_self || customer.platform == Platform::Page {
                to["is_self_reply"] = to_self.into();
            }
            to
        }
    }
}

fn attachment(platform: Platform, message: &Message, it: &Attachment) -> Value {
    let mut written = json!(it);
    let is_echo = message.from != From::Customer;
    match (platform, it.kind.as_str()) {
        (Platform::Page, "location") => {
            written["title"] = "Pinned location".into();
            written["url"] = "https://www.facebook.com/l.php?u=https%3A%2F%2Fmaps.example%2F".into();
        }
        (Platform::Page, "fallback") if is_echo => {
            written["title"] = "Attachment".into();
            written["url"] = "https://www.messenger.com/".into();
            written["payload"] = Value::Null;
        }
        (Platform::Page, "template") if is_echo => {
            let payload = it.payload.as_ref().filter(|it| !it.is_null());
            written["title"] = if payload.is_some() { "" } else { "Here is an example" }.into();
            written["url"] =
                payload.map_or(Value::Null, |it| first_url(it).unwrap_or("https://www.facebook.com/").into());
            written["payload"] = payload.cloned().unwrap_or_default();
        }
        (Platform::Instagram, "template") => {
            if let Some(Value::Object(payload)) = &it.payload
                && let Some(Value::String(kind)) = payload.get("template_type")
            {
                let rest: Map<String, Value> = payload
                    .iter()
                    .filter(|(key, _)| *key != "template_type")
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect();
                let mut named = Map::new();
                named.insert(kind.clone(), rest.into());
                written["payload"] = named.into();
            }
        }
        _ => {}
    }
    written
}

fn first_url(within: &Value) -> Option<&str> {
    match within {
        Value::Object(it) => it.get("url").and_then(Value::as_str).or_else(|| it.values().find_map(first_url)),
        Value::Array(it) => it.iter().find_map(first_url),
        _ => None,
    }
}

/// Messenger tells what was taken away, Instagram only that something was.
pub fn reaction(platform: Platform, mid: &str, action: &str, it: &Reaction) -> Value {
    if platform == Platform::Instagram && action == "unreact" {
        return json!({"mid": mid, "action": action});
    }
    json!({"mid": mid, "action": action, "reaction": it.word, "emoji": it.emoji})
}

pub fn postback(mid: &str, title: &str, payload: &str, referral: Option<Value>) -> Value {
    let mut it = json!({"mid": mid, "title": title, "payload": payload});
    if let Some(referral) = referral {
        it["referral"] = referral;
    }
    it
}

/// Under an Instagram post; a value of `changes`.
pub fn comment(customer: &Customer, it: &Comment, media_product_type: &str) -> Value {
    let mut value = json!({
        "id": it.id,
        "from": {"id": customer.id, "username": customer.username},
        "text": it.text,
        "media": {"id": it.post_id, "media_product_type": media_product_type},
    });
    if let Some(parent) = &it.parent_id {
        value["parent_id"] = parent.as_str().into();
    }
    value
}

/// Under a post of a Page; a comment on top of it has the post for its parent.
pub fn feed_comment(customer: &Customer, it: &Comment, verb: &str, at_ms: i64) -> Value {
    let mut value = json!({
        "item": "comment",
        "verb": verb,
        "comment_id": it.id,
        "post_id": it.post_id,
        "parent_id": it.parent_id.as_ref().unwrap_or(&it.post_id),
        "created_time": at_ms / 1000,
        "from": {"id": customer.id, "name": customer.name},
    });
    if verb != "remove" {
        value["message"] = it.text.as_str().into();
    }
    value
}

/// What somebody wrote on the Page itself.
pub fn visitor_post(customer: &Customer, it: &Comment) -> Value {
    json!({
        "item": "post",
        "verb": "add",
        "post_id": it.id,
        "created_time": it.at_ms / 1000,
        "message": it.text,
        "from": {"id": customer.id, "name": customer.name},
    })
}
