//! What a batch changes, each row once: the last word about it.

use model::ids::{AccountId, ContactId, ConversationId, IncidentId, MessageId, WaitingId};
use model::intake::{Change, Incident, Waiting};
use model::thread::{Attachment, AttachmentState, CommentRow, Contact, Conversation, Edit, Message, Reaction};
use model::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Ordered by id, so that two processes never take the same rows in opposite order.
#[derive(Default)]
pub(super) struct Rows {
    pub contacts: BTreeMap<ContactId, Contact>,
    pub conversations: BTreeMap<ConversationId, Conversation>,
    pub messages: BTreeMap<MessageId, Message>,
    pub attachments: BTreeMap<MessageId, Vec<Attachment>>,
    pub edits: BTreeMap<(MessageId, i32), Edit>,
    pub reactions: BTreeMap<MessageId, Reaction>,
    pub comments: BTreeMap<MessageId, CommentRow>,
    pub waiting: BTreeMap<WaitingId, Waiting>,
    pub waited: BTreeSet<WaitingId>,
    pub erased: BTreeSet<MessageId>,
    /// Keys of the journal.
    pub scrubbed: BTreeSet<String>,
    /// Of items whose keys are not known whole: the end of the key, and between which moments they were.
    pub forgotten: BTreeSet<(String, Timestamp, Timestamp)>,
    /// New, or open again.
    pub opened: BTreeSet<ConversationId>,
    pub recounted: BTreeSet<ConversationId>,
    pub incidents: BTreeMap<IncidentId, Incident>,
    pub routed: BTreeSet<AccountId>,
    /// Nobody told us of it: we asked.
    pub were_recalled: bool,
}

impl Rows {
    pub(super) fn add(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Contact(it) => drop(self.contacts.insert(it.id, it)),
                Change::Conversation(it) => drop(self.conversations.insert(it.id, it)),
                Change::Message(it) => drop(self.messages.insert(it.id, it)),
                Change::Attachments(all) => {
                    if let Some(message) = all.first().map(|it| it.message_id) {
                        self.attachments.insert(message, all);
                    }
                }
                Change::Edit(it) => drop(self.edits.insert((it.message_id, it.number), it)),
                Change::Reaction(it) => drop(self.reactions.insert(it.message_id, it)),
                Change::Comment(it) => drop(self.comments.insert(it.message_id, it)),
                Change::Wait(it) => drop(self.waiting.insert(it.id, it)),
                Change::Waited(id) => {
                    self.waiting.remove(&id);
                    self.waited.insert(id);
                }
                Change::Erase { message, journal } => self.erase(message, journal),
                Change::Forget { ending, from, until } => drop(self.forgotten.insert((ending, from, until))),
                Change::Opened(id) => drop(self.opened.insert(id)),
                Change::Recount(id) => drop(self.recounted.insert(id)),
                Change::Incident(it) => drop(self.incidents.insert(it.id, it)),
                Change::Routed(id) => drop(self.routed.insert(id)),
            }
        }
    }

    fn erase(&mut self, message: Option<MessageId>, journal: Vec<String>) {
        self.scrubbed.extend(journal);
        if let Some(message) = message {
            self.attachments.remove(&message);
            self.edits.retain(|(of, _), _| *of != message);
            self.reactions.remove(&message);
            self.erased.insert(message);
        }
    }

    pub(super) fn wants_media(&self) -> bool {
        self.attachments.values().flatten().any(|it| it.state == AttachmentState::Waiting)
    }

    pub(super) fn wants_profiles(&self) -> bool {
        self.contacts.values().any(|it| it.profile_due_at.is_some())
    }
}
