//! What customers do to what stands in the thread already.

use super::allowed::is_emoji;
use super::{Edit, Fields, React, Refused, because};
use crate::webhook::item;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::{From, Reaction};
use serde_json::{Value, json};

/// Messenger lets nobody edit a message more often.
const MOST_EDITS: usize = 5;

impl World {
    pub(super) fn act_react(&mut self, customer_id: &str, it: &React, at_ms: i64) -> Result<Value, Refused> {
        if !is_emoji(&it.emoji) {
            return because("emoji: expected one");
        }
        let platform = self.acting(customer_id)?.platform;
        let reaction =
            Reaction { by_customer: true, word: word_of(platform, &it.emoji).to_owned(), emoji: it.emoji.clone() };
        let message = self.message_mut(customer_id, &it.mid)?;
        // One each: a new one takes the place of the old.
        message.reactions.retain(|it| !it.by_customer);
        message.reactions.push(reaction.clone());
        self.opened(customer_id, at_ms);
        self.tell_reaction(customer_id, item::reaction(platform, &it.mid, "react", &reaction), at_ms);
        Ok(json!({"mid": it.mid}))
    }

    pub(super) fn act_unreact(&mut self, customer_id: &str, mid: &str, at_ms: i64) -> Result<Value, Refused> {
        let platform = self.acting(customer_id)?.platform;
        let message = self.message_mut(customer_id, mid)?;
        let Some(place) = message.reactions.iter().position(|it| it.by_customer) else {
            return because("mid: the customer has no reaction there");
        };
        let reaction = message.reactions.remove(place);
        self.tell_reaction(customer_id, item::reaction(platform, mid, "unreact", &reaction), at_ms);
        Ok(json!({"mid": mid}))
    }

    fn tell_reaction(&mut self, customer_id: &str, reaction: Value, at_ms: i64) {
        let Some(customer) = self.customer(customer_id) else { return };
        let item = item::from_customer(customer, at_ms, "reaction", reaction);
        self.tell_of(customer_id, Fields { instagram: "message_reactions", page: "message_reactions" }, item);
    }

    pub(super) fn act_unsend(&mut self, customer_id: &str, mid: &str, at_ms: i64) -> Result<Value, Refused> {
        let message = self.message_mut(customer_id, mid)?;
        if message.from != From::Customer {
            return because("mid: that message is not theirs to unsend");
        }
        message.unsent = true;
        (message.text, message.attachments, message.edits) = (None, Vec::new(), Vec::new());
        message.reactions.clear();
        let deleted = json!({"mid": mid, "is_deleted": true});
        let item = item::from_customer(self.acting(customer_id)?, at_ms, "message", deleted);
        self.tell_of(customer_id, Fields { instagram: "messages", page: "messages" }, item);
        Ok(json!({"mid": mid}))
    }

    pub(super) fn act_edit(&mut self, customer_id: &str, it: &Edit, at_ms: i64) -> Result<Value, Refused> {
        if it.text.trim().is_empty() {
            return because("text: expected at least one letter");
        }
        let platform = self.acting(customer_id)?.platform;
        let message = self.message_mut(customer_id, &it.mid)?;
        if message.from != From::Customer {
            return because("mid: that message is not theirs to edit");
        }
        if platform == Platform::Page && message.edits.len() >= MOST_EDITS {
            return because("mid: Messenger lets a message be edited five times");
        }
        let Some(before) = message.text.replace(it.text.clone()) else {
            return because("mid: that message has no text to edit");
        };
        message.edits.push(before);
        let edit = json!({"mid": it.mid, "text": it.text, "num_edit": message.edits.len()});
        let item = item::from_customer(self.acting(customer_id)?, at_ms, "message_edit", edit);
        self.tell_of(customer_id, Fields { instagram: "message_edit", page: "message_edits" }, item);
        Ok(json!({"mid": it.mid}))
    }

    /// Opens no window; and is told once, however often they look.
    pub(super) fn act_read(&mut self, customer_id: &str, at_ms: i64) -> Result<Value, Refused> {
        let thread = &self.acting(customer_id)?.thread;
        let newest = thread.messages.iter().rev().find(|it| it.from != From::Customer && !it.unsent);
        let Some((mid, said_ms)) = newest.map(|it| (it.mid.clone(), it.at_ms)) else {
            return because("read: the business has said nothing yet");
        };
        let told_already = thread.read_until_ms.is_some_and(|until| until >= said_ms);
        self.acting_mut(customer_id)?.thread.read_until_ms = Some(at_ms.max(said_ms));
        if !told_already {
            self.tell_read(customer_id, &mid, at_ms);
        }
        Ok(json!({"mid": mid}))
    }

    /// Instagram says up to which message, Messenger up to what time.
    pub fn tell_read(&mut self, customer_id: &str, mid: &str, at_ms: i64) {
        let Some(customer) = self.customer(customer_id) else { return };
        let read = match customer.platform {
            Platform::Instagram => json!({"mid": mid}),
            Platform::Page => json!({"watermark": at_ms}),
        };
        let item = item::from_customer(customer, at_ms, "read", read);
        self.tell_of(customer_id, Fields { instagram: "messaging_seen", page: "message_reads" }, item);
    }

    /// Messages of the business reached a device; Instagram tells nobody.
    pub fn tell_delivered(&mut self, customer_id: &str, mids: &[String], at_ms: i64) {
        let Some(customer) = self.customer(customer_id) else { return };
        if customer.platform == Platform::Instagram {
            return;
        }
        let item = item::from_customer(customer, at_ms, "delivery", json!({"mids": mids, "watermark": at_ms}));
        self.tell_of(customer_id, Fields { instagram: "", page: "message_deliveries" }, item);
    }

    pub(super) fn act_block(&mut self, customer_id: &str, blocked: bool) -> Result<Value, Refused> {
        self.acting_mut(customer_id)?.unreachable = blocked;
        Ok(json!({}))
    }
}

/// The two platforms name some of them differently, and others not at all.
fn word_of(platform: Platform, emoji: &str) -> &'static str {
    // With or without the mark that asks for the coloured form.
    match (emoji.trim_end_matches('\u{fe0f}'), platform) {
        ("❤", _) => "love",
        ("😂" | "😆", Platform::Instagram) => "laugh",
        ("😂" | "😆", Platform::Page) => "smile",
        ("😮", _) => "wow",
        ("😢", _) => "sad",
        ("😡" | "😠", _) => "angry",
        ("👍", _) => "like",
        ("👎", Platform::Page) => "dislike",
        _ => "other",
    }
}
