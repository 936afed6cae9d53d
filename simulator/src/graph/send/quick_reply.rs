//! Answers that are offered under a message.

use super::template::{list, text};
use crate::graph::error::Wrong;
use crate::world::account::Platform;
use serde_json::Value;

const MOST: usize = 13;
const TITLE_CHARS: usize = 20;
const PAYLOAD_CHARS: usize = 1000;

/// As the customer sees them.
pub fn read(replies: &Value, platform: Platform) -> Result<Vec<Value>, Wrong> {
    let holder = serde_json::json!({"quick_replies": replies});
    list(&holder, "quick_replies", 1, MOST)?.iter().map(|it| one(it, platform)).collect()
}

fn one(reply: &Value, platform: Platform) -> Result<Value, Wrong> {
    let mut shown = reply.clone();
    match (reply.get("content_type").and_then(Value::as_str), platform) {
        (Some("text"), Platform::Instagram) => {
            if reply.get("image_url").is_some() {
                return Err(Wrong::parameter("param image_url is not supported on Instagram."));
            }
            text(reply, "title", usize::MAX)?;
            let title = reply["title"].as_str().unwrap_or_default();
            shown["title"] = title.chars().take(TITLE_CHARS).collect::<String>().into();
        }
        (Some("text"), Platform::Page) => text(reply, "title", TITLE_CHARS)?,
        // What Messenger knows of the customer stands on it.
        (Some("user_phone_number" | "user_email"), Platform::Page) => return Ok(shown),
        // Instagram switched the others off on 5 October 2026.
        (_, Platform::Instagram) => return Err(Wrong::parameter("param content_type must be one of {text}.")),
        (_, Platform::Page) => {
            return Err(Wrong::parameter("param content_type must be one of {text, user_phone_number, user_email}."));
        }
    }
    text(reply, "payload", PAYLOAD_CHARS)?;
    Ok(shown)
}
