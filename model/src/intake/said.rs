//! Somebody said something: the customer, or our side (an echo).

use super::owning::is_native_inbox;
use super::{Account, Change, Received, Step};
use crate::content::{AttachmentKind, MessageKind};
use crate::ids::{ConversationId, MessageId};
use crate::meta::event::{Said, Side};
use crate::meta::identity::mid_key;
use crate::thread::{
    Attachment, AttachmentState, Author, Conversation, ConversationState, Direction, Learned, Message, MessageState,
    preview,
};
use crate::time::Timestamp;

impl Step<'_> {
    pub(super) fn said(
        &mut self,
        account: &Account,
        contact: &str,
        received: &Received,
        said: &Said,
        learned: Learned,
    ) {
        let key = said.mid.as_deref().map(|mid| account.mid_key(mid));
        // What has no mid is told apart by the journal alone.
        let known_as = key.clone().unwrap_or_else(|| received.dedupe_key.clone());
        if let Some(message) = key.as_deref().and_then(|it| self.known.message_by_key(it)) {
            let message = message.clone();
            // Its echo comes after it was unsent.
            if message.is_deleted() && learned == Learned::Live {
                self.forget(received);
            }
            if learned < message.learned {
                self.learn_better(account, contact, received, said, message, learned);
            } else {
                self.confirm(message);
            }
            return;
        }
        let place = self.place(account, contact);
        self.consented(&place);
        if said.side == Side::Account
            && let Some(ours) = self.echoed(place.id, said)
        {
            self.confirm(Message { mid: said.mid.clone(), mid_key: key.clone(), ..ours });
            self.resume_waiting(account, key.as_deref());
            return;
        }
        let message = Message { learned, ..message(account, &place, received, said, key.as_deref(), &known_as) };
        let Some(attachments) = self.put_message(&message, said) else { return };
        match said.side {
            Side::Contact => self.customer_said(&message, &attachments),
            Side::Account => self.we_said(&message, &attachments),
        }
        self.resume_waiting(account, key.as_deref());
    }

    /// With what hangs on it; `None` if it is known already.
    pub(super) fn put_message(&mut self, message: &Message, said: &Said) -> Option<Vec<Attachment>> {
        if self.known.message(message.id).is_some() {
            return None;
        }
        let attachments = attachments(message.id, said);
        self.put(Change::Message(message.clone()));
        if !attachments.is_empty() {
            self.put(Change::Attachments(attachments.clone()));
        }
        Some(attachments)
    }

    /// The message of ours that this is.
    pub(super) fn echoed(&self, place: ConversationId, said: &Said) -> Option<Message> {
        self.known.without_mid(place).find(|it| is_echo_of(it, said)).cloned()
    }

    /// Meta knows a message of ours: whatever we thought of its fate, it went out, and who wrote before
    /// it waits no more.
    pub(super) fn confirm(&mut self, message: Message) {
        let unsure = [MessageState::Queued, MessageState::Sending, MessageState::Unconfirmed, MessageState::Failed];
        if message.direction != Direction::Out || !message.state.is_some_and(|it| unsure.contains(&it)) {
            return;
        }
        let (id, at) = (message.conversation_id, message.at);
        self.put(Change::Message(Message { state: Some(MessageState::Sent), ..message }));
        self.change_conversation(id, |it| {
            raise(&mut it.last_reply_at, at);
            raise(&mut it.last_activity_at, at);
        });
        self.put(Change::Recount(id));
    }

    pub(super) fn resume_waiting(&mut self, account: &Account, key: Option<&str>) {
        for waiting in key.map(|it| self.known.waiting_for(it)).unwrap_or_default() {
            self.resume(account, &waiting);
        }
    }

    pub(super) fn customer_said(&mut self, message: &Message, attachments: &[Attachment]) {
        let at = message.at;
        self.came_in(message, attachments);
        self.change_conversation(message.conversation_id, |it| {
            it.last_customer_action_at = it.last_customer_action_at.max(Some(at));
            // A tapped button is an action; the seven days count from what they wrote.
            if message.kind != MessageKind::Postback {
                it.last_customer_message_at = it.last_customer_message_at.max(Some(at));
            }
        });
    }

    /// Something for an agent to look at.
    pub(super) fn came_in(&mut self, message: &Message, attachments: &[Attachment]) {
        let (at, id) = (message.at, message.conversation_id);
        // Kept, and counted once they are unblocked.
        if self.is_blocked(id) {
            return self.show_newest(message, attachments);
        }
        let was_closed = self.known.conversation(id).is_some_and(|it| it.state == ConversationState::Closed);
        self.show_newest(message, attachments);
        self.change_conversation(id, |it| {
            it.last_activity_at = it.last_activity_at.max(at);
            // They want something again, whenever they wrote it: nobody saw it when this was closed.
            it.state = ConversationState::Open;
            it.snoozed_until = None;
            if at > it.read_until {
                it.unread += 1;
            }
            if at > it.last_reply_at {
                it.waiting_since = Some(it.waiting_since.map_or(at, |since| since.min(at)));
            }
        });
        if was_closed {
            self.put(Change::Opened(id));
        }
    }

    pub(super) fn is_blocked(&self, id: ConversationId) -> bool {
        let contact = self.known.conversation(id).and_then(|it| self.known.contact(it.contact_id));
        contact.is_some_and(|it| it.is_blocked)
    }

    pub(super) fn we_said(&mut self, message: &Message, attachments: &[Attachment]) {
        let at = message.at;
        // Who answers in Meta's own app has read what is there; a program has not.
        let was_read = message.author == Author::NativeInbox;
        let mut recount = false;
        self.show_newest(message, attachments);
        self.change_conversation(message.conversation_id, |it| {
            let is_newest = at >= it.last_activity_at;
            let is_news = at > it.last_reply_at;
            it.last_activity_at = it.last_activity_at.max(at);
            it.last_reply_at = it.last_reply_at.max(at);
            if was_read {
                it.read_until = it.read_until.max(at);
            }
            if is_newest {
                it.waiting_since = None;
                if was_read {
                    it.unread = 0;
                }
            } else if is_news || was_read {
                recount = true;
            }
        });
        if recount {
            self.put(Change::Recount(message.conversation_id));
        }
    }

    /// The conversation's preview is that of its newest message. Ids sort by time.
    pub(super) fn show_newest(&mut self, message: &Message, attachments: &[Attachment]) {
        let place = self.known.conversation(message.conversation_id);
        if place.is_some_and(|it| it.preview_message_id.is_none_or(|newest| newest <= message.id)) {
            self.show(message, attachments);
        }
    }

    pub(super) fn show(&mut self, message: &Message, attachments: &[Attachment]) {
        self.change_conversation(message.conversation_id, |it| {
            it.preview_message_id = Some(message.id);
            it.preview = Some(preview(message, attachments));
            it.preview_author = Some(message.author);
        });
    }
}

/// Whether `said` is what `ours`, of which we do not know yet whether it left, became at Meta.
/// Messenger gives our mark back; Instagram gives nothing, so the words decide.
fn is_echo_of(ours: &Message, said: &Said) -> bool {
    match &said.metadata {
        Some(mark) => mark.strip_prefix("out:").is_some_and(|id| id == ours.id.to_string()),
        None if ours.kind == said.kind && ours.text == said.text => true,
        None => may_come_as_another(ours.kind) && !has_file(said) && (said.text.is_none() || said.text == ours.text),
    }
}

/// What Meta shows in its own way, and sometimes tells of as something that cannot be shown.
const fn may_come_as_another(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::Sticker | MessageKind::Share | MessageKind::Template)
}

fn has_file(said: &Said) -> bool {
    use AttachmentKind as Kind;
    said.attachments.iter().any(|it| matches!(it.kind, Kind::Image | Kind::Video | Kind::Audio | Kind::File))
}

pub(super) fn message(
    account: &Account,
    place: &Conversation,
    received: &Received,
    said: &Said,
    key: Option<&str>,
    known_as: &str,
) -> Message {
    let at = received.event.at;
    let mut detail = said.detail.clone();
    detail.standby = received.event.standby;
    let (direction, state) = match said.side {
        Side::Contact => (Direction::In, MessageState::Received),
        Side::Account => (Direction::Out, MessageState::Sent),
    };
    let (author, author_id) = match said.side {
        Side::Contact => (Author::Contact, None),
        Side::Account => echo_author(account, detail.app_id.as_deref()),
    };
    Message {
        id: MessageId::of(at, known_as),
        conversation_id: place.id,
        at,
        direction,
        kind: said.kind,
        state: Some(state),
        author,
        author_id,
        text: said.text.clone(),
        detail,
        mid: said.mid.clone(),
        mid_key: key.map(str::to_owned),
        reply_to_key: said.reply_to.as_deref().map(|mid| account.mid_key(mid)),
        n_edits: 0,
        learned: Learned::Live,
    }
}

/// Who wrote what we did not send. An app that is not one of Meta's inboxes is a program; without an
/// app, or under our own id, it was typed by a person somewhere else.
fn echo_author(account: &Account, app_id: Option<&str>) -> (Author, Option<String>) {
    match app_id {
        Some(app) if account.our_app_id.as_deref() == Some(app) || is_native_inbox(app) => (Author::NativeInbox, None),
        Some(app) => (Author::Bot, Some(app.to_owned())),
        None => (Author::NativeInbox, None),
    }
}

pub(super) fn attachments(message_id: MessageId, said: &Said) -> Vec<Attachment> {
    let one = |(place, it): (usize, &crate::meta::event::Attachment)| Attachment {
        message_id,
        position: i32::try_from(place).unwrap_or(i32::MAX),
        state: match (&it.url, it.kind.is_kept()) {
            (Some(_), true) => AttachmentState::Waiting,
            _ => AttachmentState::Link,
        },
        kind: it.kind.clone(),
        source_url: it.url.clone(),
        external_id: it.external_id.clone(),
        title: it.title.clone(),
        detail: it.detail.clone(),
    };
    said.attachments.iter().enumerate().map(one).collect()
}

impl Account {
    pub(super) fn mid_key(&self, mid: &str) -> String {
        mid_key(self.platform.word(), &self.external_id, mid)
    }
}

/// For the conversation's own times.
pub(super) fn raise(until: &mut Timestamp, to: Timestamp) {
    *until = (*until).max(to);
}

/// What waits for a conversation, and not for a message.
pub(super) fn key_of(conversation: ConversationId) -> String {
    conversation.to_string()
}
