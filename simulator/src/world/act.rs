//! What customers do. Each act is checked as the app in their hand would, changes the thread, and is
//! told to the apps of the business.

mod comment;
mod message;
#[cfg(test)]
mod tests;
mod touch;

use super::World;
use super::account::Platform;
use super::customer::{Control, Customer, Message, STANDARD_MS};
use super::tell::News;
use serde::Deserialize;
use serde_json::Value;

/// As `POST /control/customers/{id}/do` takes it: one key, which is the act.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    Send(Send),
    /// Shows a post, a reel or a story to the business.
    Share(Share),
    Sticker(Nothing),
    LikeHeart(Nothing),
    Location(Location),
    StoryReply(StoryReply),
    StoryMention(StoryMention),
    /// A quick reply or a button of a message of the business.
    Tap(Tap),
    /// What stands in no message: an ice breaker, the menu, "Get Started".
    Postback(Postback),
    /// A link to the business was opened on a thread that exists.
    Referral(Referral),
    React(React),
    Unreact(Pointed),
    Unsend(Pointed),
    Edit(Edit),
    Read(Nothing),
    Block(Nothing),
    Unblock(Nothing),
    Comment(NewComment),
    EditComment(EditComment),
    DeleteComment(DeleteComment),
    /// On the Page itself; a private reply may answer it as it may a comment.
    VisitorPost(VisitorPost),
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Send {
    pub text: Option<String>,
    pub attachments: Vec<Sent>,
    pub reply_to: Option<Pointed>,
    /// Where they come from, if this opens the conversation: an ad, a link, a product.
    pub referral: Option<Referral>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    #[serde(rename = "type")]
    pub kind: SentKind,
    /// The simulator has a small file of each kind for whoever names none.
    pub url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentKind {
    Image,
    Video,
    Audio,
    File,
    /// To be seen once: Meta tells that there is something, and no more.
    Ephemeral,
    /// A poll, music …: Meta tells that it cannot tell.
    Unsupported,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pointed {
    pub mid: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub kind: Shared,
    /// One of the account's; the first of its kind, if it is not said.
    pub id: Option<String>,
    pub title: Option<String>,
    pub url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    Post,
    Reel,
    Story,
    /// Of the other platform: an Instagram post on Messenger.
    OtherPost,
    /// Of the other platform: a Facebook reel on Instagram, an Instagram reel on Messenger.
    OtherReel,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    pub lat: f64,
    pub long: f64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryReply {
    pub text: String,
    /// The newest, if it is not said.
    pub story_id: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryMention {
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tap {
    pub mid: String,
    pub payload: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Postback {
    pub title: String,
    pub payload: String,
    pub referral: Option<Referral>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Referral {
    pub r#ref: Option<String>,
    pub ad_id: Option<String>,
    pub ad_title: Option<String>,
    pub product_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct React {
    pub mid: String,
    pub emoji: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    pub mid: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    pub text: String,
    /// The newest, if it is not said.
    pub post_id: Option<String>,
    /// The comment that this one answers.
    pub parent_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditComment {
    pub comment_id: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteComment {
    pub comment_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorPost {
    pub text: String,
}

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
