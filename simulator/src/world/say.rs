//! What a business says to a customer, once it was found right: it stands in the thread, the customer
//! sees it, and the apps hear its echo.

use super::World;
use super::customer::{Attachment, From, Message, ReplyTo, STANDARD_MS};
use super::tell::News;
use crate::webhook::item;
use serde_json::Value;
use tokio::sync::oneshot;

/// A message of the business.
#[derive(Debug, Clone, Default)]
pub struct Saying {
    /// The app that asked for it; `None`: somebody in the business's own phone or in Business Suite.
    pub app_id: Option<String>,
    pub text: Option<String>,
    pub attachments: Vec<Attachment>,
    pub quick_replies: Vec<Value>,
    pub reply_to: Option<ReplyTo>,
    pub tag: Option<String>,
    pub metadata: Option<String>,
}

impl World {
    /// The mid of what now stands in the thread; `None` if there is no such customer.
    pub fn say(&mut self, customer_id: &str, saying: Saying, at_ms: i64) -> Option<String> {
        let platform = self.customer(customer_id)?.platform;
        // Whoever answers in Meta's own inbox takes the thread; what is told of long ago takes nothing any more.
        if saying.app_id.is_none() && self.now_ms() - at_ms < STANDARD_MS {
            self.native_inbox_takes(customer_id);
        }
        let mid = self.new_mid(platform);
        let message = Message {
            text: saying.text,
            attachments: saying.attachments,
            reply_to: saying.reply_to,
            quick_replies: saying.quick_replies,
            tag: saying.tag,
            metadata: saying.metadata,
            ..Message::blank(mid.clone(), From::Business { app_id: saying.app_id }, at_ms)
        };
        let customer = self.customer_mut(customer_id)?;
        let is_reached = !customer.unreachable;
        let account_id = customer.account_id.clone();
        let echo = item::message(customer, &message);
        // An answer shows that what came before was seen, and that typing is over.
        customer.thread.typing_until_ms = None;
        customer.thread.seen_at_ms = Some(at_ms);
        self.add_message(customer_id, message);
        let (field, customer) = ("message_echoes", Some(customer_id));
        self.tell(News { account_id: &account_id, customer_id: customer, field, item: echo, as_change: false });
        if is_reached {
            self.tell_delivered(customer_id, std::slice::from_ref(&mid), at_ms);
        }
        Some(mid)
    }

    /// Ends when the echo was delivered to the app; `None` if the app does not hear it.
    pub fn wait_for_echo(&mut self, app_id: &str, mid: &str) -> Option<oneshot::Receiver<()>> {
        let mut waiting = self.outbox.get_mut(app_id)?.iter_mut().rev();
        let parcel = waiting.find(|it| it.item["message"]["mid"] == mid)?;
        let (delivered, echo) = oneshot::channel();
        parcel.delivered = Some(delivered);
        Some(echo)
    }
}
