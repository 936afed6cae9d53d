//! What is known while a batch is applied: the rows that its events may touch.

use super::{Change, Received, Waiting};
use crate::ids::{AccountId, ContactId, ConversationId, IncidentId, MessageId};
use crate::meta::event::{Side, UpTo, What};
use crate::meta::identity::mid_key;
use crate::platform::Platform;
use crate::thread::{Attachment, CommentRow, Contact, Conversation, Direction, Edit, Learned, Message, Reaction};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub platform: Platform,
    pub external_id: String,
    /// Meta's id of our app: an echo under it was not written by another program.
    pub our_app_id: Option<String>,
    pub sharing: Sharing,
}

/// Who of the apps of an account may answer, as far as we have heard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sharing {
    #[default]
    Unknown,
    /// Meta lets one app at a time answer.
    Routed,
    /// Every app is told everything and may answer: only the apps' own words keep two from it. With the other app that is
    /// the account's bot, if one is.
    Open { bot_app: Option<String> },
}

/// Something that an admin must know about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    pub id: IncidentId,
    pub account_id: AccountId,
    pub kind: String,
    pub detail: Option<String>,
    pub opened_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// Which rows to load before a batch is applied.
#[derive(Debug, Default)]
pub struct Needs {
    pub contacts: BTreeSet<ContactId>,
    pub mid_keys: BTreeSet<String>,
    /// Lines of a thread that have no mid, known by what the journal calls them.
    pub lines: BTreeSet<MessageId>,
    /// Keys of messages and conversations that others may wait for.
    pub waiting: BTreeSet<String>,
    /// Conversations whose messages under way may be met by an echo.
    pub in_flight: BTreeSet<ConversationId>,
    /// Messages (by key) whose texts, reactions, attachments and comment rows matter.
    pub whole: BTreeSet<String>,
    pub incidents: BTreeSet<AccountId>,
}

#[derive(Debug, Clone, Default)]
pub struct Known {
    pub accounts: Vec<Account>,
    contacts: HashMap<ContactId, Contact>,
    conversations: HashMap<ConversationId, Conversation>,
    messages: HashMap<MessageId, Message>,
    by_key: HashMap<String, MessageId>,
    in_flight: HashMap<ConversationId, MessageId>,
    unconfirmed: HashMap<ConversationId, Vec<MessageId>>,
    attachments: HashMap<MessageId, Vec<Attachment>>,
    edits: HashMap<MessageId, BTreeMap<i32, Edit>>,
    reactions: HashMap<MessageId, Reaction>,
    comments: HashMap<MessageId, CommentRow>,
    waiting: HashMap<String, Vec<Waiting>>,
    incidents: HashMap<AccountId, Vec<Incident>>,
}

impl Needs {
    /// What applying `received` may ask for, once the accounts are known.
    pub fn of<'r>(known: &Known, received: impl IntoIterator<Item = &'r Received>) -> Self {
        let mut needs = Self::default();
        for it in received {
            let event = &it.event;
            if let Some(account) = known.account(event.platform, &event.account) {
                needs.add(&account, event.contact.as_deref(), &event.what);
                needs.add_line(it);
            }
        }
        needs
    }

    fn add(&mut self, account: &Account, contact: Option<&str>, what: &What) {
        let conversation = contact.map(|external_id| {
            let contact = ContactId::of(account.id, external_id);
            self.contacts.insert(contact);
            ConversationId::of(contact)
        });
        if let Some(id) = conversation {
            self.waiting.insert(id.to_string());
        }
        let key = |mid: &str| mid_key(account.platform.word(), &account.external_id, mid);
        match what {
            What::Said(said) => {
                if let Some(key) = said.mid.as_deref().map(key) {
                    self.waiting.insert(key.clone());
                    self.mid_keys.insert(key);
                }
                self.in_flight.extend(conversation.filter(|_| said.side == Side::Account));
            }
            What::Recalled(recalled) => {
                if let Some(key) = recalled.said.mid.as_deref().map(key) {
                    self.all_of(key);
                }
                self.in_flight.extend(conversation.filter(|_| recalled.said.side == Side::Account));
            }
            What::Commented(comment) => {
                let key = key(&comment.comment_id);
                self.waiting.insert(key.clone());
                self.mid_keys.insert(key);
            }
            What::Unsent { mid } | What::Edited { mid, .. } | What::Reacted { mid, .. } => self.all_of(key(mid)),
            What::CommentEdited { comment_id, .. } | What::CommentRemoved { comment_id } => {
                self.all_of(key(comment_id));
            }
            What::Read(UpTo::Mid(mid)) => {
                self.mid_keys.insert(key(mid));
            }
            What::Policy { .. } => {
                self.incidents.insert(account.id);
            }
            What::Read(UpTo::Time(_))
            | What::Delivered { .. }
            | What::Happened { .. }
            | What::Roles
            | What::Nothing(_)
            | What::Unknown { .. } => {}
        }
    }

    fn add_line(&mut self, received: &Received) {
        let has_no_mid = match &received.event.what {
            What::Said(said) => said.mid.is_none(),
            What::Happened { .. } | What::Unknown { .. } => true,
            _ => false,
        };
        if has_no_mid {
            self.lines.insert(MessageId::of(received.event.at, &received.dedupe_key));
        }
    }

    fn all_of(&mut self, key: String) {
        self.waiting.insert(key.clone());
        self.mid_keys.insert(key.clone());
        self.whole.insert(key);
    }
}

impl Known {
    pub fn account(&self, platform: Platform, external_id: &str) -> Option<Account> {
        self.accounts.iter().find(|it| it.platform == platform && it.external_id == external_id).cloned()
    }

    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.contacts.get(&id)
    }

    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations.get(&id)
    }

    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.messages.get(&id)
    }

    pub fn message_by_key(&self, key: &str) -> Option<&Message> {
        self.by_key.get(key).and_then(|id| self.messages.get(id))
    }

    /// The one message of ours in this conversation that is on its way and has no mid yet.
    pub fn in_flight(&self, conversation: ConversationId) -> Option<&Message> {
        let message = self.in_flight.get(&conversation).and_then(|id| self.messages.get(id));
        message.filter(|it| it.mid.is_none())
    }

    /// Those of ours that an echo may be of: the one on its way, then those whose fate was never
    /// known, oldest first.
    pub fn without_mid(&self, conversation: ConversationId) -> impl Iterator<Item = &Message> {
        let unconfirmed = self.unconfirmed.get(&conversation).into_iter().flatten();
        let unconfirmed = unconfirmed.filter_map(|id| self.messages.get(id)).filter(|it| it.mid.is_none());
        self.in_flight(conversation).into_iter().chain(unconfirmed)
    }

    pub fn attachments(&self, message: MessageId) -> &[Attachment] {
        self.attachments.get(&message).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn edits(&self, message: MessageId) -> impl Iterator<Item = &Edit> {
        self.edits.get(&message).into_iter().flat_map(BTreeMap::values)
    }

    pub fn reaction(&self, message: MessageId) -> Option<&Reaction> {
        self.reactions.get(&message)
    }

    pub fn comment(&self, message: MessageId) -> Option<&CommentRow> {
        self.comments.get(&message)
    }

    /// In the order in which they happened.
    pub fn waiting_for(&self, key: &str) -> Vec<Waiting> {
        let mut waiting = self.waiting.get(key).cloned().unwrap_or_default();
        waiting.sort_by_key(|it| it.id);
        waiting
    }

    pub fn incidents(&self, account: AccountId) -> &[Incident] {
        self.incidents.get(&account).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn message_on_its_way(&mut self, message: Message) {
        self.in_flight.insert(message.conversation_id, message.id);
        self.take_in(&Change::Message(message));
    }

    /// One of ours of which nobody knows whether it left.
    pub fn message_unconfirmed(&mut self, message: Message) {
        let (conversation, id) = (message.conversation_id, message.id);
        self.take_in(&Change::Message(message));
        let of_conversation = self.unconfirmed.entry(conversation).or_default();
        of_conversation.push(id);
        of_conversation.sort_by_key(|id| self.messages.get(id).map(|it| (it.at, it.id)));
    }

    /// Makes `change` part of what is known.
    pub fn take_in(&mut self, change: &Change) {
        match change {
            Change::Contact(it) => drop(self.contacts.insert(it.id, it.clone())),
            Change::Conversation(it) => drop(self.conversations.insert(it.id, it.clone())),
            Change::Message(it) => {
                if let Some(key) = &it.mid_key {
                    self.by_key.insert(key.clone(), it.id);
                }
                self.messages.insert(it.id, it.clone());
            }
            Change::Attachments(all) => {
                if let Some(first) = all.first() {
                    self.attachments.insert(first.message_id, all.clone());
                }
            }
            Change::Edit(it) => drop(self.edits.entry(it.message_id).or_default().insert(it.number, it.clone())),
            Change::Reaction(it) => drop(self.reactions.insert(it.message_id, it.clone())),
            Change::Comment(it) => drop(self.comments.insert(it.message_id, it.clone())),
            Change::Wait(it) => {
                let waiting = self.waiting.entry(it.key.clone()).or_default();
                if waiting.iter().all(|other| other.id != it.id) {
                    waiting.push(it.clone());
                }
            }
            Change::Waited(id) => self.waiting.values_mut().for_each(|all| all.retain(|it| it.id != *id)),
            Change::Erase { message, .. } => {
                if let Some(message) = message {
                    self.attachments.remove(message);
                    self.edits.remove(message);
                    self.reactions.remove(message);
                }
            }
            Change::Recount(id) => self.recount(*id),
            Change::Forget { .. } | Change::Opened(_) => {}
            Change::Routed(id) => {
                self.accounts.iter_mut().filter(|it| it.id == *id).for_each(|it| it.sharing = Sharing::Routed);
            }
            Change::Incident(it) => {
                let incidents = self.incidents.entry(it.account_id).or_default();
                incidents.retain(|other| other.id != it.id);
                incidents.push(it.clone());
            }
        }
    }

    /// Counts from the messages that are known here; the store counts from all of them.
    fn recount(&mut self, id: ConversationId) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let counts = |it: &&Message| it.direction == Direction::In && it.learned != Learned::Old;
        let incoming = || self.messages.values().filter(|it| it.conversation_id == id).filter(counts);
        let unread = incoming().filter(|it| it.at > conversation.read_until).count();
        conversation.unread = i32::try_from(unread).unwrap_or(i32::MAX);
        conversation.waiting_since = incoming().map(|it| it.at).filter(|at| *at > conversation.last_reply_at).min();
    }
}

#[cfg(test)]
impl Known {
    pub(super) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.values()
    }

    pub(super) fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.conversations.values()
    }

    /// One line a row.
    pub(super) fn rows(&self) -> impl Iterator<Item = String> {
        let mut lines = Vec::new();
        let mut line = |what: &str, row: &dyn std::fmt::Debug| {
            lines.push(format!("{what} {row:?}"));
        };
        self.contacts.values().for_each(|it| line("contact", it));
        self.conversations.values().for_each(|it| line("conversation", it));
        self.messages.values().for_each(|it| line("message", it));
        self.attachments.values().for_each(|it| line("attachments", it));
        self.edits.values().flat_map(|it| it.values()).for_each(|it| line("edit", it));
        self.reactions.values().for_each(|it| line("reaction", it));
        self.comments.values().for_each(|it| line("comment", it));
        self.waiting.values().flatten().for_each(|it| line("waiting", it));
        self.incidents.values().flatten().for_each(|it| line("incident", it));
        lines.into_iter()
    }
}
