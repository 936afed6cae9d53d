//! Every request that tells Meta something: messages, reactions, typing, seen. One request is one
//! body; an action never shares one with a message.

use super::usage::Usage;
use super::{Access, Graph, GraphError};
use model::outgoing::{FileKind, QuickReply};
use model::platform::Platform;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub to: To,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// As Meta calls the customer, for this account.
    Person(String),
    /// In private, whoever wrote this comment.
    Comment(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    Message {
        content: Content,
        /// Under `HUMAN_AGENT`.
        tagged: bool,
        /// The mid of the message that it answers.
        reply_to: Option<String>,
        /// Comes back in the echo. Messenger only.
        mark: Option<String>,
    },
    React {
        mid: String,
        emoji: String,
    },
    Unreact {
        mid: String,
    },
    TypingOn,
    TypingOff,
    MarkSeen,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Text {
        text: String,
        quick_replies: Vec<QuickReply>,
    },
    File {
        kind: FileKind,
        from: Source,
    },
    Pictures(Vec<Source>),
    LikeHeart,
    /// A post of the account's own.
    Post {
        id: String,
    },
    /// The payload, as Meta writes it.
    Template(Value),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Url(String),
    /// As Meta called it when it was uploaded.
    Uploaded(String),
}

/// A file to upload.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    pub kind: FileKind,
    pub content_type: String,
    pub name: Option<String>,
    pub bytes: Vec<u8>,
}

/// What Meta said, and how much of the account's limits is used up.
#[derive(Debug)]
pub struct Answered<T> {
    pub outcome: Result<T, GraphError>,
    pub usage: Usage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Missing for what is no message.
    pub mid: Option<String>,
    pub recipient: Option<String>,
}

/// A message as the Conversations API tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub mid: String,
    pub at: model::time::Timestamp,
    /// Meta's id of who wrote it.
    pub from: Option<String>,
    pub text: Option<String>,
    pub has_attachments: bool,
}
