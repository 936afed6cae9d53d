//! What one item of a webhook says.

use crate::content::{AttachmentKind, Detail, MessageKind, ThreadEvent};
use crate::platform::Platform;
use crate::time::Timestamp;
use serde_json::Value;

/// One item, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub platform: Platform,
    /// `entry.id`: the Instagram professional account or the Page.
    pub account: String,
    /// The party that is not the account; none for what concerns the account alone.
    pub contact: Option<String>,
    /// The item's own time; where it has none, the entry's.
    pub at: Timestamp,
    /// Delivered while another app owns the thread.
    pub standby: bool,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Somebody said something: the customer, or (an echo) our side.
    Said(Said),
    /// What was said before, as the Conversations API tells it.
    Recalled(Box<Recalled>),
    /// An unsend, of either side.
    Unsent {
        mid: String,
    },
    /// The whole new text. Never number 0: that is a ghost.
    Edited {
        mid: String,
        number: i32,
        text: String,
    },
    /// `None`: taken back.
    Reacted {
        mid: String,
        reaction: Option<Reaction>,
    },
    Read(UpTo),
    /// Messenger only.
    Delivered {
        until: Timestamp,
    },
    /// A line of the thread. `detail.event` says what; `detail` may hold more.
    Happened {
        event: ThreadEvent,
        detail: Detail,
        opens_window: bool,
    },
    Commented(Comment),
    /// Verb `edited` of a Page's comment.
    CommentEdited {
        comment_id: String,
        text: String,
    },
    CommentRemoved {
        comment_id: String,
    },
    Policy {
        action: PolicyAction,
        reason: Option<String>,
    },
    /// The old protocol's word about which app has which part: so several share the account.
    Roles,
    /// Understood, and nothing for us: why.
    Nothing(Nothing),
    /// A kind that this version does not know. With a contact it is shown as an unsupported message.
    Unknown {
        kind: String,
    },
}

impl What {
    /// For metrics and the database.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Said(_) => "said",
            Self::Recalled(_) => "recalled",
            Self::Unsent { .. } => "unsent",
            Self::Edited { .. } => "edited",
            Self::Reacted { .. } => "reacted",
            Self::Read(_) => "read",
            Self::Delivered { .. } => "delivered",
            Self::Happened { .. } => "happened",
            Self::Commented(_) => "commented",
            Self::CommentEdited { .. } => "comment_edited",
            Self::CommentRemoved { .. } => "comment_removed",
            Self::Policy { .. } => "policy",
            Self::Roles => "roles",
            Self::Nothing(_) => "nothing",
            Self::Unknown { .. } => "unknown",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Contact,
    /// Our side: an echo.
    Account,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub side: Side,
    /// Older postbacks have none.
    pub mid: Option<String>,
    pub kind: MessageKind,
    pub text: Option<String>,
    pub attachments: Vec<Attachment>,
    pub reply_to: Option<String>,
    pub detail: Detail,
    /// What a send of ours gave along; Messenger gives it back in the echo.
    pub metadata: Option<String>,
}

/// A message that was read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalled {
    pub said: Said,
    /// What the customer has put under it.
    pub reaction: Option<Reaction>,
    /// What the customer is called: their username, on Messenger their name.
    pub called: Option<String>,
    /// It was missed, and is news; else it is old.
    pub is_news: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    pub kind: AttachmentKind,
    pub url: Option<String>,
    /// Meta's id of the post, reel, story or sticker.
    pub external_id: Option<String>,
    pub title: Option<String>,
    /// Coordinates, template elements, booking: as Meta sent them.
    pub detail: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// `love`, `laugh`, `other`…
    pub name: Option<String>,
    pub emoji: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpTo {
    /// Instagram: this message and everything before it.
    Mid(String),
    /// Messenger.
    Time(Timestamp),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    pub kind: MessageKind,
    /// What a private reply names: the comment's id, or the visitor post's.
    pub comment_id: String,
    pub parent_id: Option<String>,
    pub post_id: Option<String>,
    pub text: Option<String>,
    /// As the event names the author.
    pub name: Option<String>,
    pub username: Option<String>,
    pub detail: Detail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyAction {
    Warning,
    Block,
    Unblock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// The App Dashboard's "Test" button.
    Test,
    /// `message_edit` number 0.
    GhostEdit,
    /// The account wrote to itself, tapped its own button, or answered a comment in public.
    OwnAction,
    /// Statistics, and objects that are not ours.
    NotMessaging,
    /// "Include values" is switched off in the dashboard: names of fields and nothing else.
    NoValues,
}

impl Nothing {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::GhostEdit => "ghost_edit",
            Self::OwnAction => "own_action",
            Self::NotMessaging => "not_messaging",
            Self::NoValues => "no_values",
        }
    }
}
