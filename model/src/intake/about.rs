//! Words about a message: unsent, edited, reacted to, delivered, read.

use super::said::{key_of, raise};
use super::{Account, Change, Received, Step};
use crate::content::MessageKind;
use crate::ids::{ContactId, ConversationId, MessageId};
use crate::meta::event::{self, UpTo, What};
use crate::meta::identity::{self, dedupe_key};
use crate::thread::{Edit, Learned, Message, MessageState, Reaction};
use crate::time::{HOUR_S, Timestamp};

/// Meta's clock and ours, at most.
const CLOCKS_DIFFER_S: i64 = HOUR_S;

impl Step<'_> {
    pub(super) fn unsent(&mut self, account: &Account, received: &Received, mid: &str) {
        let key = account.mid_key(mid);
        match self.known.message_by_key(&key).cloned() {
            Some(message) => self.erase(account, message),
            None => self.wait_to_unsend(account, key, received),
        }
    }

    pub(super) fn wait_to_unsend(&mut self, account: &Account, key: String, received: &Received) {
        // Its texts and reactions, which wait too, will never be shown.
        let is_lost = |it: &What| matches!(it, What::Edited { .. } | What::CommentEdited { .. } | What::Reacted { .. });
        let waiting = self.known.waiting_for(&key);
        for other in waiting.into_iter().filter(|it| is_lost(&it.received.event.what)) {
            self.put(Change::Waited(other.id));
            self.put(Change::Erase { message: None, journal: vec![other.received.dedupe_key] });
        }
        self.wait(account, key, received);
    }

    /// Leaves a tombstone: that there was a message, whose, and when.
    pub(super) fn erase(&mut self, account: &Account, message: Message) {
        if message.is_deleted() {
            return;
        }
        let journal = self.journal_of(account, &message);
        self.put(Change::Erase { message: Some(message.id), journal });
        self.forget_echo(account, &message);
        let tombstone = Message {
            state: Some(MessageState::Deleted),
            // The journal forgets these too: a replay could not give them back.
            kind: MessageKind::Text,
            reply_to_key: None,
            text: None,
            detail: crate::content::Detail::default(),
            n_edits: 0,
            ..message
        };
        self.put(Change::Message(tombstone.clone()));
        self.change_conversation(tombstone.conversation_id, |it| {
            if it.preview_message_id == Some(tombstone.id) {
                it.preview = Some(crate::thread::preview(&tombstone, &[]));
            }
        });
    }

    /// The rows of the journal that hold the message's words.
    fn journal_of(&self, account: &Account, message: &Message) -> Vec<String> {
        let Some(mid) = &message.mid else { return Vec::new() };
        let key = |at, identity: String| dedupe_key(account.platform.word(), &account.external_id, at, &identity);
        let said = [
            identity::message(mid),
            identity::postback(mid),
            identity::comment(mid, "add"),
            identity::comment(mid, "mention"),
        ];
        let edits = self.known.edits(message.id).filter(|it| it.number > 0).flat_map(|it| {
            [identity::edit(mid, it.number), identity::comment(mid, "edited")].map(|identity| (it.at, identity))
        });
        let of_message = said.into_iter().map(|identity| (message.at, identity));
        of_message.chain(edits).map(|(at, identity)| key(at, identity)).collect()
    }

    /// What we sent ourselves stands under our time; the journal knows its echo by Meta's.
    fn forget_echo(&mut self, account: &Account, message: &Message) {
        let (Some(mid), Some(key)) = (&message.mid, &message.mid_key) else { return };
        if message.id == MessageId::of(message.at, key) {
            return;
        }
        let ending = identity::dedupe_ending(account.platform.word(), &account.external_id, &identity::message(mid));
        let (from, until) = (message.at.plus_s(-CLOCKS_DIFFER_S), self.now.plus_s(CLOCKS_DIFFER_S));
        self.put(Change::Forget { ending, from, until });
    }

    pub(super) fn edited(&mut self, account: &Account, received: &Received, mid: &str, number: i32, text: &str) {
        let key = account.mid_key(mid);
        let Some(message) = self.known.message_by_key(&key).cloned() else {
            return self.wait_unless_unsent(account, key, received);
        };
        if message.is_deleted() {
            return self.forget(received);
        }
        let at = received.event.at;
        // Of what was read back nobody knows how it began.
        if message.n_edits == 0 && message.learned == Learned::Live {
            let first = Edit { message_id: message.id, number: 0, text: message.text.clone(), at: message.at };
            self.put(Change::Edit(first));
        }
        let text = Some(text.to_owned());
        self.put(Change::Edit(Edit { message_id: message.id, number, text: text.clone(), at }));
        if number > message.n_edits {
            let edited = Message { text, n_edits: number, ..message };
            self.put(Change::Message(edited.clone()));
            let attachments = self.known.attachments(edited.id).to_vec();
            self.change_conversation(edited.conversation_id, |it| {
                if it.preview_message_id == Some(edited.id) {
                    it.preview = Some(crate::thread::preview(&edited, &attachments));
                }
            });
        }
    }

    pub(super) fn reacted(
        &mut self,
        account: &Account,
        contact: &str,
        received: &Received,
        mid: &str,
        reaction: Option<&event::Reaction>,
    ) {
        let at = received.event.at;
        if reaction.is_some() {
            let place = self.place(account, contact);
            self.consented(&place);
            self.customer_acted(place.id, at);
        }
        let key = account.mid_key(mid);
        let Some(message) = self.known.message_by_key(&key).cloned() else {
            return self.wait_unless_unsent(account, key, received);
        };
        self.put_under(message, reaction, at);
    }

    /// The newest word about a reaction counts.
    pub(super) fn put_under(&mut self, message: Message, reaction: Option<&event::Reaction>, at: Timestamp) {
        let newer = self.known.reaction(message.id).is_none_or(|it| (it.at, &it.emoji) < (at, &emoji(reaction)));
        if !message.is_deleted() && newer {
            let name = reaction.and_then(|it| it.name.clone());
            self.put(Change::Reaction(Reaction { message_id: message.id, emoji: emoji(reaction), name, at }));
            self.put(Change::Message(message));
        }
    }

    pub(super) fn read(&mut self, account: &Account, contact: &str, received: &Received, up_to: &UpTo) {
        match up_to {
            UpTo::Time(until) => {
                self.watermark(account, contact, received, |it| raise(&mut it.seen_until, *until));
            }
            UpTo::Mid(mid) => {
                let key = account.mid_key(mid);
                match self.known.message_by_key(&key).cloned() {
                    Some(message) => {
                        let read = |it: &mut crate::thread::Conversation| raise(&mut it.seen_until, message.at);
                        self.change_conversation(message.conversation_id, read);
                    }
                    None => self.wait(account, key, received),
                }
            }
        }
    }

    pub(super) fn delivered(&mut self, account: &Account, contact: &str, received: &Received, until: Timestamp) {
        self.watermark(account, contact, received, |it| raise(&mut it.delivered_until, until));
    }

    /// A time on the conversation. Who has never written and was never written to gets none for it.
    fn watermark(
        &mut self,
        account: &Account,
        contact: &str,
        received: &Received,
        change: impl FnOnce(&mut crate::thread::Conversation),
    ) {
        let id = ConversationId::of(ContactId::of(account.id, contact));
        match self.known.conversation(id) {
            Some(_) => self.change_conversation(id, change),
            None => self.wait(account, key_of(id), received),
        }
    }

    pub(super) fn wait_unless_unsent(&mut self, account: &Account, key: String, received: &Received) {
        let is_unsent =
            |it: &super::Waiting| matches!(it.received.event.what, What::Unsent { .. } | What::CommentRemoved { .. });
        if self.known.waiting_for(&key).iter().any(is_unsent) {
            self.forget(received);
        } else {
            self.wait(account, key, received);
        }
    }

    /// The words of something unsent go from the journal too.
    pub(super) fn forget(&mut self, received: &Received) {
        self.put(Change::Erase { message: None, journal: vec![received.dedupe_key.clone()] });
    }
}

fn emoji(reaction: Option<&event::Reaction>) -> Option<String> {
    // Meta gives `other` without an emoji for what it cannot name: a heart stands for it.
    reaction.map(|it| it.emoji.clone().unwrap_or_else(|| by_name(it.name.as_deref()).to_owned()))
}

fn by_name(name: Option<&str>) -> &'static str {
    match name {
        Some("laugh" | "smile") => "😆",
        Some("wow") => "😮",
        Some("sad") => "😢",
        Some("angry") => "😠",
        Some("like") => "👍",
        Some("dislike") => "👎",
        _ => "❤️",
    }
}
