//! Cards with buttons.

use super::attachment::id_of;
use super::recipient::To;
use crate::graph::error::Wrong;
use crate::graph::upload;
use crate::world::World;
use crate::world::account::{Login, Platform};
use serde_json::Value;
use url::Url;

const ELEMENTS: usize = 10;
const ELEMENT_CHARS: usize = 80;
const TEXT_CHARS: usize = 640;
const BUTTONS: usize = 3;
const BUTTON_CHARS: usize = 20;
const PAYLOAD_CHARS: usize = 1000;

pub fn check(world: &World, to: &To, payload: &Value) -> Result<(), Wrong> {
    let kind = payload.get("template_type").and_then(Value::as_str).unwrap_or_default();
    match (kind, to.platform) {
        ("generic", _) => {
            for element in list(payload, "elements", 1, ELEMENTS)? {
                generic(element, to.platform)?;
            }
        }
        ("button", _) => {
            text(payload, "text", TEXT_CHARS)?;
            buttons(payload, 1, to.platform)?;
        }
        // Catalogues hang on Pages.
        ("product", _) if to.login == Login::Facebook => {
            for element in list(payload, "elements", 1, ELEMENTS)? {
                id_of(element, "id").ok_or_else(|| required("id"))?;
            }
        }
        ("media", Platform::Page) => {
            media(world, to, list(payload, "elements", 1, 1)?.first().unwrap_or(&Value::Null))?;
        }
        _ => {
            return Err(Wrong::parameter(
                "param message[attachment][payload][template_type] is not supported: use generic, button, product or media.",
            ));
        }
    }
    Ok(())
}

fn generic(element: &Value, platform: Platform) -> Result<(), Wrong> {
    text(element, "title", ELEMENT_CHARS)?;
    if element.get("subtitle").is_some() {
        text(element, "subtitle", ELEMENT_CHARS)?;
    }
    if element.get("image_url").is_some() {
        link(element, "image_url")?;
    }
    if element.get("buttons").is_some() {
        buttons(element, 0, platform)?;
    }
    if let Some(action) = element.get("default_action") {
        if action.get("title").is_some() || action["type"] != "web_url" {
            return Err(Wrong::parameter("param default_action must be a web_url without a title."));
        }
        link(action, "url")?;
    }
    let beside_title = ["subtitle", "image_url", "buttons", "default_action"];
    if beside_title.iter().all(|it| element.get(it).is_none()) {
        return Err(Wrong::parameter("Element must have at least one property besides title."));
    }
    Ok(())
}

fn media(world: &World, to: &To, element: &Value) -> Result<(), Wrong> {
    if element["media_type"] != "image" && element["media_type"] != "video" {
        return Err(Wrong::parameter("param media_type must be one of {image, video}."));
    }
    if element.get("buttons").is_some() {
        buttons(element, 0, to.platform)?;
    }
    match (id_of(element, "attachment_id"), element.get("url")) {
        (Some(id), None) => upload::find(world, &to.holder_id, &id).map(|_| ()).ok_or(Wrong::NotOurUpload),
        (None, Some(_)) => link(element, "url"),
        _ => Err(Wrong::parameter("Element must have exactly one of attachment_id, url.")),
    }
}

fn buttons(of: &Value, least: usize, platform: Platform) -> Result<(), Wrong> {
    list(of, "buttons", least, BUTTONS)?.iter().try_for_each(|it| button(it, platform))
}

fn button(button: &Value, platform: Platform) -> Result<(), Wrong> {
    let kind = button.get("type").and_then(Value::as_str).unwrap_or_default();
    let has_title = !matches!(kind, "account_link" | "account_unlink");
    match (kind, platform) {
        ("web_url", _) | ("account_link", Platform::Page) => link(button, "url")?,
        ("postback", _) => text(button, "payload", PAYLOAD_CHARS)?,
        ("phone_number", Platform::Page) => phone_number(button)?,
        ("account_unlink" | "game_play", Platform::Page) => {}
        (_, Platform::Instagram) => return Err(Wrong::parameter("param type must be one of {web_url, postback}.")),
        (_, Platform::Page) => {
            return Err(Wrong::parameter(
                "param type must be one of {web_url, postback, phone_number, account_link, account_unlink, game_play}.",
            ));
        }
    }
    if has_title { text(button, "title", BUTTON_CHARS) } else { Ok(()) }
}

fn phone_number(button: &Value) -> Result<(), Wrong> {
    let digits = button.get("payload").and_then(Value::as_str).and_then(|it| it.strip_prefix('+'));
    let is_number = digits.is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit() || it == ' '));
    if is_number { Ok(()) } else { Err(Wrong::parameter("param payload must be a phone number that begins with +.")) }
}

pub fn list<'a>(of: &'a Value, key: &str, least: usize, most: usize) -> Result<&'a [Value], Wrong> {
    let list = of.get(key).and_then(Value::as_array).ok_or_else(|| required(key))?;
    if (least..=most).contains(&list.len()) {
        return Ok(list);
    }
    Err(Wrong::parameter(format!("param {key} must have {least} to {most} elements.")))
}

pub fn text(of: &Value, key: &str, most: usize) -> Result<(), Wrong> {
    let text = of.get(key).and_then(Value::as_str).filter(|it| !it.is_empty()).ok_or_else(|| required(key))?;
    if text.chars().count() > most { Err(too_long(key, most)) } else { Ok(()) }
}

fn link(of: &Value, key: &str) -> Result<(), Wrong> {
    let url = of.get(key).and_then(Value::as_str).and_then(|it| Url::parse(it).ok());
    let is_link = url.is_some_and(|it| matches!(it.scheme(), "http" | "https") && it.has_host());
    if is_link { Ok(()) } else { Err(Wrong::parameter(format!("param {key} should represent a valid URL"))) }
}

fn required(key: &str) -> Wrong {
    Wrong::parameter(format!("The parameter {key} is required"))
}

pub fn too_long(key: &str, most: usize) -> Wrong {
    Wrong::parameter(format!("Length of param {key} must be less than or equal to {most}"))
}
