//! What a message holds beside its text. Stored as JSON, so every part may be missing and unknown
//! parts are passed over: an older program reads what a newer one wrote.

use crate::inbox::NamedPerson;
use crate::outgoing::QuickReply;
use crate::priority::Priority;
use crate::time::Timestamp;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// The coarse kind of a message: which body the thread draws for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Text,
    /// Pictures, videos, voice clips, files.
    Media,
    Sticker,
    /// A post, reel, link or story that somebody passed on.
    Share,
    StoryMention,
    StoryReply,
    Location,
    Template,
    /// A tapped button: ice breaker, menu, template button.
    Postback,
    /// View-once media: Meta tells that it was sent and nothing else.
    Ephemeral,
    Unsupported,
    /// A cart sent as a message.
    Order,
    /// An answered form: an address, a lead ad.
    Form,
    Appointment,
    /// A comment under a post; can be answered privately once.
    Comment,
    /// Somebody named the account in a comment or caption.
    Mention,
    /// A post of a visitor on the Page.
    VisitorPost,
    /// One of us wrote it for the others.
    Note,
    /// A line that says what happened.
    Event,
}

impl MessageKind {
    pub const ALL: [Self; 19] = [
        Self::Text,
        Self::Media,
        Self::Sticker,
        Self::Share,
        Self::StoryMention,
        Self::StoryReply,
        Self::Location,
        Self::Template,
        Self::Postback,
        Self::Ephemeral,
        Self::Unsupported,
        Self::Order,
        Self::Form,
        Self::Appointment,
        Self::Comment,
        Self::Mention,
        Self::VisitorPost,
        Self::Note,
        Self::Event,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Media => "media",
            Self::Sticker => "sticker",
            Self::Share => "share",
            Self::StoryMention => "story_mention",
            Self::StoryReply => "story_reply",
            Self::Location => "location",
            Self::Template => "template",
            Self::Postback => "postback",
            Self::Ephemeral => "ephemeral",
            Self::Unsupported => "unsupported",
            Self::Order => "order",
            Self::Form => "form",
            Self::Appointment => "appointment",
            Self::Comment => "comment",
            Self::Mention => "mention",
            Self::VisitorPost => "visitor_post",
            Self::Note => "note",
            Self::Event => "event",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

impl std::str::FromStr for MessageKind {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::from_word(word).ok_or(crate::id::NotAnId)
    }
}

/// What an attachment is. Meta adds to these without notice: the rest is `Other`, by its own name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AttachmentKind {
    Image,
    Video,
    Audio,
    File,
    Sticker,
    /// The heart that Instagram has a button for.
    LikeHeart,
    /// A feed post, of Instagram or Facebook.
    Post,
    Reel,
    /// A story that was passed on.
    Story,
    /// A story that names the account. Its file may not be kept.
    StoryMention,
    /// A link with a preview.
    Link,
    Location,
    Template,
    Appointment,
    Ephemeral,
    /// Meta says that it cannot be shown.
    Unsupported,
    Other(String),
}

impl AttachmentKind {
    pub fn word(&self) -> &str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::File => "file",
            Self::Sticker => "sticker",
            Self::LikeHeart => "like_heart",
            Self::Post => "post",
            Self::Reel => "reel",
            Self::Story => "story",
            Self::StoryMention => "story_mention",
            Self::Link => "link",
            Self::Location => "location",
            Self::Template => "template",
            Self::Appointment => "appointment",
            Self::Ephemeral => "ephemeral",
            Self::Unsupported => "unsupported",
            Self::Other(word) => word,
        }
    }

    pub fn from_word(word: &str) -> Self {
        match word {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "file" => Self::File,
            "sticker" => Self::Sticker,
            "like_heart" => Self::LikeHeart,
            "post" => Self::Post,
            "reel" => Self::Reel,
            "story" => Self::Story,
            "story_mention" => Self::StoryMention,
            "link" => Self::Link,
            "location" => Self::Location,
            "template" => Self::Template,
            "appointment" => Self::Appointment,
            "ephemeral" => Self::Ephemeral,
            "unsupported" => Self::Unsupported,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Whether we keep a copy of the file behind its link. The file of a story belongs to its
    /// author and dies with it: Meta forbids to keep it.
    pub const fn is_kept(&self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Audio | Self::File | Self::Sticker | Self::Post | Self::Reel)
    }
}

/// What a message holds beside text and attachments.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Detail {
    /// The payload of a tapped quick reply; its title is the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<String>,
    /// What we offered the customer to tap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<QuickReply>,
    /// It answers a comment in private: what Meta calls the comment, in place of a recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postback: Option<Postback>,
    /// The story of ours that this answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<Story>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Questions and answers of a form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// The app that sent it, as an echo names it. Unreliable on Instagram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// It came while another app owned the thread.
    #[serde(skip_serializing_if = "is_false")]
    pub standby: bool,
    /// Meta's name for what we cannot show, as far as there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsupported: Option<String>,
    /// What the comment, mention or visitor post stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
    /// For messages of kind `event`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<ThreadEvent>,
    /// Whom a note means, by the names that stand in it, the longest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<NamedPerson>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_false(it: &bool) -> bool {
    !*it
}

impl Detail {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Postback {
    pub title: Option<String>,
    /// Missing when another app sent the button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Story {
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_sticker_url: Option<String>,
}

/// Where the customer came from: an ad, a link, a product page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Referral {
    /// Opaque: `ADS`, `SHORTLINKS`, or the link itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_title: Option<String>,
    /// A picture or video of the ad.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_media_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Order {
    pub products: Vec<Product>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Product {
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retailer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    pub quantity: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Answer {
    pub question: String,
    pub answer: String,
}

/// The post, reel, ad or broadcast that a comment stands under.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default)]
pub struct Post {
    pub id: Option<String>,
    /// `FEED`, `REELS`, `STORY`, `AD`, `LIVE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_title: Option<String>,
}

/// A line of the thread that says what happened, where nobody wrote anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ThreadEvent {
    /// The customer opened the thread from a link or an ad.
    Referred,
    /// Marketing messages wanted, or no more.
    OptedIn {
        topic: Option<String>,
        title: Option<String>,
    },
    OptedOut {
        topic: Option<String>,
    },
    AccountLinked,
    AccountUnlinked,
    /// Another app, or Meta's own inbox, and we passed the thread between us.
    ControlPassed {
        from: Option<String>,
        to: Option<String>,
        metadata: Option<String>,
    },
    ControlTaken {
        from: Option<String>,
        to: Option<String>,
        metadata: Option<String>,
    },
    ControlRequested {
        by: Option<String>,
        metadata: Option<String>,
    },
    /// Answers to a satisfaction survey.
    Feedback,
    /// A thumb under one of our messages.
    MessageRated {
        mid: Option<String>,
        rating: Option<String>,
    },
    /// A label set in Meta's own inbox.
    LabelAdded {
        name: Option<String>,
    },
    LabelRemoved {
        name: Option<String>,
    },
    /// The line's author gave it to somebody, as they were called that day; `None`: to nobody.
    Assigned {
        to: Option<NamedPerson>,
    },
    /// The line's author gave it to a team, as it was called that day.
    GivenToTeam {
        name: String,
    },
    /// The line's author gave it to a bot, by its name; `None`: back to people.
    HandedOver {
        to: Option<String>,
        note: Option<String>,
    },
    Closed,
    Reopened,
    Snoozed {
        until: Timestamp,
    },
    /// Its time had come.
    Woke,
    /// The line's author said how much it presses.
    Prioritised {
        to: Priority,
    },
    /// The line's author blocked the customer.
    Blocked,
    Unblocked,
    /// What stood here was older than it is kept.
    Purged,
    /// An event whose kind we do not know.
    Unknown {
        kind: String,
    },
}
