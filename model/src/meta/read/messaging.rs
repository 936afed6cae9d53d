//! An item of `messaging` or `standby`: who it is about, and which of its keys says what it is.

use super::super::event::{Nothing, Reaction, UpTo, What};
use super::super::identity;
use super::envelope::{Reading, unknown};
use super::json::{Json, Object};
use super::{happened, said};

/// In this order: the first one that is there says what the item is.
const KINDS: [&str; 19] = [
    "message",
    "message_edit",
    "postback",
    "reaction",
    "read",
    "delivery",
    "referral",
    "optin",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
    "policy_enforcement",
    "policy-enforcement",
    "account_linking",
    "messaging_feedback",
    "response_feedback",
    "messaging_customer_information",
    "order",
];

/// An item and what is known of it before its kind is looked at.
pub struct Item<'a> {
    pub pairs: Object<'a>,
    pub kind: &'static str,
    /// What stands under that kind.
    pub body: Object<'a>,
    pub sender: Option<String>,
    /// Our side did it: an echo.
    pub ours: bool,
    pub standby: bool,
    /// As it came, for keys.
    pub timestamp: String,
}

/// What an item says, and what it shares with its repetitions where that is not all of its content.
pub struct Told {
    pub what: What,
    pub identity: Option<String>,
}

impl From<What> for Told {
    fn from(what: What) -> Self {
        Self { what, identity: None }
    }
}

impl What {
    fn known_as(self, identity: String) -> Told {
        Told { what: self, identity: Some(identity) }
    }

    fn known_by(self, parts: &[&str]) -> Told {
        Told { what: self, identity: Some(parts.join("\n")) }
    }
}

/// Whether it looks like an item that belongs into `messaging`, wherever it stands.
pub fn is_item(value: &Object<'_>) -> bool {
    value.get("sender").is_some() || KINDS.iter().any(|kind| value.get(kind).is_some())
}

pub fn read(account: &str, json: Json<'_>, standby: bool) -> Reading {
    let Some(pairs) = json.object() else { return unknown("item") };
    let at = pairs.time("timestamp");
    let [sender, recipient] = ["sender", "recipient"].map(|key| party(&pairs.object(key)));
    let Some((kind, body)) = KINDS.iter().find_map(|kind| Some((*kind, pairs.get(kind)?))) else {
        let contact = other_party(account, sender, recipient);
        let kind = pairs.pairs().map(|(key, _)| key).find(|key| !SURROUNDING.contains(key)).unwrap_or("item");
        return Reading { contact, at, ..unknown(kind) };
    };
    let body = body.object().unwrap_or_default();
    if is_test(sender.as_deref(), recipient.as_deref(), &body) {
        return What::Nothing(Nothing::Test).into();
    }
    let is_echo = kind == "message" && body.is("is_echo");
    let ours = is_echo || sender.as_deref() == Some(account);
    let to_self = body.is("is_self") || (ours && recipient.as_deref() == Some(account));
    let contact = if ours { recipient } else { sender.clone().or_else(|| plugin_user(&body)) };
    let contact = contact.filter(|it| it != account && !to_self);
    let app_id = if ours { body.text("app_id") } else { None };
    let timestamp = pairs.text("timestamp").unwrap_or_default();
    let item = Item { pairs, kind, body, sender, ours, standby, timestamp };
    let Told { what, identity } = if to_self || (ours && !may_be_ours(kind)) {
        What::Nothing(Nothing::OwnAction).into()
    } else {
        tell(&item)
            .filter(|it| contact.is_some() || !needs_contact(&it.what))
            .unwrap_or_else(|| What::Unknown { kind: kind.to_owned() }.into())
    };
    Reading { contact, app_id, at, identity, what }
}

const SURROUNDING: [&str; 4] = ["sender", "recipient", "timestamp", "hop_context"];

fn party(it: &Object<'_>) -> Option<String> {
    it.text("id").or_else(|| plugin_user(it))
}

/// Plugins of Messenger name somebody who has no id yet.
fn plugin_user(it: &Object<'_>) -> Option<String> {
    it.text("user_ref").map(|it| format!("user_ref:{it}"))
}

fn other_party(account: &str, sender: Option<String>, recipient: Option<String>) -> Option<String> {
    if sender.as_deref() == Some(account) { recipient } else { sender }.filter(|it| it != account)
}

/// The literal ids of the dashboard's "Test" button.
fn is_test(sender: Option<&str>, recipient: Option<&str>, body: &Object<'_>) -> bool {
    sender == Some("12334") || recipient == Some("23245") || body.text("mid").is_some_and(|it| it == "random_mid")
}

/// What the account may be the sender of. Whatever else it sends, it did to itself.
fn may_be_ours(kind: &str) -> bool {
    matches!(kind, "message" | "message_edit" | "app_roles")
        || kind.ends_with("thread_control")
        || kind.starts_with("policy")
}

const fn needs_contact(what: &What) -> bool {
    matches!(
        what,
        What::Said(_) | What::Reacted { .. } | What::Read(_) | What::Delivered { .. } | What::Happened { .. }
    )
}

/// None where what is needed is missing.
fn tell(item: &Item<'_>) -> Option<Told> {
    match item.kind {
        "message" => message(item),
        "message_edit" => edit(&item.body),
        "postback" => postback(item),
        "reaction" => reaction(item),
        "read" => read_until(item),
        "delivery" => delivery(item),
        "messaging_customer_information" => said::form(item).map(What::Said).map(Told::from),
        "order" => said::order(item).map(What::Said).map(Told::from),
        _ => happened::tell(item).map(Told::from),
    }
}

fn message(item: &Item<'_>) -> Option<Told> {
    let mid = item.body.text("mid")?;
    if item.body.is("is_deleted") {
        return Some(What::Unsent { mid: mid.clone() }.known_as(identity::unsend(&mid)));
    }
    Some(What::Said(said::message(item, mid.clone())).known_as(identity::message(&mid)))
}

fn edit(body: &Object<'_>) -> Option<Told> {
    let mid = body.text("mid")?;
    let number: i32 = body.get("num_edit")?.number()?;
    let what = match number {
        0 => What::Nothing(Nothing::GhostEdit),
        1.. => What::Edited { mid: mid.clone(), number, text: body.get("text")?.text()? },
        _ => return None,
    };
    Some(what.known_as(identity::edit(&mid, number)))
}

fn postback(item: &Item<'_>) -> Option<Told> {
    let said = said::postback(item)?;
    let what = What::Said(said);
    Some(match item.body.text("mid") {
        Some(mid) => what.known_as(identity::postback(&mid)),
        None => what.known_by(&[
            "postback",
            item.sender.as_deref().unwrap_or_default(),
            &item.timestamp,
            &item.body.text("payload").unwrap_or_default(),
            &item.body.text("title").unwrap_or_default(),
        ]),
    })
}

fn reaction(item: &Item<'_>) -> Option<Told> {
    let mid = item.body.text("mid")?;
    let action = item.body.text("action");
    let given = Reaction { name: item.body.text("reaction"), emoji: item.body.text("emoji") };
    let emoji = given.emoji.clone().or_else(|| given.name.clone()).unwrap_or_default();
    let reaction = match action.as_deref() {
        Some("unreact") => None,
        None if emoji.is_empty() => return None,
        _ => Some(given),
    };
    let sender = item.sender.as_deref().unwrap_or_default();
    let parts = ["reaction", &mid, sender, action.as_deref().unwrap_or_default(), &emoji, &item.timestamp];
    Some(What::Reacted { mid: mid.clone(), reaction }.known_by(&parts))
}

fn read_until(item: &Item<'_>) -> Option<Told> {
    let sender = item.sender.as_deref().unwrap_or_default();
    if let Some(mid) = item.body.text("mid") {
        return Some(What::Read(UpTo::Mid(mid.clone())).known_by(&["read", sender, &mid]));
    }
    let until = item.body.time("watermark")?;
    Some(What::Read(UpTo::Time(until)).known_by(&["read", sender, &until.0.to_string()]))
}

/// The mids may be missing, and the watermark covers them.
fn delivery(item: &Item<'_>) -> Option<Told> {
    let until = item.body.time("watermark")?;
    let sender = item.sender.as_deref().unwrap_or_default();
    Some(What::Delivered { until }.known_by(&["delivery", sender, &until.0.to_string()]))
}
