//! What customers do. Each act is checked as the app in their hand would, changes the thread, and is
//! told to the apps of the business.

mod allowed;
mod comment;
mod message;
mod share;
mod tap;
#[cfg(test)]
mod tests;
mod touch;
mod what;

use super::World;
use super::account::Platform;
use super::customer::{Control, Customer, Message, STANDARD_MS};
use super::tell::News;
use serde_json::Value;
pub use what::*;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    NoCustomer,
    /// One line that says what was wrong.
    Because(String),
}

pub fn because<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Because(why.into()))
}

impl World {
    /// What was made, as `{"mid": …}` or `{"comment_id": …}`.
    pub fn act(&mut self, customer_id: &str, act: Act, at_ms: i64) -> Result<Value, Refused> {
        let customer = self.customer(customer_id).ok_or(Refused::NoCustomer)?;
        let reaches_the_business =
            !matches!(act, Act::Block(_) | Act::Unblock(_) | Act::Comment(_) | Act::DeleteComment(_) | Act::Read(_));
        if customer.unreachable && reaches_the_business {
            return because("they blocked the business; unblock it first");
        }
        allowed::texts(&act)?;
        match act {
            Act::Send(it) => self.act_send(customer_id, it, at_ms),
            Act::Share(it) => self.act_share(customer_id, it, at_ms),
            Act::Sticker(_) => self.act_sticker(customer_id, at_ms),
            Act::LikeHeart(_) => self.act_like_heart(customer_id, at_ms),
            Act::Location(it) => self.act_location(customer_id, it, at_ms),
            Act::StoryReply(it) => self.act_story_reply(customer_id, it, at_ms),
            Act::StoryMention(it) => self.act_story_mention(customer_id, it, at_ms),
            Act::Tap(it) => self.act_tap(customer_id, &it, at_ms),
            Act::Postback(it) => self.act_postback(customer_id, it, at_ms),
            Act::Referral(it) => self.act_referral(customer_id, &it, at_ms),
            Act::React(it) => self.act_react(customer_id, &it, at_ms),
            Act::Unreact(it) => self.act_unreact(customer_id, &it.mid, at_ms),
            Act::Unsend(it) => self.act_unsend(customer_id, &it.mid, at_ms),
            Act::Edit(it) => self.act_edit(customer_id, &it, at_ms),
            Act::Read(_) => self.act_read(customer_id, at_ms),
            Act::Block(_) => self.act_block(customer_id, true),
            Act::Unblock(_) => self.act_block(customer_id, false),
            Act::Comment(it) => self.act_comment(customer_id, it, at_ms),
            Act::EditComment(it) => self.act_edit_comment(customer_id, &it, at_ms),
            Act::DeleteComment(it) => self.act_delete_comment(customer_id, &it.comment_id, at_ms),
            Act::VisitorPost(it) => self.act_visitor_post(customer_id, &it.text, at_ms),
        }
    }

    fn acting(&self, customer_id: &str) -> Result<&Customer, Refused> {
        self.customer(customer_id).ok_or(Refused::NoCustomer)
    }

    fn acting_mut(&mut self, customer_id: &str) -> Result<&mut Customer, Refused> {
        self.customer_mut(customer_id).ok_or(Refused::NoCustomer)
    }

    fn message_mut(&mut self, customer_id: &str, mid: &str) -> Result<&mut Message, Refused> {
        let found = self.acting_mut(customer_id)?.thread.messages.iter_mut().find(|it| it.mid == mid);
        match found {
            Some(it) if it.unsent => because("mid: that message was unsent"),
            Some(it) => Ok(it),
            None => because("mid: there is no such message in this conversation"),
        }
    }

    /// The customer did something that lets the business write freely for a day.
    pub fn opened(&mut self, customer_id: &str, at_ms: i64) {
        let Some(customer) = self.customer_mut(customer_id) else { return };
        customer.last_action_ms = customer.last_action_ms.max(Some(at_ms));
        let account_id = customer.account_id.clone();
        let Some(routing) = self.account(&account_id).and_then(|it| it.routing.as_ref()) else { return };
        // Whoever owns the thread keeps it a day longer; what nobody owns goes to the default app.
        let owner = self.owner(customer_id).unwrap_or(&routing.default_app_id).to_owned();
        if let Some(customer) = self.customer_mut(customer_id) {
            let until_ms = customer.thread.control.as_ref().map_or(0, |it| it.until_ms).max(at_ms + STANDARD_MS);
            customer.thread.control = Some(Control { app_id: owner, until_ms });
        }
    }

    /// Tells the apps of something that happened in a thread. `on_instagram` and `on_messenger` are the fields.
    fn tell_of(&mut self, customer_id: &str, fields: Fields, item: Value) {
        let Some(customer) = self.customer(customer_id) else { return };
        let account_id = customer.account_id.clone();
        let field = fields.of(customer.platform);
        self.tell(News { account_id: &account_id, customer_id: Some(customer_id), field, item, as_change: false });
    }
}

/// What the two platforms call the same thing.
#[derive(Debug, Clone, Copy)]
struct Fields {
    instagram: &'static str,
    page: &'static str,
}

impl Fields {
    fn of(self, platform: Platform) -> &'static str {
        match platform {
            Platform::Instagram => self.instagram,
            Platform::Page => self.page,
        }
    }
}
