//! A request as Meta wants it written.

use super::{Content, Request, Source, To, What};
use model::platform::Platform;
use serde_json::{Value, json};

impl Request {
    /// What is posted to `/me/messages`.
    pub fn body(&self, platform: Platform) -> Value {
        let recipient = match &self.to {
            To::Person(id) => json!({"id": id}),
            To::Comment(id) => json!({"comment_id": id}),
        };
        let action = |name: &str| json!({"recipient": recipient, "sender_action": name});
        let reaction = |name: &str, payload: Value| {
            let mut body = action(name);
            body["payload"] = payload;
            body
        };
        match &self.what {
            What::TypingOn => action("typing_on"),
            What::TypingOff => action("typing_off"),
            What::MarkSeen => action("mark_seen"),
            What::React { mid, emoji } => {
                reaction("react", json!({"message_id": mid, "reaction": word(platform, emoji)}))
            }
            What::Unreact { mid } => reaction("unreact", json!({"message_id": mid})),
            What::Message { content, tagged, reply_to, mark } => {
                let mut message = content.body();
                if let (Platform::Page, Some(mark)) = (platform, mark) {
                    message["metadata"] = json!(mark);
                }
                let mut body = json!({"recipient": recipient, "message": message});
                // A private reply has a window of its own.
                if *tagged && matches!(self.to, To::Person(_)) {
                    body["messaging_type"] = json!("MESSAGE_TAG");
                    body["tag"] = json!("HUMAN_AGENT");
                } else if platform == Platform::Page {
                    body["messaging_type"] = json!("RESPONSE");
                }
                if let Some(mid) = reply_to {
                    body["reply_to"] = json!({"mid": mid});
                }
                body
            }
        }
    }
}

/// Instagram takes no other.
fn word(platform: Platform, emoji: &str) -> &str {
    match platform {
        Platform::Instagram => "love",
        Platform::Page => emoji,
    }
}

impl Content {
    fn body(&self) -> Value {
        match self {
            Self::Text { text, quick_replies } if quick_replies.is_empty() => json!({"text": text}),
            Self::Text { text, quick_replies } => json!({"text": text, "quick_replies": quick_replies}),
            Self::File { kind, from } => attachment(kind.word(), &from.payload()),
            Self::Pictures(pictures) => match &pictures[..] {
                [one] => attachment("image", &one.payload()),
                several => {
                    let one = |it: &Source| json!({"type": "image", "payload": it.payload()});
                    json!({"attachments": several.iter().map(one).collect::<Vec<_>>()})
                }
            },
            Self::LikeHeart => json!({"attachment": {"type": "like_heart"}}),
            Self::Post { id } => attachment("MEDIA_SHARE", &json!({"id": id})),
            Self::Template(payload) => attachment("template", payload),
        }
    }
}

fn attachment(kind: &str, payload: &Value) -> Value {
    json!({"attachment": {"type": kind, "payload": payload}})
}

impl Source {
    fn payload(&self) -> Value {
        match self {
            Self::Url(url) => json!({"url": url}),
            Self::Uploaded(id) => json!({"attachment_id": id}),
        }
    }
}
