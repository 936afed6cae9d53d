//! What an agent, a bot or a rule sends: a reply of one or several parts, each of which becomes one
//! message at Meta, and what Meta allows in it. Composer, server and API ask the same code.

mod check;
mod clusters;
mod files;
mod reaction;
mod rows;
mod split;
mod text;

use crate::content::AttachmentKind;
use crate::desk::Unseen;
use crate::ids::MessageId;
use crate::media::MediaId;
use crate::time::Timestamp;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub use check::{CLIENT_ID_MOST, PARTS_MOST, check, pictures_most};
pub use files::{FileProblem, KnownFile, can_be_converted, file_kind, fits, megabytes, most_bytes};
pub use reaction::{reaction_allowed, reaction_word};
pub use rows::{Prepared, PreparedAttachment, in_single_pictures, prepare};
pub use split::split;
pub use text::{INSTAGRAM_TEXT_BYTES, MESSENGER_TEXT_CHARACTERS, TextRoom, TextUnit, text_room};

/// Everything that one press of Send carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Made by the browser: the same one twice is one reply.
    pub client_id: String,
    /// In the order in which they go out.
    pub parts: Vec<Part>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// The comment that it answers in private; allowed once, and one part only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<MessageId>,
    /// Not before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Timestamp>,
    /// The newest line that stood before its writer. If somebody has written since, the reply is held
    /// for a second look; without it, it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<MessageId>,
}

/// What becomes one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Part {
    Text {
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        quick_replies: Vec<QuickReply>,
    },
    /// Files of the media store: one of any kind, or several pictures.
    Files {
        media: Vec<MediaId>,
    },
    /// Files that lie elsewhere on the web: one of any kind, or several pictures.
    Links {
        files: Vec<LinkedFile>,
    },
    /// Instagram only.
    LikeHeart,
    /// A post or reel of the account's own, by Meta's id. Instagram only.
    Post {
        id: String,
    },
    Template {
        template: Template,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkedFile {
    pub kind: FileKind,
    pub url: String,
}

/// What Meta calls a file that is sent.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Image,
    Audio,
    Video,
    File,
}

impl FileKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    pub const fn attachment(self) -> AttachmentKind {
        match self {
            Self::Image => AttachmentKind::Image,
            Self::Audio => AttachmentKind::Audio,
            Self::Video => AttachmentKind::Video,
            Self::File => AttachmentKind::File,
        }
    }
}

impl std::str::FromStr for FileKind {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let all = [Self::Image, Self::Audio, Self::Video, Self::File];
        all.into_iter().find(|it| it.word() == word).ok_or(crate::id::NotAnId)
    }
}

/// What the customer can tap instead of writing, as Meta writes it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "content_type", rename_all = "snake_case", deny_unknown_fields)]
pub enum QuickReply {
    Text {
        title: String,
        payload: String,
        /// Messenger only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image_url: Option<String>,
    },
    /// Messenger only: the customer's own number.
    UserPhoneNumber,
    /// Messenger only: the customer's own address.
    UserEmail,
}

/// Cards with buttons, as Meta writes the payload.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "template_type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Template {
    /// One card, or several in a row.
    Generic { elements: Vec<Card> },
    /// A text with buttons.
    Button { text: String, buttons: Vec<Button> },
    /// Products of the catalogue, by id.
    Product { elements: Vec<ProductRef> },
}

#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Card {
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_action: Option<DefaultAction>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
}

/// What a tap beside the buttons opens.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum DefaultAction {
    WebUrl { url: String },
}

#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Button {
    WebUrl {
        title: String,
        url: String,
    },
    Postback {
        title: String,
        payload: String,
    },
    /// Messenger only; the payload is the number.
    PhoneNumber {
        title: String,
        payload: String,
    },
}

#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductRef {
    pub id: String,
}

/// What became of pressing Send.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum Replied {
    /// Queued, as these messages, in the order of the parts. The same press twice says the same.
    Queued { messages: Vec<MessageId> },
    /// Nothing was queued: this is wrong with it.
    Refused { problems: Vec<Problem> },
    /// Nothing was queued: its writer has not seen this yet.
    Held { unseen: Unseen },
}

/// Why a reply, or one part of it, cannot be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Problem {
    /// Which part; `None` if it is the whole.
    pub part: Option<usize>,
    /// A sentence for the agent.
    pub words: String,
}
