//! Takes out of a row of the journal what people said, so that what was unsent is gone from there
//! too. What is left is enough to make the same tombstone again.

use super::json::{Json, Object};

/// What a row is looked into for.
const OUTER: [&str; 7] = ["entry", "messaging", "standby", "changes", "value", "sender", "recipient"];
const INNER: [&str; 5] = ["message", "message_edit", "postback", "from", "media"];

const KEPT: [&str; 23] = [
    "object",
    "id",
    "time",
    "field",
    "user_ref",
    "timestamp",
    "mid",
    "num_edit",
    "is_echo",
    "is_self",
    "is_deleted",
    "app_id",
    "item",
    "verb",
    "created_time",
    "comment_id",
    "parent_id",
    "post_id",
    "media_id",
    "media_product_type",
    "self_ig_scoped_id",
    "ad_id",
    "original_media_id",
];

/// Deeper than any row of ours.
const DEPTH: u8 = 8;

/// A row of a message, edit, button or comment without its words, attachments, titles and payloads;
/// any other row as it is.
pub fn scrub(raw: &str) -> String {
    let Some(json) = Json::check(raw).filter(|it| it.object().is_some_and(|it| is_said(&it))) else {
        return raw.to_owned();
    };
    let mut kept = String::with_capacity(raw.len() / 2);
    keep(json, DEPTH, &mut kept);
    kept
}

fn is_said(body: &Object<'_>) -> bool {
    let entries = body.parts("entry").into_iter().filter_map(Json::object);
    let lists = ["messaging", "standby", "changes"];
    let mut items = entries.flat_map(|entry| {
        let listed = lists.iter().flat_map(|key| entry.parts(key)).filter_map(Json::object).collect::<Vec<_>>();
        if entry.get("value").is_some() { vec![entry] } else { listed }
    });
    items.any(|it| if it.get("value").is_some() { is_said_change(&it) } else { is_said_item(&it) })
}

fn is_said_change(change: &Object<'_>) -> bool {
    let field = change.text("field");
    matches!(field.as_deref(), Some("comments" | "live_comments" | "feed" | "mentions"))
        || is_said_item(&change.object("value"))
}

/// Without its id a button is known by its payload, and cannot be unsent.
fn is_said_item(item: &Object<'_>) -> bool {
    ["message", "message_edit", "postback"].iter().any(|kind| item.object(kind).text("mid").is_some())
}

fn keep(json: Json<'_>, depth: u8, kept: &mut String) {
    if let Some(object) = json.object() {
        kept.push('{');
        let start = kept.len();
        for (key, value) in object.pairs() {
            let holds_more = value.as_came().starts_with(['{', '[']);
            let is_looked_into = depth > 0 && holds_more && (OUTER.contains(&key) || INNER.contains(&key));
            // The whole new text of an edit is nothing, but it is there.
            let is_edit = key == "message_edit" && is_looked_into;
            if !is_looked_into && (holds_more || !KEPT.contains(&key)) {
                continue;
            }
            if kept.len() > start {
                kept.push(',');
            }
            kept.extend(["\"", key, "\":"]);
            keep(value, depth.saturating_sub(1), kept);
            if is_edit && kept.ends_with('}') {
                kept.pop();
                kept.push_str(if kept.ends_with('{') { "\"text\":\"\"}" } else { ",\"text\":\"\"}" });
            }
        }
        kept.push('}');
    } else if let Some(parts) = json.list() {
        kept.push('[');
        for (place, part) in parts.into_iter().enumerate() {
            if place > 0 {
                kept.push(',');
            }
            // Deeper lists hold nothing that is kept.
            if part.object().is_some() && depth > 0 { keep(part, depth - 1, kept) } else { kept.push_str("null") }
        }
        kept.push(']');
    } else {
        kept.push_str(json.as_came());
    }
}
