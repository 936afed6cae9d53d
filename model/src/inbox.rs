//! The inbox as a browser is given it: rows of the list, and the lines of a thread with all that
//! hangs on them.

mod detail;

use crate::content::{AttachmentKind, Detail, MessageKind};
use crate::failure::Failure;
use crate::ids::{AccountId, ContactId, ConversationId, MessageId};
use crate::media::MediaId;
use crate::person::PersonId;
use crate::platform::Platform;
use crate::priority::Priority;
use crate::thread::{AttachmentState, Author, ConversationState, Direction, MessageState};
use crate::time::Timestamp;
use crate::window::LastHeard;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

pub use detail::{LineButton, LineCard, LineDetail};

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct ListedConversation {
    pub id: ConversationId,
    pub account_id: AccountId,
    pub account_name: String,
    pub platform: Platform,
    pub contact: ListedContact,
    pub state: ConversationState,
    pub snoozed_until: Option<Timestamp>,
    pub owner: Owner,
    pub assignee: Option<NamedPerson>,
    pub unread: i32,
    pub preview: Option<String>,
    /// Whose words the preview is: "You: …" where it is the reader.
    pub preview_author: Option<Author>,
    pub preview_author_id: Option<String>,
    pub last_activity_at: Timestamp,
    pub heard: LastHeard,
    /// The first incoming message after our last reply.
    pub waiting_since: Option<Timestamp>,
    pub n_failed: i32,
    pub priority: Priority,
    /// Grows with every change.
    pub revision: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct ListedContact {
    pub id: ContactId,
    pub name: Option<String>,
    pub username: Option<String>,
    pub picture: Option<MediaId>,
}

impl ListedContact {
    /// What they are called, as well as we know.
    pub fn title(&self) -> &str {
        self.name.as_deref().or(self.username.as_deref()).unwrap_or("Customer")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct NamedPerson {
    pub id: PersonId,
    pub name: String,
}

/// Who answers a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "owner", rename_all = "snake_case")]
pub enum Owner {
    Human,
    /// One of our own bots.
    Bot {
        name: Option<String>,
    },
    /// Another app, as far as Meta names it.
    Other {
        app: Option<String>,
    },
}

/// Where the next page of a list begins: after this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct After {
    /// What the list is sorted by.
    pub at: Timestamp,
    pub id: ConversationId,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct ListPage {
    pub rows: Vec<ListedConversation>,
    /// `None`: this was the last page.
    pub next: Option<After>,
    pub order: Order,
    /// Sentences about filters that could not be understood.
    pub problems: Vec<String>,
}

/// What a list begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub enum Order {
    #[default]
    Newest,
    /// Whose reply window closes first.
    ClosesFirst,
    WaitsLongest,
}

impl Order {
    pub fn of(self, row: &ListedConversation) -> Timestamp {
        let at = match self {
            Self::Newest => None,
            Self::ClosesFirst => row.heard.action_at,
            Self::WaitsLongest => row.waiting_since,
        };
        at.unwrap_or(row.last_activity_at)
    }
}

/// So many of a view are counted, at most: "999+" from here on.
pub const COUNTED_MOST: u32 = 1000;

/// A conversation, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct OpenConversation {
    pub conversation: ListedConversation,
    /// Up to where the customer has got, and has seen, what we sent.
    pub delivered_until: Timestamp,
    pub seen_until: Timestamp,
    pub read_until: Timestamp,
    /// Newest last.
    pub lines: Vec<Line>,
    /// There are older ones: ask for what is before the first.
    pub has_older: bool,
    pub account: OpenAccount,
    /// What the reader began and has not sent.
    #[serde(default)]
    pub drafts: Vec<crate::desk::Draft>,
}

/// What the composer must know of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub struct OpenAccount {
    /// It can send: active, and with a token that works.
    pub can_send: bool,
    /// Meta refused the human-agent tag: after 24 hours nothing goes out.
    pub tag_refused: bool,
    /// Several pictures go out one by one.
    pub one_picture_each: bool,
    pub typing: bool,
    pub marks_seen: MarksSeen,
    /// Nothing goes to this customer: somebody of ours blocked them.
    pub is_blocked: bool,
    /// There is a bot to which it can be handed.
    pub has_bot: bool,
}

/// When the customer is shown that we have seen their message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarksSeen {
    Never,
    OnView,
    OnReply,
    OnReceipt,
}

impl MarksSeen {
    pub const ALL: [Self; 4] = [Self::Never, Self::OnView, Self::OnReply, Self::OnReceipt];

    /// The word in the database and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::OnView => "on_view",
            Self::OnReply => "on_reply",
            Self::OnReceipt => "on_receipt",
        }
    }
}

impl std::str::FromStr for MarksSeen {
    type Err = crate::id::NotAnId;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.word() == word).ok_or(crate::id::NotAnId)
    }
}

/// One line of a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Line {
    pub id: MessageId,
    pub at: Timestamp,
    pub direction: Direction,
    pub kind: MessageKind,
    /// None for notes and events.
    pub state: Option<MessageState>,
    pub author: Author,
    /// A person's id, or a bot's.
    pub author_id: Option<String>,
    pub author_name: Option<String>,
    pub text: Option<String>,
    pub detail: Detail,
    pub attachments: Vec<LineAttachment>,
    pub reactions: Vec<LineReaction>,
    /// The message that this one answers, if we know it.
    pub reply_to: Option<Quoted>,
    /// Former texts, oldest first.
    pub edits: Vec<FormerText>,
    /// It left under the human-agent tag.
    pub tagged: bool,
    pub failure: Option<Failure>,
    /// The browser's own id of the reply, so that it finds its bubble again.
    pub client_id: Option<String>,
    pub part: i32,
    /// While it has yet to leave: not before this moment. Until then it can be taken back.
    pub due_at: Option<Timestamp>,
    pub comment: Option<LineComment>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LineAttachment {
    /// As in the database's word.
    pub kind: String,
    pub state: AttachmentState,
    pub media: Option<LineMedia>,
    /// Where it lies outside; only for what is shown from there.
    pub url: Option<String>,
    pub external_id: Option<String>,
    pub title: Option<String>,
    pub detail: Option<LineDetail>,
}

impl LineAttachment {
    pub fn attachment_kind(&self) -> AttachmentKind {
        AttachmentKind::from_word(&self.kind)
    }
}

/// A kept file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LineMedia {
    pub id: MediaId,
    pub name: Option<String>,
    pub content_type: String,
    pub size: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    /// A tiny picture, as a `data:` address.
    pub blur: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LineReaction {
    pub by: ReactedBy,
    pub emoji: String,
    pub state: ReactionState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReactedBy {
    Contact,
    Account,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReactionState {
    Queued,
    Done,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Quoted {
    pub id: MessageId,
    pub author: Author,
    /// In a few words.
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct FormerText {
    pub text: Option<String>,
    pub at: Timestamp,
}

/// What a comment allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LineComment {
    pub permalink: Option<String>,
    /// It can be answered in private until then, once.
    pub reply_until: Option<Timestamp>,
    pub replied_at: Option<Timestamp>,
    pub removed_at: Option<Timestamp>,
}

/// What the sender sees of a message of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Queued,
    Sending,
    Sent,
    Delivered,
    Seen,
    /// Nobody knows whether it arrived.
    NotConfirmed,
    Failed,
}

/// `None` for what we did not send, or is gone.
pub fn fate(
    direction: Direction,
    state: Option<MessageState>,
    at: Timestamp,
    delivered_until: Timestamp,
    seen_until: Timestamp,
) -> Option<Fate> {
    if direction != Direction::Out {
        return None;
    }
    Some(match state? {
        MessageState::Queued => Fate::Queued,
        MessageState::Sending => Fate::Sending,
        MessageState::Sent if at <= seen_until => Fate::Seen,
        MessageState::Sent if at <= delivered_until => Fate::Delivered,
        MessageState::Sent => Fate::Sent,
        MessageState::Unconfirmed => Fate::NotConfirmed,
        MessageState::Failed => Fate::Failed,
        MessageState::Received | MessageState::Deleted => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp(1_795_000_000_000);
    const BEFORE: Timestamp = Timestamp(AT.0 - 1);

    fn of(state: MessageState, delivered_until: Timestamp, seen_until: Timestamp) -> Option<Fate> {
        fate(Direction::Out, Some(state), AT, delivered_until, seen_until)
    }

    #[test]
    fn what_was_sent_is_delivered_and_seen_up_to_a_moment() {
        let sent = |delivered, seen| of(MessageState::Sent, delivered, seen);
        assert_eq!(sent(Timestamp(0), Timestamp(0)), Some(Fate::Sent));
        assert_eq!(sent(BEFORE, BEFORE), Some(Fate::Sent));
        assert_eq!(sent(AT, BEFORE), Some(Fate::Delivered));
        assert_eq!(sent(AT, AT), Some(Fate::Seen));
        assert_eq!(sent(Timestamp(0), AT), Some(Fate::Seen), "Instagram tells of no delivery");
    }

    #[test]
    fn what_has_not_left_was_seen_by_nobody() {
        let states = [
            (MessageState::Queued, Fate::Queued),
            (MessageState::Sending, Fate::Sending),
            (MessageState::Unconfirmed, Fate::NotConfirmed),
            (MessageState::Failed, Fate::Failed),
        ];
        for (state, fate) in states {
            assert_eq!(of(state, AT, AT), Some(fate));
        }
    }

    #[test]
    fn what_we_did_not_send_or_is_gone_has_no_fate() {
        assert_eq!(of(MessageState::Deleted, AT, AT), None);
        assert_eq!(of(MessageState::Received, AT, AT), None);
        assert_eq!(fate(Direction::Out, None, AT, AT, AT), None);
        for direction in [Direction::In, Direction::Internal] {
            assert_eq!(fate(direction, Some(MessageState::Sent), AT, AT, AT), None);
        }
    }
}
