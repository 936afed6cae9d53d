//! What is said, checked as far as it can be without fetching anything.

use super::attachment::{self, Part};
use super::recipient::To;
use super::thread_control::{self, ThreadControl};
use super::{quick_reply, template};
use crate::graph::call::Call;
use crate::graph::error::Wrong;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::Message;
use serde_json::{Map, Value};

/// Of the UTF-8 on Instagram.
const INSTAGRAM_TEXT_BYTES: usize = 1000;
const MESSENGER_TEXT_CHARS: usize = 2000;
const METADATA_CHARS: usize = 1000;

#[derive(Debug)]
pub struct Draft {
    pub text: Option<String>,
    pub parts: Vec<Part>,
    pub quick_replies: Vec<Value>,
    /// The mid of the message that it answers.
    pub reply_to: Option<String>,
    pub metadata: Option<String>,
    pub thread_control: Option<ThreadControl>,
}

pub fn read(world: &World, call: &Call, to: &To) -> Result<Draft, Wrong> {
    let message = call.params.get("message").ok_or_else(|| Wrong::parameter("The parameter message is required"))?;
    let message = message.as_object().ok_or_else(|| Wrong::parameter("param message must be a JSON object."))?;
    one_thing(message, to.platform)?;
    beside(call, to.platform)?;
    let mut parts = Vec::new();
    if let Some(one) = message.get("attachment") {
        parts.push(attachment::one(world, to, one, call.file.is_some())?);
    }
    match message.get("attachments") {
        None => {}
        // Meta's older pages show a single image so.
        Some(one @ Value::Object(_)) if to.platform == Platform::Instagram => {
            parts.push(attachment::one(world, to, one, false)?);
        }
        Some(several) => parts = attachment::several(world, to, several)?,
    }
    if let Some(id) = message.get("sticker_id") {
        parts.push(sticker(to.platform, id)?);
    }
    let text = message.get("text").map(|it| text(it, to.platform)).transpose()?;
    let quick_replies = match message.get("quick_replies") {
        None => Vec::new(),
        Some(_) if text.is_none() && to.platform == Platform::Instagram => {
            return Err(Wrong::parameter("quick_replies go with text only."));
        }
        Some(replies) => quick_reply::read(replies, to.platform)?,
    };
    Ok(Draft {
        text,
        parts,
        quick_replies,
        reply_to: call.params.get("reply_to").map(|it| reply_to(world, to, it)).transpose()?,
        metadata: message.get("metadata").map(metadata).transpose()?,
        thread_control: thread_control::read(world, call, to)?,
    })
}

fn one_thing(message: &Map<String, Value>, platform: Platform) -> Result<(), Wrong> {
    let n = ["text", "attachment", "attachments", "sticker_id"].iter().filter(|it| message.contains_key(**it)).count();
    match (n, platform) {
        (1, _) => Ok(()),
        (_, Platform::Instagram) => Err(Wrong::MessageInvalid),
        (0, _) => Err(Wrong::parameter("Message cannot be empty, must provide valid attachment or text")),
        _ => Err(Wrong::parameter("Message cannot have more than one of text, attachment and sticker_id")),
    }
}

/// What Messenger alone takes beside a message.
fn beside(call: &Call, platform: Platform) -> Result<(), Wrong> {
    for key in ["persona_id", "notification_type"] {
        let Some(value) = call.params.get(key) else { continue };
        if platform == Platform::Instagram {
            return Err(Wrong::parameter(format!("param {key} is not supported on Instagram.")));
        }
        let kinds = ["REGULAR", "SILENT_PUSH", "NO_PUSH"];
        if key == "notification_type" && value.as_str().is_none_or(|it| !kinds.contains(&it)) {
            return Err(Wrong::parameter("param notification_type must be one of {REGULAR, SILENT_PUSH, NO_PUSH}."));
        }
    }
    Ok(())
}

fn text(text: &Value, platform: Platform) -> Result<String, Wrong> {
    let text = text.as_str().ok_or_else(|| Wrong::parameter("param message[text] must be a string."))?;
    if text.trim().is_empty() {
        return Err(Wrong::parameter("Message cannot be empty, must provide valid attachment or text"));
    }
    let (length, most) = match platform {
        Platform::Instagram => (text.len(), INSTAGRAM_TEXT_BYTES),
        Platform::Page => (text.chars().count(), MESSENGER_TEXT_CHARS),
    };
    if length > most {
        return Err(template::too_long("message[text]", most));
    }
    Ok(text.to_owned())
}

fn metadata(metadata: &Value) -> Result<String, Wrong> {
    let metadata = metadata.as_str().ok_or_else(|| Wrong::parameter("param message[metadata] must be a string."))?;
    if metadata.chars().count() > METADATA_CHARS {
        return Err(template::too_long("message[metadata]", METADATA_CHARS));
    }
    Ok(metadata.to_owned())
}

fn sticker(platform: Platform, id: &Value) -> Result<Part, Wrong> {
    let number = id.as_u64().or_else(|| id.as_str()?.parse().ok());
    match (platform, number) {
        (Platform::Page, Some(id)) => Ok(Part::Sticker(id)),
        (Platform::Page, None) => Err(Wrong::parameter("param message[sticker_id] must be a number.")),
        (Platform::Instagram, _) => Err(Wrong::MessageInvalid),
    }
}

fn reply_to(world: &World, to: &To, reply_to: &Value) -> Result<String, Wrong> {
    let replies = world.account(&to.account_id).is_some_and(|it| it.switches.replies);
    let mid = reply_to.get("mid").and_then(Value::as_str);
    match mid.filter(|mid| stands(world, to, mid)) {
        _ if !replies => Err(Wrong::parameter("param reply_to is not supported.")),
        None => Err(Wrong::parameter("param reply_to[mid] must be a message of this conversation.")),
        Some(mid) => Ok(mid.to_owned()),
    }
}

/// Whether there is such a message in the thread, to be answered or reacted to.
pub fn stands(world: &World, to: &To, mid: &str) -> bool {
    let is_it = |it: &Message| it.mid == mid && !it.unsent;
    world.customer(&to.customer_id).is_some_and(|it| it.thread.messages.iter().rev().any(is_it))
}
