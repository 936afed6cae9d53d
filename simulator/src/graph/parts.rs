//! What a message holds besides its text, in the form in which it is read: the webhook's form is
//! another one.

use super::fields::Field;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::{Attachment, Message, ReplyTo};
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

/// What is a file, and templates.
pub fn attachments(world: &World, platform: Platform, message: &Message) -> Option<Value> {
    let all = message.attachments.iter().enumerate();
    let data: Vec<_> = all.filter_map(|(n, it)| attachment(world, platform, &message.mid, n, it)).collect();
    (!data.is_empty()).then(|| json!({"data": data}))
}

fn attachment(world: &World, platform: Platform, mid: &str, n: usize, it: &Attachment) -> Option<Value> {
    let url = text(it, "url");
    let mut node = Map::new();
    match it.kind.as_str() {
        "image" | "sticker" => {
            let image = json!({
                "width": 1080, "height": 1350, "max_width": 1080, "max_height": 1350, "url": url, "preview_url": url,
                "image_type": 1, "render_as_sticker": it.kind == "sticker",
            });
            node.insert("image_data".to_owned(), image);
        }
        "video" => {
            let video = json!({"width": 720, "height": 1280, "url": url, "preview_url": url});
            node.insert("video_data".to_owned(), video);
        }
        "audio" | "file" => drop(node.insert("file_url".to_owned(), json!(url))),
        "template" => drop(node.insert("generic_template".to_owned(), template(it)?)),
        _ => return None,
    }
    // Instagram tells of pictures and videos nothing but themselves.
    let is_bare = platform == Platform::Instagram && !node.contains_key("file_url");
    if !is_bare && !node.contains_key("generic_template") {
        node.insert("id".to_owned(), number(&format!("{mid}{n}")).into());
        about_the_file(world, &mut node, &it.kind, url.unwrap_or_default());
    }
    Some(node.into())
}

fn about_the_file(world: &World, node: &mut Map<String, Value>, kind: &str, url: &str) {
    let name = url.split(['?', '#']).next().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    let usual = match kind {
        "video" => "video/mp4",
        "audio" => "audio/mp4",
        "file" => "application/pdf",
        _ => "image/jpeg",
    };
    let file = world.files.get(name).filter(|_| world.files.url(name) == url);
    node.insert("mime_type".to_owned(), file.map_or(usual, |it| it.content_type.as_str()).into());
    node.insert("name".to_owned(), name.into());
    node.insert("size".to_owned(), file.map_or(0, |it| it.bytes.len()).into());
}

/// Of several elements Meta shows the first.
fn template(it: &Attachment) -> Option<Value> {
    let payload = it.payload.as_ref()?;
    let elements = payload.pointer("/generic/elements").or_else(|| payload.get("elements"));
    let first = elements.and_then(|it| it.get(0)).unwrap_or(payload);
    let mut shown = Map::new();
    for (theirs, ours) in [("title", "title"), ("subtitle", "subtitle"), ("image_url", "media_url"), ("text", "title")]
    {
        if let Some(value) = first.get(theirs) {
            shown.entry(ours).or_insert_with(|| value.clone());
        }
    }
    if let Some(buttons) = first.get("buttons") {
        shown.insert("cta".to_owned(), buttons.clone());
    }
    Some(shown.into())
}

/// Posts, reels and links. Like Meta it tells of them only what is asked for by name.
pub fn shares(message: &Message, fields: &[Field]) -> Option<Value> {
    let shared = message.attachments.iter().filter_map(share);
    let data: Vec<Value> = shared
        .map(|mut it| {
            it.retain(|key, _| fields.iter().any(|field| field.name == *key) || fields.is_empty() && key == "id");
            it.into()
        })
        .collect();
    (!data.is_empty()).then(|| json!({"data": data}))
}

fn share(it: &Attachment) -> Option<Map<String, Value>> {
    if !matches!(it.kind.as_str(), "share" | "ig_post" | "ig_reel" | "reel" | "post" | "fallback" | "location") {
        return None;
    }
    let ids = ["id", "ig_post_media_id", "reel_video_id"];
    let payload = it.payload.as_ref();
    let id = ids.iter().find_map(|key| payload.and_then(|it| it.get(*key)).and_then(super::asked::id));
    let parts =
        [("link", text(it, "url").map(str::to_owned)), ("name", text(it, "title").map(str::to_owned)), ("id", id)];
    Some(parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))).collect())
}

pub fn story(message: &Message) -> Option<Value> {
    if let Some(ReplyTo::Story { id, url }) = &message.reply_to {
        return Some(json!({"reply_to": {"link": url, "id": id}}));
    }
    let mention = message.attachments.iter().find(|it| it.kind == "story_mention")?;
    Some(json!({"mention": {"link": text(mention, "url"), "id": number(&message.mid)}}))
}

fn text<'a>(attachment: &'a Attachment, key: &str) -> Option<&'a str> {
    attachment.payload.as_ref()?.get(key)?.as_str()
}

/// An id for what has none in this world; of the same thing it is always the same.
fn number(of: &str) -> String {
    let hash = digest(&SHA256, of.as_bytes());
    let first = hash.as_ref().iter().take(7).fold(0_u64, |sum, it| sum << 8 | u64::from(*it));
    format!("18{:015}", first % 1_000_000_000_000_000)
}
