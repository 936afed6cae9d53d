//! What browsers are told of as it happens: which thing is new or changed, never its words. Whoever
//! shows that thing asks for it again.

use crate::ids::{AccountId, ConversationId, MessageId, NotificationId};
use crate::wire::json::{Json, number, value, word};
use serde::Serialize;

/// The first event of a stream that begins now: its number is where the feed stands. Never kept.
pub const HELLO: &str = "hello";

/// One step of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A message, note or line of a thread is new or has changed.
    Message { conversation_id: ConversationId, message_id: MessageId, revision: i64 },
    /// Something about a conversation beside its thread: state, owner, assignee, unread, watermarks,
    /// labels, the contact's name.
    Conversation { conversation_id: ConversationId, revision: i64 },
    /// An account: its health, an incident, who may see it.
    Account { account_id: AccountId },
    /// Something that concerns one person.
    Notification {
        id: NotificationId,
        /// It says that somebody called them, in a note of this conversation.
        #[serde(skip_serializing_if = "Option::is_none")]
        mentioned_in: Option<ConversationId>,
    },
    /// What has changed cannot be told: ask again for everything that is shown.
    Resync,
}

impl Event {
    /// The word in the database and on the stream.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message { .. } => "message",
            Self::Conversation { .. } => "conversation",
            Self::Account { .. } => "account",
            Self::Notification { .. } => "notification",
            Self::Resync => "resync",
        }
    }

    pub const fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Message { conversation_id, .. } | Self::Conversation { conversation_id, .. } => {
                Some(*conversation_id)
            }
            Self::Account { .. } | Self::Notification { .. } | Self::Resync => None,
        }
    }

    /// As JSON.
    pub fn print(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Self::print`] wrote. What a newer version wrote and this one does not know is a
    /// reason to look at everything again.
    pub fn read(text: &str) -> Self {
        value(text).and_then(|it| Self::of(&it)).unwrap_or(Self::Resync)
    }

    fn of(it: &Json) -> Option<Self> {
        Some(match it.get("kind")?.as_str()? {
            "message" => Self::Message {
                conversation_id: word(it, "conversation_id")?,
                message_id: word(it, "message_id")?,
                revision: number(it, "revision")?,
            },
            "conversation" => {
                Self::Conversation { conversation_id: word(it, "conversation_id")?, revision: number(it, "revision")? }
            }
            "account" => Self::Account { account_id: word(it, "account_id")? },
            "notification" => Self::Notification { id: word(it, "id")?, mentioned_in: word(it, "mentioned_in") },
            _ => Self::Resync,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    fn every_kind() -> [Event; 6] {
        let conversation_id = ConversationId::compose(1, [2; 10]);
        [
            Event::Message { conversation_id, message_id: MessageId::compose(1, [3; 10]), revision: 7 },
            Event::Conversation { conversation_id, revision: 8 },
            Event::Account { account_id: AccountId::compose(1, [4; 10]) },
            Event::Notification { id: NotificationId::compose(1, [5; 10]), mentioned_in: None },
            Event::Notification { id: NotificationId::compose(1, [5; 10]), mentioned_in: Some(conversation_id) },
            Event::Resync,
        ]
    }

    #[test]
    fn an_event_is_read_as_it_was_printed_under_its_kind() {
        for event in every_kind() {
            let text = event.print();
            assert!(text.starts_with(&format!("{{\"kind\":\"{}\"", event.kind())), "{text}");
            assert_eq!(Event::read(&text), event);
        }
    }

    #[test]
    fn what_a_newer_version_says_is_a_reason_to_look_again() {
        for unknown in ["{\"kind\":\"tune\"}", "{\"kind\":\"message\"}", "", "null"] {
            assert_eq!(Event::read(unknown), Event::Resync, "{unknown}");
        }
    }

    #[test]
    fn a_field_of_a_newer_version_is_passed_over() {
        let [_, conversation, ..] = every_kind();
        let text = conversation.print().replace('}', ",\"tune\":1}");
        assert_eq!(Event::read(&text), conversation);
    }
}
