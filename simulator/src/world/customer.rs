//! A customer of one account, and the thread between the two as Meta keeps it.

use super::account::Platform;
use serde::Serialize;
use serde_json::Value;

/// Business may write freely for so long after what the customer did last.
pub const STANDARD_MS: i64 = 24 * 60 * 60 * 1000;
/// A person with the tag `HUMAN_AGENT`, for so long after the customer's last message.
pub const HUMAN_AGENT_MS: i64 = 7 * STANDARD_MS;
/// Typing goes away by itself.
pub const TYPING_MS: i64 = 20_000;

#[derive(Debug, Clone)]
pub struct Customer {
    /// IGSID or PSID: of this customer with this account only.
    pub id: String,
    pub account_id: String,
    pub platform: Platform,
    pub name: String,
    pub username: String,
    pub picture: Option<String>,
    pub follows: bool,
    pub follower_count: u32,
    /// Blocked the business, or is gone.
    pub unreachable: bool,
    /// When they last wrote, reacted or tapped; `None` if they never did.
    pub last_action_ms: Option<i64>,
    pub last_message_ms: Option<i64>,
    pub thread: Thread,
    /// Writes by itself, as one of the demo's scripts says.
    pub script: Option<&'static str>,
}

impl Customer {
    /// Whether the business may write freely.
    pub fn conversation_open(&self, now_ms: i64) -> bool {
        self.last_action_ms.is_some_and(|at| now_ms - at < STANDARD_MS)
    }

    /// Whether a person may still write, with the tag.
    pub fn human_agent_open(&self, now_ms: i64) -> bool {
        self.last_message_ms.is_some_and(|at| now_ms - at < HUMAN_AGENT_MS)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Thread {
    pub id: String,
    /// In the order in which they were written; `World::add_message` adds to them.
    pub messages: Vec<Message>,
    /// Until when the customer sees that the business types.
    pub typing_until_ms: Option<i64>,
    /// When the business looked last, as `mark_seen` or its answer said.
    pub seen_at_ms: Option<i64>,
    /// Until when the customer has read.
    pub read_until_ms: Option<i64>,
    /// Who controls it, if routing is on; see `World::owner`.
    pub control: Option<Control>,
    /// Whether the simulator's own bot leaves it to others, which counts where routing is off; see `bot`.
    pub bot_is_silent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    pub app_id: String,
    pub until_ms: i64,
}

#[derive(Debug, Clone)]
pub struct Message {
    pub mid: String,
    pub at_ms: i64,
    pub from: From,
    pub text: Option<String>,
    pub attachments: Vec<Attachment>,
    pub reply_to: Option<ReplyTo>,
    /// Offered beside it by the business: `{"title", "payload", …}` each.
    pub quick_replies: Vec<Value>,
    /// What was tapped, if this is a tap on a quick reply.
    pub quick_reply_payload: Option<String>,
    pub referral: Option<Value>,
    pub reactions: Vec<Reaction>,
    /// Earlier texts, oldest first.
    pub edits: Vec<String>,
    pub unsent: bool,
    /// Meta cannot tell what it is.
    pub unsupported: bool,
    /// `HUMAN_AGENT`, if it went with it.
    pub tag: Option<String>,
    pub metadata: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    Customer,
    /// Through an app's request; `None` in the business's own phone or in Business Suite.
    Business {
        app_id: Option<String>,
    },
}

impl From {
    pub fn is_of_app(&self, app_id: &str) -> bool {
        matches!(self, Self::Business { app_id: Some(id) } if id == app_id)
    }
}

/// As it is in webhooks: `type`, and `payload` if there is one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attachment {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyTo {
    Message { mid: String },
    Story { id: String, url: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    pub by_customer: bool,
    /// Instagram's word for it: `love`, `other` …
    pub word: String,
    pub emoji: String,
}

/// Under a post; one private reply may answer it.
#[derive(Debug, Clone)]
pub struct Comment {
    pub id: String,
    pub account_id: String,
    /// Who wrote it: what becomes their id in messages.
    pub customer_id: String,
    pub post_id: String,
    pub parent_id: Option<String>,
    pub text: String,
    pub at_ms: i64,
    pub answered_privately: bool,
}
