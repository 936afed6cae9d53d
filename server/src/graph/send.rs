//! Every request that tells Meta something: messages, reactions, typing, seen. One request is one
//! body; an action never shares one with a message.

mod body;
mod upload;

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

impl Graph {
    /// Sends one request. What it asks for may have been done although there is no good answer:
    /// then the error is in doubt.
    pub async fn send(&self, access: &Access, platform: Platform, request: &Request) -> Answered<Sent> {
        let is_message = matches!(request.what, What::Message { .. });
        let post = self.posting(access, &["me", "messages"]).timeout(self.send_timeout);
        self.ask(access, post.json(&request.body(platform))).await.and_then(|answer| {
            let sent = Sent { mid: id(&answer["message_id"]), recipient: id(&answer["recipient_id"]) };
            if is_message && sent.mid.is_none() {
                return Err(GraphError::strange(200, "the answer does not name the message"));
            }
            Ok(sent)
        })
    }
}

impl<T> Answered<T> {
    pub(super) fn and_then<U>(self, read: impl FnOnce(T) -> Result<U, GraphError>) -> Answered<U> {
        Answered { outcome: self.outcome.and_then(read), usage: self.usage }
    }
}

/// An id, also one without quotes.
pub(super) fn id(value: &Value) -> Option<String> {
    let text = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|it| it.to_string()));
    text.filter(|it| !it.is_empty())
}
