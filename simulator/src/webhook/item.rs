//! The items of webhooks, in the words of the platform that says them.

use crate::world::account::Platform;
use crate::world::customer::{Customer, From, Message, ReplyTo};
use serde_json::{Map, Value, json};

/// A message, or its echo if the business wrote it.
pub fn message(customer: &Customer, message: &Message) -> Value {
    let mut said = Map::new();
    said.insert("mid".to_owned(), message.mid.clone().into());
    if let Some(text) = &message.text {
        said.insert("text".to_owned(), text.clone().into());
    }
    if !message.attachments.is_empty() {
        said.insert("attachments".to_owned(), json!(message.attachments));
    }
    match &message.reply_to {
        None => {}
        Some(ReplyTo::Message { mid }) => drop(said.insert("reply_to".to_owned(), json!({"mid": mid}))),
        Some(ReplyTo::Story { id, url }) => {
            said.insert("reply_to".to_owned(), json!({"story": {"id": id, "url": url}}));
        }
    }
    let (sender, recipient) = match &message.from {
        From::Customer => (&customer.id, &customer.account_id),
        From::Business { app_id } => {
            said.insert("is_echo".to_owned(), true.into());
            if let Some(app_id) = app_id {
                let as_number = app_id.parse::<u64>().map_or_else(|_| app_id.clone().into(), Value::from);
                said.insert("app_id".to_owned(), as_number);
            }
            if let (Platform::Page, Some(metadata)) = (customer.platform, &message.metadata) {
                said.insert("metadata".to_owned(), metadata.clone().into());
            }
            (&customer.account_id, &customer.id)
        }
    };
    json!({"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": message.at_ms, "message": said})
}
