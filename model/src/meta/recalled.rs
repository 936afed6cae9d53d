//! A message as the Conversations API tells it, read into the same words as a webhook's.

use super::event::{Attachment, Reaction, Said, Side};
use super::read;
use crate::content::{AttachmentKind, Detail, MessageKind, Story};
use serde_json::{Value, json};

/// What is asked for of each message. Of shares Meta tells only what is named.
pub const FIELDS: &str = "id,created_time,from,message,attachments,shares{link,name,id},story,reactions,reply_to,\
                          is_unsupported";

/// What a node says, beside when it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub said: Said,
    pub reaction: Option<Reaction>,
}

/// `None`: it is only named. Meta does not tell who wrote it, and so nothing else.
pub fn read(account: &str, node: &Value) -> Option<Told> {
    let from = id(&node["from"]["id"])?;
    let mid = id(&node["id"])?;
    let side = if from == account { Side::Account } else { Side::Contact };
    let story = &node["story"];
    let mut attachments: Vec<Attachment> = list(&node["attachments"]).iter().map(attachment).collect();
    for share in list(&node["shares"]).iter().map(share) {
        let is_there = |it: &Attachment| it.url.is_some() && it.url == share.url;
        if !attachments.iter().any(is_there) {
            attachments.push(share);
        }
    }
    if let Some(mention) = story["mention"].as_object() {
        let text = |key: &str| mention.get(key).and_then(text);
        attachments.push(of_kind(AttachmentKind::StoryMention, text("link"), text("id")));
    }
    let answered = story["reply_to"].as_object().map(|it| Story {
        id: it.get("id").and_then(id),
        url: it.get("link").and_then(text),
        link_sticker_url: None,
    });
    let mut said = Said {
        side,
        mid: Some(mid),
        kind: MessageKind::Text,
        text: text(&node["message"]),
        attachments,
        reply_to: id(&node["reply_to"]["mid"]),
        detail: Detail { story: answered, ..Detail::default() },
        metadata: None,
    };
    said.kind = read::kind(&said, node["is_unsupported"].as_bool() == Some(true));
    Some(Told { said, reaction: reaction(account, &node["reactions"]) })
}

/// What somebody who is not the account has put under it.
fn reaction(account: &str, reactions: &Value) -> Option<Reaction> {
    let is_theirs = |it: &&Value| list(&it["users"]).iter().filter_map(|user| id(&user["id"])).any(|id| id != account);
    // One page of Meta's prints an object in place of the list.
    let all = list(reactions);
    let theirs = all.iter().find(is_theirs)?;
    let word = text(&theirs["reaction"])?;
    let is_name = word.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    Some(if is_name { Reaction { name: Some(word), emoji: None } } else { Reaction { name: None, emoji: Some(word) } })
}

fn attachment(node: &Value) -> Attachment {
    let image = &node["image_data"];
    let video = &node["video_data"];
    if image.is_object() {
        let is_sticker = image["render_as_sticker"].as_bool() == Some(true);
        let kind = if is_sticker { AttachmentKind::Sticker } else { AttachmentKind::Image };
        return of_kind(kind, text(&image["animated_gif_url"]).or_else(|| text(&image["url"])), None);
    }
    if video.is_object() {
        return of_kind(AttachmentKind::Video, text(&video["url"]), None);
    }
    if let Some(url) = text(&node["file_url"]) {
        let kind = kind_of_file(node["mime_type"].as_str().unwrap_or_default());
        let title = text(&node["name"]).filter(|_| kind == AttachmentKind::File);
        return Attachment { title, ..of_kind(kind, Some(url), None) };
    }
    if node["generic_template"].is_object() {
        return template(&node["generic_template"]);
    }
    of_kind(AttachmentKind::Unsupported, None, None)
}

fn kind_of_file(mime_type: &str) -> AttachmentKind {
    match mime_type.split('/').next() {
        Some("audio") => AttachmentKind::Audio,
        Some("video") => AttachmentKind::Video,
        Some("image") => AttachmentKind::Image,
        _ => AttachmentKind::File,
    }
}

/// As a webhook would have it, which names the same things in other ways.
fn template(it: &Value) -> Attachment {
    let title = text(&it["title"]);
    let card = json!({
        "title": title, "subtitle": text(&it["subtitle"]), "image_url": text(&it["media_url"]), "buttons": it["cta"],
    });
    let detail = Some(without_nothing(json!({"generic": {"elements": [card]}})));
    Attachment { title, detail, ..of_kind(AttachmentKind::Template, None, None) }
}

fn share(node: &Value) -> Attachment {
    let url = text(&node["link"]);
    let is_at = |host: &str| url.as_deref().is_some_and(|it| it.contains(host));
    let kind = match () {
        () if is_at("instagram.com/reel/") => AttachmentKind::Reel,
        () if is_at("instagram.com/") || is_at("fbsbx.com/") || is_at("fbcdn.net/") => AttachmentKind::Post,
        () => AttachmentKind::Link,
    };
    Attachment { title: text(&node["name"]), ..of_kind(kind, url, id(&node["id"])) }
}

const fn of_kind(kind: AttachmentKind, url: Option<String>, external_id: Option<String>) -> Attachment {
    Attachment { kind, url, external_id, title: None, detail: None }
}

/// What stands in `{"data": […]}`, in a list, or alone.
fn list(value: &Value) -> Vec<Value> {
    match value.get("data").unwrap_or(value) {
        Value::Array(all) => all.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// None if it is empty; never with U+0000, which Postgres cannot store.
fn text(value: &Value) -> Option<String> {
    let text: String = value.as_str()?.chars().filter(|it| *it != '\0').collect();
    (!text.is_empty()).then_some(text)
}

/// Also one without quotes.
fn id(value: &Value) -> Option<String> {
    text(value).or_else(|| value.as_u64().map(|it| it.to_string()))
}

fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(pairs) => {
            let there = pairs.into_iter().filter(|it| !it.1.is_null());
            Value::Object(there.map(|(key, it)| (key, without_nothing(it))).collect())
        }
        Value::Array(all) => Value::Array(all.into_iter().map(without_nothing).collect()),
        Value::String(text) => Value::String(text.replace('\0', "")),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const US: &str = "17841460210973548";

    fn told(more: Value) -> Told {
        let mut node =
            json!({"id": "aWdfZAG1", "from": {"username": "mara.bakes", "id": "1093847561029384"}, "message": ""});
        if let (Some(node), Value::Object(more)) = (node.as_object_mut(), more) {
            node.extend(more);
        }
        read(US, &node).unwrap()
    }

    #[test]
    fn each_kind_is_what_its_webhook_would_have_made_it() {
        let url = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1";
        let data = |it: Value| json!({"data": [it]});
        for (more, kind, attachment) in [
            (json!({"message": "Hi!"}), MessageKind::Text, None),
            (
                json!({"attachments": data(json!({"image_data": {"url": url}}))}),
                MessageKind::Media,
                Some(AttachmentKind::Image),
            ),
            (
                json!({"attachments": data(json!({"image_data": {"url": url, "render_as_sticker": true}}))}),
                MessageKind::Sticker,
                Some(AttachmentKind::Sticker),
            ),
            (
                json!({"attachments": data(json!({"video_data": {"url": url}}))}),
                MessageKind::Media,
                Some(AttachmentKind::Video),
            ),
            (
                json!({"attachments": data(json!({"file_url": url, "mime_type": "audio/mp4"}))}),
                MessageKind::Media,
                Some(AttachmentKind::Audio),
            ),
            (
                json!({"attachments": data(json!({"file_url": url, "mime_type": "application/pdf", "name": "Order.pdf"}))}),
                MessageKind::Media,
                Some(AttachmentKind::File),
            ),
            (
                json!({"attachments": data(json!({"generic_template": {"title": "Mugs"}}))}),
                MessageKind::Template,
                Some(AttachmentKind::Template),
            ),
            (json!({"shares": data(json!({"link": url}))}), MessageKind::Share, Some(AttachmentKind::Post)),
            (
                json!({"shares": data(json!({"link": "https://luna.example/mugs"}))}),
                MessageKind::Share,
                Some(AttachmentKind::Link),
            ),
            (
                json!({"story": {"mention": {"link": url, "id": "18016428691381500"}}}),
                MessageKind::StoryMention,
                Some(AttachmentKind::StoryMention),
            ),
            (
                json!({"message": "Where?", "story": {"reply_to": {"link": url, "id": "1"}}}),
                MessageKind::StoryReply,
                None,
            ),
            (json!({"is_unsupported": true}), MessageKind::Unsupported, None),
            (
                json!({"attachments": data(json!({"id": "1"}))}),
                MessageKind::Unsupported,
                Some(AttachmentKind::Unsupported),
            ),
        ] {
            let said = told(more.clone()).said;
            assert_eq!((said.kind, said.attachments.first().map(|it| it.kind.clone())), (kind, attachment), "{more}");
            assert_eq!((said.side, said.mid.as_deref()), (Side::Contact, Some("aWdfZAG1")));
        }
    }

    #[test]
    fn what_is_ours_says_so_and_what_is_only_named_says_nothing() {
        let ours = json!({"id": "m_1", "from": {"id": US}, "message": "Yes", "reply_to": {"mid": "m_0"}});
        let said = read(US, &ours).unwrap().said;
        assert_eq!(
            (said.side, said.text.as_deref(), said.reply_to.as_deref()),
            (Side::Account, Some("Yes"), Some("m_0"))
        );
        assert_eq!(read(US, &json!({"id": "m_1", "created_time": "2026-11-18T09:31:01+0000"})), None);
        assert_eq!(read(US, &json!("m_1")), None);
    }

    #[test]
    fn a_reaction_is_the_customers_and_comes_in_either_form() {
        let users = json!([{"username": "mara.bakes", "id": "1093847561029384"}]);
        let heart = Some(Reaction { name: None, emoji: Some("❤️".to_owned()) });
        assert_eq!(told(json!({"reactions": {"data": [{"reaction": "❤️", "users": users}]}})).reaction, heart);
        assert_eq!(told(json!({"reactions": {"reaction": "❤️", "users": users}})).reaction, heart);
        let love = Some(Reaction { name: Some("love".to_owned()), emoji: None });
        assert_eq!(told(json!({"reactions": {"data": [{"reaction": "love", "users": users}]}})).reaction, love);
        let ours = json!({"reactions": {"data": [{"reaction": "❤️", "users": [{"id": US}]}]}});
        assert_eq!(told(ours).reaction, None);
    }

    #[test]
    fn a_file_that_is_also_shared_stands_there_once() {
        let url = "https://lookaside.fbsbx.com/1";
        let more =
            json!({"attachments": {"data": [{"image_data": {"url": url}}]}, "shares": {"data": [{"link": url}]}});
        assert_eq!(told(more).said.attachments.len(), 1);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        let keys = prop::sample::select(vec![
            "id",
            "data",
            "from",
            "url",
            "image_data",
            "generic_template",
            "reaction",
            "users",
            "mention",
            "link",
            "cta",
        ]);
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(keys.clone().prop_map(str::to_owned), inner, 0..4)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_node_makes_it_panic_and_none_brings_nul(parts in prop::collection::vec(any_json(), 6)) {
            let mut node = json!({"id": "m_1", "from": {"id": "1"}});
            let keys = ["message", "attachments", "shares", "story", "reactions", "reply_to"];
            for (key, part) in keys.into_iter().zip(parts) {
                node[key] = part;
            }
            let read = read(US, &node);
            let printed = serde_json::to_string(&read.map(|it| it.said.attachments.into_iter().map(|it| (it.url, it.title)).collect::<Vec<_>>())).unwrap();
            prop_assert!(!printed.contains("\\u0000"));
        }
    }
}
