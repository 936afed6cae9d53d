//! What is sent beside words: media, and what each platform has of its own.

use super::recipient::To;
use super::template;
use crate::graph::error::Wrong;
use crate::graph::media::Kind;
use crate::graph::upload;
use crate::world::World;
use crate::world::account::{Account, Platform};
use crate::world::customer::Attachment;
use axum::body::Bytes;
use serde_json::{Value, json};

const INSTAGRAM_IMAGES: usize = 10;
const MESSENGER_IMAGES: usize = 30;

#[derive(Debug)]
pub enum Part {
    Ready(Attachment),
    Sticker(u64),
    /// To be fetched; `reusable` if an id for it was wished.
    Url {
        kind: Kind,
        url: String,
        reusable: bool,
    },
    /// Came with the request.
    Enclosed {
        kind: Kind,
        reusable: bool,
    },
}

impl Part {
    pub fn is_sound_or_video(&self) -> bool {
        match self {
            Self::Ready(it) => matches!(it.kind.as_str(), "audio" | "video"),
            Self::Sticker(_) => false,
            Self::Url { kind, .. } | Self::Enclosed { kind, .. } => matches!(kind, Kind::Audio | Kind::Video),
        }
    }
}

pub fn one(world: &World, to: &To, attachment: &Value, enclosed: bool) -> Result<Part, Wrong> {
    let name = attachment.get("type").and_then(Value::as_str);
    let name = name.ok_or_else(|| Wrong::parameter("param message[attachment][type] is required."))?;
    let payload = attachment.get("payload").unwrap_or(&Value::Null);
    match (name, to.platform) {
        ("like_heart", Platform::Instagram) => Ok(ready("like_heart", None)),
        ("MEDIA_SHARE", Platform::Instagram) => own_post(world, to, payload),
        ("template", _) => {
            template::check(world, to, payload)?;
            Ok(ready("template", Some(payload.clone())))
        }
        _ => match Kind::of_name(name) {
            Some(kind) => media(world, to, kind, payload, enclosed),
            None => Err(Wrong::parameter(
                "param message[attachment][type] must be one of {image, audio, video, file, template}.",
            )),
        },
    }
}

pub fn several(world: &World, to: &To, attachments: &Value) -> Result<Vec<Part>, Wrong> {
    let attachments = attachments.as_array().filter(|it| !it.is_empty());
    let attachments = attachments.ok_or_else(|| Wrong::parameter("param message[attachments] must be an array."))?;
    if !world.account(&to.account_id).is_some_and(|it| it.switches.several_images) {
        return Err(Wrong::NoSeveralImages);
    }
    let most = match to.platform {
        Platform::Instagram => INSTAGRAM_IMAGES,
        Platform::Page => MESSENGER_IMAGES,
    };
    if attachments.len() > most {
        return Err(Wrong::parameter(format!("param message[attachments] must have at most {most} elements.")));
    }
    if attachments.iter().any(|it| it["type"] != "image") {
        return Err(Wrong::parameter("param message[attachments] takes images only."));
    }
    attachments.iter().map(|it| one(world, to, it, false)).collect()
}

fn media(world: &World, to: &To, kind: Kind, payload: &Value, enclosed: bool) -> Result<Part, Wrong> {
    let url = payload.get("url").and_then(Value::as_str);
    // Instagram gives no id for what is sent at once.
    let reusable = to.platform == Platform::Page && is_reusable(payload);
    match (url, id_of(payload, "attachment_id"), enclosed) {
        (Some(url), None, false) => Ok(Part::Url { kind, url: url.to_owned(), reusable }),
        (None, Some(id), false) => uploaded(world, to, kind, &id),
        (None, None, true) if to.platform == Platform::Page => Ok(Part::Enclosed { kind, reusable }),
        _ => Err(Wrong::parameter("param message[attachment][payload] must have exactly one of url, attachment_id.")),
    }
}

fn uploaded(world: &World, to: &To, kind: Kind, id: &str) -> Result<Part, Wrong> {
    let upload = upload::find(world, &to.holder_id, id).ok_or(Wrong::NotOurUpload)?;
    if upload.kind != kind.name() {
        return Err(Wrong::MediaOfOtherType);
    }
    Ok(ready(kind.name(), Some(json!({"url": upload.url}))))
}

fn own_post(world: &World, to: &To, payload: &Value) -> Result<Part, Wrong> {
    if let Some(id) = id_of(payload, "attachment_id") {
        // As the page about uploads has it.
        return uploaded(world, to, Kind::Image, &id);
    }
    let id = id_of(payload, "id").unwrap_or_default();
    let post = |account: &Account| account.posts.iter().find(|it| it.id == id).cloned();
    let post = world.account(&to.account_id).and_then(post).ok_or(Wrong::MessageInvalid)?;
    let is_reel = post.media_product_type == "REELS";
    let (kind, key) = if is_reel { ("ig_reel", "reel_video_id") } else { ("ig_post", "ig_post_media_id") };
    Ok(ready(kind, Some(json!({key: post.id, "title": post.caption, "url": post.media_url}))))
}

/// `true` on Messenger's pages, `"true"` on Instagram's.
fn is_reusable(payload: &Value) -> bool {
    payload.get("is_reusable").is_some_and(|it| *it == true || *it == "true")
}

/// Text, or a number as some write it.
pub fn id_of(payload: &Value, key: &str) -> Option<String> {
    match payload.get(key)? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

fn ready(kind: &str, payload: Option<Value>) -> Part {
    Part::Ready(Attachment { kind: kind.to_owned(), payload })
}

/// Whichever it is, ours is a thumb.
pub fn sticker(world: &mut World, id: u64) -> Attachment {
    const THUMB: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">\
        <text x=\"50\" y=\"76\" font-size=\"72\" text-anchor=\"middle\">\u{1F44D}</text></svg>";
    let url = world.files.add("sticker.svg", "image/svg+xml", Bytes::from_static(THUMB.as_bytes()));
    Attachment { kind: "sticker".to_owned(), payload: Some(json!({"url": url, "sticker_id": id})) }
}
