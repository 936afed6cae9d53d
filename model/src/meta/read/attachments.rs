//! What hangs on a message. The same thing has other names and keys on either platform, and had
//! others in earlier years.

use super::super::event::Attachment;
use super::json::{Json, Object};
use crate::content::AttachmentKind;

const IDS: [&str; 5] = ["ig_post_media_id", "reel_video_id", "id", "sticker_id", "story_media_id"];

pub fn read(message: &Object<'_>) -> Vec<Attachment> {
    let parts: Vec<_> = message.parts("attachments").into_iter().filter_map(Json::object).collect();
    let legacy: Vec<_> = parts.iter().map(|it| it.text("type").as_deref() == Some("share")).collect();
    let all: Vec<_> = parts.iter().map(attachment).collect();
    let shown = |place: usize| {
        let again = |(other, it): (usize, &Attachment)| {
            !legacy[other] && it.kind == AttachmentKind::Post && is_same(it, &all[place])
        };
        !(legacy[place] && all.iter().enumerate().any(again))
    };
    (0..all.len()).filter(|it| shown(*it)).map(|it| all[it].clone()).collect()
}

/// A share came twice in one message while `share` became `ig_post`.
fn is_same(a: &Attachment, b: &Attachment) -> bool {
    (a.external_id.is_some() && a.external_id == b.external_id) || (a.url.is_some() && a.url == b.url)
}

fn attachment(it: &Object<'_>) -> Attachment {
    let payload = it.object("payload");
    let kind = kind(it.text("type").as_deref().unwrap_or("unsupported_type"), &payload);
    let title = payload.text("title").or_else(|| it.text("title"));
    let detail = match kind {
        AttachmentKind::Location => payload.get("coordinates"),
        AttachmentKind::Template | AttachmentKind::Appointment => it.get("payload"),
        _ => None,
    };
    Attachment {
        url: payload.first_text(&["url", "story_media_url"]).or_else(|| it.text("url")),
        external_id: payload.first_text(&IDS),
        title: if kind == AttachmentKind::Template { title.or_else(|| template_title(&payload)) } else { title },
        detail: detail.and_then(Json::value),
        kind,
    }
}

fn kind(word: &str, payload: &Object<'_>) -> AttachmentKind {
    match word {
        // As stickers of Messenger came until August 2026.
        "image" if payload.get("sticker_id").is_some() => AttachmentKind::Sticker,
        "share" | "ig_post" => AttachmentKind::Post,
        "ig_reel" => AttachmentKind::Reel,
        "ig_story" => AttachmentKind::Story,
        "fallback" => AttachmentKind::Link,
        "appointment_booking" => AttachmentKind::Appointment,
        "unsupported_type" => AttachmentKind::Unsupported,
        other => AttachmentKind::from_word(other),
    }
}

/// The title of its first card.
fn template_title(payload: &Object<'_>) -> Option<String> {
    ["generic", "product"]
        .map(|wrapped| payload.object(wrapped).parts("elements"))
        .into_iter()
        .flatten()
        .chain(payload.parts("elements"))
        .find_map(|card| card.object()?.text("title"))
}

/// What a button template asks.
pub fn template_text(message: &Object<'_>) -> Option<String> {
    message.parts("attachments").into_iter().filter_map(Json::object).find_map(|it| {
        let is_template = it.text("type").as_deref() == Some("template");
        let payload = it.object("payload");
        is_template.then(|| payload.text("text").or_else(|| payload.object("button").text("text"))).flatten()
    })
}
