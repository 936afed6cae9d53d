//! What customers write and send.

use super::{Fields, Location, Refused, Send, Sent, SentKind, because};
use crate::webhook::item;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::{Attachment, From, Message, ReplyTo};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The thumb of Messenger.
const THUMBS_UP: u64 = 369_239_263_222_822;

impl World {
    /// A message of the customer stands in the thread and is told; `also` adds what `Message` has no place for.
    pub fn hear(
        &mut self,
        customer_id: &str,
        message: Message,
        also: impl FnOnce(&mut Value),
    ) -> Result<Value, Refused> {
        let mid = message.mid.clone();
        let mut item = item::message(self.acting(customer_id)?, &message);
        also(&mut item["message"]);
        self.wrote(customer_id, message)?;
        self.tell_of(customer_id, Fields { instagram: "messages", page: "messages" }, item);
        Ok(json!({"mid": mid}))
    }

    /// An empty one, to be filled.
    pub fn blank(&mut self, customer_id: &str, at_ms: i64) -> Result<Message, Refused> {
        let platform = self.acting(customer_id)?.platform;
        Ok(Message::blank(self.new_mid(platform), From::Customer, at_ms))
    }

    /// Stands in the thread; nobody is told.
    pub fn wrote(&mut self, customer_id: &str, message: Message) -> Result<(), Refused> {
        let at_ms = message.at_ms;
        self.opened(customer_id, at_ms);
        let customer = self.acting_mut(customer_id)?;
        customer.last_message_ms = customer.last_message_ms.max(Some(at_ms));
        self.add_message(customer_id, message);
        Ok(())
    }

    pub(super) fn say_attached(
        &mut self,
        customer_id: &str,
        attachment: Attachment,
        at_ms: i64,
    ) -> Result<Value, Refused> {
        let message = Message { attachments: vec![attachment], ..self.blank(customer_id, at_ms)? };
        self.hear(customer_id, message, |_| ())
    }

    pub(super) fn act_send(&mut self, customer_id: &str, send: Send, at_ms: i64) -> Result<Value, Refused> {
        let text = send.text.filter(|it| !it.trim().is_empty());
        if text.is_none() && send.attachments.is_empty() {
            return because("send: expected a text or attachments");
        }
        let platform = self.acting(customer_id)?.platform;
        if let Some(to) = &send.reply_to {
            self.message_mut(customer_id, &to.mid)?;
        }
        let unsupported = send.attachments.iter().any(|it| it.kind == SentKind::Unsupported);
        let supported = send.attachments.into_iter().filter(|it| it.kind != SentKind::Unsupported);
        let mut attachments: Vec<Attachment> = supported.map(|it| self.attached(it)).collect();
        if platform == Platform::Page
            && attachments.is_empty()
            && let Some(link) = text.as_deref().and_then(link_in)
        {
            attachments.push(preview(link));
        }
        let message = Message {
            text,
            attachments,
            reply_to: send.reply_to.map(|it| ReplyTo::Message { mid: it.mid }),
            referral: send.referral.map(|it| self.referral(platform, &it)),
            unsupported,
            ..self.blank(customer_id, at_ms)?
        };
        self.hear(customer_id, message, |_| ())
    }

    fn attached(&mut self, sent: Sent) -> Attachment {
        let kind = match sent.kind {
            SentKind::Image | SentKind::Unsupported => "image",
            SentKind::Video => "video",
            SentKind::Audio => "audio",
            SentKind::File => "file",
            SentKind::Ephemeral => return Attachment { kind: "ephemeral".to_owned(), payload: None },
        };
        let url = sent.url.unwrap_or_else(|| self.sample(kind));
        Attachment { kind: kind.to_owned(), payload: Some(json!({"url": url})) }
    }

    pub(super) fn act_sticker(&mut self, customer_id: &str, at_ms: i64) -> Result<Value, Refused> {
        let url = self.sample("image");
        let (kind, payload) = match self.acting(customer_id)?.platform {
            Platform::Instagram => ("image", json!({"url": url})),
            Platform::Page => ("sticker", json!({"url": url, "sticker_id": THUMBS_UP})),
        };
        self.say_attached(customer_id, Attachment { kind: kind.to_owned(), payload: Some(payload) }, at_ms)
    }

    /// A heart from an Instagram customer was never seen as an attachment; it is text.
    pub(super) fn act_like_heart(&mut self, customer_id: &str, at_ms: i64) -> Result<Value, Refused> {
        match self.acting(customer_id)?.platform {
            Platform::Instagram => {
                let heart = Message { text: Some("❤️".to_owned()), ..self.blank(customer_id, at_ms)? };
                self.hear(customer_id, heart, |_| ())
            }
            Platform::Page => self.act_sticker(customer_id, at_ms),
        }
    }

    pub(super) fn act_location(&mut self, customer_id: &str, at: Location, at_ms: i64) -> Result<Value, Refused> {
        if self.acting(customer_id)?.platform == Platform::Instagram {
            return because("location: only Messenger can send one");
        }
        let payload = json!({"coordinates": {"lat": at.lat, "long": at.long}});
        self.say_attached(customer_id, Attachment { kind: "location".to_owned(), payload: Some(payload) }, at_ms)
    }
}

impl Message {
    pub fn is_of_customer(&self) -> bool {
        self.from == From::Customer
    }

    pub fn blank(mid: String, from: From, at_ms: i64) -> Self {
        Self {
            mid,
            at_ms,
            from,
            text: None,
            attachments: Vec::new(),
            reply_to: None,
            quick_replies: Vec::new(),
            quick_reply_payload: None,
            referral: None,
            reactions: Vec::new(),
            edits: Vec::new(),
            unsent: false,
            unsupported: false,
            tag: None,
            metadata: None,
        }
    }
}

fn link_in(text: &str) -> Option<&str> {
    text.split_whitespace().find(|it| it.starts_with("https://") || it.starts_with("http://"))
}

/// Messenger shows what a link leads to, and leads there through an address of its own.
fn preview(link: &str) -> Attachment {
    let host = link.split("//").nth(1).and_then(|it| it.split('/').next()).unwrap_or(link);
    let mut through = String::from("https://l.facebook.com/l.php?u=");
    for byte in link.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' => through.push(char::from(byte)),
            _ => drop(write!(through, "%{byte:02X}")),
        }
    }
    through.push_str("&h=ATOFlUa_84vnBYlZNi0Or5");
    Attachment { kind: "fallback".to_owned(), payload: Some(json!({"url": through, "title": host})) }
}
