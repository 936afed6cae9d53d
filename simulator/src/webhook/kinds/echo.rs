//! What the business says, as its apps hear it again.

use super::{Made, OTHER_APP, Stage};
use crate::world::account::Platform;
use crate::world::customer::Attachment;
use crate::world::say::Saying;
use serde_json::{Value, json};

/// Somebody writes in Business Suite.
const PAGE_INBOX: &str = "263902037430900";

impl Stage<'_> {
    pub(super) fn echo(&mut self, name: &str) -> Option<Made> {
        let own = Some(self.app_id.clone());
        Some(match (name.strip_prefix("message.")?, self.platform) {
            ("echo_own_app", platform) => {
                let metadata = (platform == Platform::Page).then(|| "out:01JD8Z4F".to_owned());
                let text = Some("Yes, until 18:00".to_owned());
                self.say(Saying { app_id: own, text, metadata, ..Saying::default() })
            }
            ("echo_native", _) => self.say_text(None, "Reserved under your name!"),
            ("echo_inbox", _) => self.say_text(Some(PAGE_INBOX.to_owned()), "We close at six today."),
            ("echo_other_app", _) => self.say_text(Some(OTHER_APP.to_owned()), "Hello, I am the shop assistant bot"),
            // Instagram does not always tell whose it is.
            ("echo_image", platform) => {
                let app_id = own.filter(|_| platform == Platform::Page);
                let payload = json!({"url": self.world.sample("image")});
                self.attached(app_id, "image", Some(payload))
            }
            ("echo_template", Platform::Instagram) => self.attached(None, "template", Some(kettle())),
            ("echo_template", Platform::Page) => self.attached(own, "template", Some(anything_else())),
            ("echo_fallback", _) => self.attached(own, "fallback", None),
            ("echo_no_app_id", _) => self.attached(None, "template", Some(Value::Null)),
            ("self", _) => self.said_to_itself(),
            _ => return None,
        })
    }

    fn attached(&mut self, app_id: Option<String>, kind: &str, payload: Option<Value>) -> Made {
        let attachments = vec![Attachment { kind: kind.to_owned(), payload }];
        self.say(Saying { app_id, attachments, ..Saying::default() })
    }

    /// The account wrote to itself; there is no thread for it.
    fn said_to_itself(&mut self) -> Made {
        let mid = self.world.new_mid(self.platform);
        let item = json!({
            "sender": {"id": self.account_id},
            "recipient": {"id": self.account_id},
            "timestamp": self.at_ms,
            "message": {"mid": mid, "text": "self test", "is_echo": true, "is_self": true},
        });
        self.tell_item("messages", item)?;
        Ok(json!({"mid": mid}))
    }
}

fn kettle() -> Value {
    json!({"template_type": "generic", "elements": [{
        "title": "Blue kettle",
        "subtitle": "1.7 l",
        "image_url": "https://cdn.example/kettle.jpg",
        "buttons": [{"type": "web_url", "title": "View", "url": "https://shop.example/kettle"}],
    }]})
}

fn anything_else() -> Value {
    json!({
        "template_type": "button",
        "text": "Anything else?",
        "buttons": [{"type": "postback", "title": "No, thanks", "payload": "DONE"}],
    })
}
