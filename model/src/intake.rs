//! What an event of Meta's does to what we know: one pure function, [`apply`].
//!
//! Events come in any order, twice, and from several processes. So each field is made in a way that
//! does not depend on the order: the newest time wins, the greatest number wins, and a word about a
//! message that has not come yet waits for it. Where a count cannot be kept that way, it is counted
//! anew ([`Change::Recount`]).

mod about;
mod comments;
mod known;
mod owning;
mod policy;
mod recalled;
mod said;
#[cfg(test)]
mod tests;

use crate::content::{Detail, MessageKind, ThreadEvent};
use crate::filter::OwnerKind;
use crate::ids::{AccountId, ContactId, ConversationId, MessageId, WaitingId};
use crate::meta::event::{Event, What};
use crate::thread::{
    Attachment, Author, CommentRow, Contact, Conversation, ConversationState, Direction, Edit, Learned, Message,
    Reaction,
};
use crate::time::{DAY_S, Timestamp};
use said::raise;

pub use known::{Account, Incident, Known, Needs, Sharing};
pub use owning::{NAMED_ANOTHER, NAMED_US, STANDBY, US, is_native_inbox};
pub use policy::BLOCK as POLICY_BLOCK;
pub use recalled::forgotten;

/// One row of the journal on its way into the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    pub event: Event,
    /// The journal's key of this event.
    pub dedupe_key: String,
    /// As the journal keeps it, for the case that it must wait.
    pub raw: String,
}

/// A word about a message that has not come yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub id: WaitingId,
    pub account_id: AccountId,
    /// The message that it waits for, or the conversation.
    pub key: String,
    pub received: Received,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Contact(Contact),
    Conversation(Conversation),
    Message(Message),
    Attachments(Vec<Attachment>),
    Edit(Edit),
    Reaction(Reaction),
    Comment(CommentRow),
    Wait(Waiting),
    /// It waits no more.
    Waited(WaitingId),
    /// What the message held is to go: files, former texts, reactions, and its words in the journal.
    Erase {
        message: Option<MessageId>,
        journal: Vec<String>,
    },
    /// The words of an item go from the journal, whose key ends so; it happened between these two.
    Forget {
        ending: String,
        from: Timestamp,
        until: Timestamp,
    },
    /// The conversation is new, or open again after it was closed.
    Opened(ConversationId),
    /// `unread`, `waiting_since` and what was not sent must be counted from the messages.
    Recount(ConversationId),
    Incident(Incident),
    /// Meta lets one app at a time answer for this account.
    Routed(AccountId),
}

/// What became of the journal's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Applied,
    Ignored(&'static str),
    /// A kind that this version does not know: kept for a later one.
    Unknown(String),
}

/// What `received` does to `known`: the changes to write, which `known` has taken in already, so that
/// the next event of a batch meets them.
pub fn apply(known: &mut Known, received: &Received, now: Timestamp) -> (Vec<Change>, Outcome) {
    let mut step = Step { known, changes: Vec::new(), now };
    let outcome = step.apply(received);
    (step.changes, outcome)
}

/// One event being applied.
struct Step<'k> {
    known: &'k mut Known,
    changes: Vec<Change>,
    now: Timestamp,
}

impl Step<'_> {
    fn apply(&mut self, received: &Received) -> Outcome {
        let event = &received.event;
        if let What::Nothing(why) = &event.what {
            return Outcome::Ignored(why.word());
        }
        let Some(account) = self.known.account(event.platform, &event.account) else {
            return Outcome::Ignored("unknown_account");
        };
        match &event.what {
            What::Policy { action, reason } => self.policy(&account, event.at, *action, reason.as_deref()),
            What::Roles => self.routed(&account),
            What::Unknown { kind } => {
                if let Some(contact) = &event.contact {
                    let place = self.place(&account, contact);
                    let unknown = ThreadEvent::Unknown { kind: kind.clone() };
                    self.happened(&place, received, unknown, Detail::default());
                }
                return Outcome::Unknown(kind.clone());
            }
            what => {
                let Some(contact) = &event.contact else { return Outcome::Unknown("no contact".to_owned()) };
                self.about_contact(&account, contact, received, what);
            }
        }
        Outcome::Applied
    }

    fn about_contact(&mut self, account: &Account, contact: &str, received: &Received, what: &What) {
        let at = received.event.at;
        match what {
            What::Said(said) => self.said(account, contact, received, said, Learned::Live),
            What::Recalled(recalled) => self.recalled(account, contact, received, recalled),
            What::Unsent { mid } => self.unsent(account, received, mid),
            What::Edited { mid, number, text } => self.edited(account, received, mid, *number, text),
            What::Reacted { mid, reaction } => self.reacted(account, contact, received, mid, reaction.as_ref()),
            What::Read(up_to) => self.read(account, contact, received, up_to),
            What::Delivered { until } => self.delivered(account, contact, received, *until),
            What::Happened { event, detail, opens_window } => {
                let place = self.place(account, contact);
                self.happened(&place, received, owning::as_we_say(account, event.clone()), detail.clone());
                if *opens_window {
                    self.consented(&place);
                    self.customer_acted(place.id, at);
                }
            }
            What::Commented(comment) => self.commented(account, contact, received, comment),
            What::CommentEdited { comment_id, text } => self.comment_edited(account, received, comment_id, text),
            What::CommentRemoved { comment_id } => self.comment_removed(account, received, comment_id),
            What::Policy { .. } | What::Roles | What::Nothing(_) | What::Unknown { .. } => {}
        }
        self.owned(account, contact, &received.event);
    }

    /// Takes `change` in, so that what follows meets it, and notes it down.
    fn put(&mut self, change: Change) {
        self.known.take_in(&change);
        let conversation = match &change {
            Change::Message(message) => self.known.conversation(message.conversation_id).cloned(),
            _ => None,
        };
        self.changes.push(change);
        // A conversation changes with each of its messages: it gets a new revision.
        self.changes.extend(conversation.map(Change::Conversation));
    }

    /// The conversation with `external_id`, made now if they are new.
    fn place(&mut self, account: &Account, external_id: &str) -> Conversation {
        let contact_id = ContactId::of(account.id, external_id);
        if self.known.contact(contact_id).is_none() {
            self.put(Change::Contact(Contact::new(account.id, external_id)));
        }
        let id = ConversationId::of(contact_id);
        if let Some(conversation) = self.known.conversation(id).cloned() {
            return if conversation.is_recalled { self.wake(conversation) } else { conversation };
        }
        let conversation = Conversation::new(id, account.id, contact_id);
        self.put(Change::Conversation(conversation.clone()));
        self.put(Change::Opened(id));
        self.resume_conversation(account, id);
        conversation
    }

    fn resume_conversation(&mut self, account: &Account, id: ConversationId) {
        for waiting in self.known.waiting_for(&id.to_string()) {
            self.resume(account, &waiting);
        }
    }

    /// They have written or tapped: from then on Meta tells who they are. A comment is not enough.
    fn consented(&mut self, place: &Conversation) {
        let known = self.known.contact(place.contact_id);
        if let Some(contact) = known.filter(|it| it.is_unknown(self.now)).cloned() {
            self.put(Change::Contact(Contact { profile_due_at: Some(self.now), ..contact }));
        }
    }

    /// Applies what waited for a message or a conversation that is there now.
    fn resume(&mut self, account: &Account, waiting: &Waiting) {
        self.put(Change::Waited(waiting.id));
        let event = &waiting.received.event;
        if let Some(contact) = &event.contact {
            self.about_contact(account, contact, &waiting.received, &event.what);
        }
    }

    fn wait(&mut self, account: &Account, key: String, received: &Received) {
        let id = WaitingId::of(received.event.at, &received.dedupe_key);
        self.put(Change::Wait(Waiting { id, account_id: account.id, key, received: received.clone() }));
    }

    /// A line of the thread about something that happened.
    fn happened(&mut self, place: &Conversation, received: &Received, event: ThreadEvent, detail: Detail) {
        let at = received.event.at;
        let id = MessageId::of(at, &received.dedupe_key);
        if self.known.message(id).is_some() {
            return;
        }
        let detail = Detail { event: Some(event), standby: received.event.standby, ..detail };
        self.put(Change::Message(Message {
            id,
            conversation_id: place.id,
            at,
            direction: Direction::Internal,
            kind: MessageKind::Event,
            state: None,
            author: Author::System,
            author_id: None,
            text: None,
            detail,
            mid: None,
            mid_key: None,
            reply_to_key: None,
            n_edits: 0,
            learned: Learned::Live,
        }));
        self.change_conversation(place.id, |it| raise(&mut it.last_activity_at, at));
    }

    fn change_conversation(&mut self, id: ConversationId, change: impl FnOnce(&mut Conversation)) {
        let Some(before) = self.known.conversation(id) else { return };
        let mut after = before.clone();
        change(&mut after);
        if after != *before {
            self.put(Change::Conversation(after));
        }
    }

    /// Opens the 24 hours.
    fn customer_acted(&mut self, id: ConversationId, at: Timestamp) {
        self.change_conversation(id, |it| {
            it.last_customer_action_at = it.last_customer_action_at.max(Some(at));
            raise(&mut it.last_activity_at, at);
        });
    }
}

impl Contact {
    fn new(account_id: AccountId, external_id: &str) -> Self {
        Self {
            id: ContactId::of(account_id, external_id),
            account_id,
            external_id: external_id.to_owned(),
            name: None,
            username: None,
            profile_asked_at: None,
            profile_due_at: None,
            is_blocked: false,
        }
    }

    /// Meta's names and pictures are good for about a day. Who came by a plugin or is not named has no
    /// profile to ask for.
    fn is_unknown(&self, now: Timestamp) -> bool {
        let is_person = !self.external_id.contains(':');
        is_person && self.profile_due_at.is_none() && self.profile_asked_at.is_none_or(|it| it.plus_s(DAY_S) < now)
    }
}

impl Conversation {
    const fn new(id: ConversationId, account_id: AccountId, contact_id: ContactId) -> Self {
        Self {
            id,
            account_id,
            contact_id,
            state: ConversationState::Open,
            snoozed_until: None,
            unread: 0,
            read_until: Timestamp(0),
            preview: None,
            preview_author: None,
            preview_message_id: None,
            last_activity_at: Timestamp(0),
            last_customer_action_at: None,
            last_customer_message_at: None,
            last_reply_at: Timestamp(0),
            waiting_since: None,
            delivered_until: Timestamp(0),
            seen_until: Timestamp(0),
            owner: OwnerKind::Human,
            owner_at: Timestamp(0),
            owner_rank: 0,
            owner_app_id: None,
            owner_app_at: Timestamp(0),
            is_recalled: false,
        }
    }
}
