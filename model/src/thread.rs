//! What a conversation consists of, as the database keeps it and the browser shows it.

mod preview;

use crate::content::{AttachmentKind, Detail, MessageKind};
use crate::filter::OwnerKind;
use crate::ids::{AccountId, ContactId, ConversationId, MessageId};
use crate::time::Timestamp;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use preview::preview;

/// The words of a closed set, as the database and the API write them.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::id::NotAnId;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(crate::id::NotAnId) }
            }
        }
    };
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: ContactId,
    pub account_id: AccountId,
    pub external_id: String,
    pub name: Option<String>,
    pub username: Option<String>,
    /// When the profile was last asked for, whatever came of it.
    pub profile_asked_at: Option<Timestamp>,
    pub profile_due_at: Option<Timestamp>,
    /// What they say is kept and bothers nobody.
    pub is_blocked: bool,
}

words! {
    ConversationState { Open = "open", Snoozed = "snoozed", Closed = "closed" }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    pub account_id: AccountId,
    pub contact_id: ContactId,
    pub state: ConversationState,
    pub snoozed_until: Option<Timestamp>,
    /// Incoming messages after `read_until`.
    pub unread: i32,
    pub read_until: Timestamp,
    /// The newest message in a few words.
    pub preview: Option<String>,
    pub preview_author: Option<Author>,
    pub preview_message_id: Option<MessageId>,
    pub last_activity_at: Timestamp,
    /// Opens the 24 hours.
    pub last_customer_action_at: Option<Timestamp>,
    /// Opens the 7 days.
    pub last_customer_message_at: Option<Timestamp>,
    pub last_reply_at: Timestamp,
    /// The first incoming message after our last reply.
    pub waiting_since: Option<Timestamp>,
    pub delivered_until: Timestamp,
    pub seen_until: Timestamp,
    pub owner: OwnerKind,
    /// When Meta said who answers, and how sure that word was (`intake::owning`).
    pub owner_at: Timestamp,
    pub owner_rank: i32,
    /// The other app that was named last, and when; it stays known while people answer.
    pub owner_app_id: Option<String>,
    pub owner_app_at: Timestamp,
    /// All that is known of it was read back and is old: it is closed, and nobody's.
    pub is_recalled: bool,
}

words! {
    Direction { In = "in", Out = "out", Internal = "internal" }
}

words! {
    MessageState {
        Received = "received",
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Unconfirmed = "unconfirmed",
        Failed = "failed",
        Deleted = "deleted",
    }
}

words! {
    Author {
        Contact = "contact",
        Agent = "agent",
        Bot = "bot",
        /// A person in Meta's own inbox or app.
        NativeInbox = "native_inbox",
        Rule = "rule",
        System = "system",
    }
}

words! {
    /// How a message came to be known.
    Learned {
        /// As it happened: by a webhook, or because we sent it.
        Live = "live",
        /// Read back, because its webhook was missed: it is news all the same.
        Missed = "missed",
        /// Read back, and news to nobody.
        Old = "old",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub at: Timestamp,
    pub direction: Direction,
    pub kind: MessageKind,
    /// None for notes and events.
    pub state: Option<MessageState>,
    pub author: Author,
    pub author_id: Option<String>,
    pub text: Option<String>,
    pub detail: Detail,
    pub mid: Option<String>,
    pub mid_key: Option<String>,
    pub reply_to_key: Option<String>,
    pub n_edits: i32,
    pub learned: Learned,
}

impl Message {
    pub const fn is_deleted(&self) -> bool {
        matches!(self.state, Some(MessageState::Deleted))
    }
}

words! {
    AttachmentState {
        /// To be fetched.
        Waiting = "waiting",
        Stored = "stored",
        /// Shown from where it lies, or nothing to fetch.
        Link = "link",
        Gone = "gone",
        Refused = "refused",
        Failed = "failed",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    pub message_id: MessageId,
    pub position: i32,
    pub kind: AttachmentKind,
    pub state: AttachmentState,
    pub source_url: Option<String>,
    pub external_id: Option<String>,
    pub title: Option<String>,
    pub detail: Option<Value>,
}

/// One text that a message had. Number 0 is the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub message_id: MessageId,
    pub number: i32,
    pub text: Option<String>,
    pub at: Timestamp,
}

/// What one side put under a message; an empty one was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    pub message_id: MessageId,
    pub emoji: Option<String>,
    pub name: Option<String>,
    pub at: Timestamp,
}

/// What makes a comment, mention or visitor post answerable in private, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    pub message_id: MessageId,
    pub comment_id: String,
    pub parent_id: Option<String>,
    pub post_id: Option<String>,
    pub reply_until: Option<Timestamp>,
    pub removed_at: Option<Timestamp>,
}
