//! The acts, as they are asked for.

use serde::Deserialize;

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
