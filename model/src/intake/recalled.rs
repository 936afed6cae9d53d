//! What was read back. It comes before, after or without its webhook, and the end is the same: what a webhook tells
//! counts, and what it tells more than the Conversations API does is kept.
//!
//! Old messages are news to nobody. They show in their thread at their time, and the window, the preview and the time
//! of our last reply follow from them as from any; but they make nothing unread, open nothing, and give nothing to
//! anybody. A conversation of which nothing else is known is closed until somebody says something in it.

use super::said::{attachments, message, raise};
use super::{Account, Change, Received, Step};
use crate::ids::{ContactId, ConversationId};
use crate::meta::event::{Recalled, Said, Side};
use crate::meta::identity;
use crate::thread::{Attachment, Contact, Conversation, ConversationState, Direction, Edit, Learned, Message};
use crate::time::MINUTE_S;

/// Meta's clock is not ours.
const CLOCKS_DIFFER_S: i64 = MINUTE_S;

impl Step<'_> {
    pub(super) fn recalled(&mut self, account: &Account, contact: &str, received: &Received, it: &Recalled) {
        let Some(key) = it.said.mid.as_deref().map(|mid| account.mid_key(mid)) else { return };
        if it.is_news {
            self.said(account, contact, received, &it.said, Learned::Missed);
        } else if self.known.message_by_key(&key).is_none() {
            self.was_said(account, contact, received, &it.said, &key);
        }
        self.is_called(ContactId::of(account.id, contact), it.called.as_deref());
        // When it was put there Meta does not say: any other word about it is newer.
        if let (Some(reaction), Some(message)) = (&it.reaction, self.known.message_by_key(&key).cloned()) {
            self.put_under(message, Some(reaction), received.event.at);
        }
    }

    fn was_said(&mut self, account: &Account, contact: &str, received: &Received, said: &Said, key: &str) {
        let at = received.event.at;
        let id = ConversationId::of(ContactId::of(account.id, contact));
        if said.side == Side::Account
            && let Some(ours) = self.echoed(id, said).filter(|ours| ours.at.plus_s(-CLOCKS_DIFFER_S) <= at)
        {
            let place = self.place(account, contact);
            self.consented(&place);
            self.confirm(Message { mid: said.mid.clone(), mid_key: Some(key.to_owned()), ..ours });
            return self.resume_waiting(account, Some(key));
        }
        let place = self.place_of_old(account, contact);
        let message = Message { learned: Learned::Old, ..message(account, &place, received, said, Some(key), key) };
        let Some(attachments) = self.put_message(&message, said) else { return };
        match said.side {
            Side::Contact => self.customer_had_said(&message, &attachments),
            Side::Account => self.we_had_said(&message, &attachments),
        }
        self.resume_waiting(account, Some(key));
    }

    /// Meta counts from then on, whether we heard of it or not.
    fn customer_had_said(&mut self, message: &Message, attachments: &[Attachment]) {
        let at = message.at;
        self.show_newest(message, attachments);
        self.change_conversation(message.conversation_id, |it| {
            raise(&mut it.last_activity_at, at);
            it.last_customer_action_at = it.last_customer_action_at.max(Some(at));
            it.last_customer_message_at = it.last_customer_message_at.max(Some(at));
        });
    }

    /// Whoever wrote before it waits no more. Whether a person answered, who has read it, or a program, Meta does not
    /// say.
    fn we_had_said(&mut self, message: &Message, attachments: &[Attachment]) {
        let (at, id) = (message.at, message.conversation_id);
        self.show_newest(message, attachments);
        let is_news = self.known.conversation(id).is_some_and(|it| at > it.last_reply_at);
        self.change_conversation(id, |it| {
            raise(&mut it.last_activity_at, at);
            raise(&mut it.last_reply_at, at);
        });
        if is_news {
            self.put(Change::Recount(id));
        }
    }

    /// A better word about a message that was read back: from a webhook, or that it was missed. What it does to the
    /// conversation it does now, unless that was done when it was found to be missed.
    pub(super) fn learn_better(
        &mut self,
        account: &Account,
        contact: &str,
        received: &Received,
        said: &Said,
        known: Message,
        learned: Learned,
    ) {
        let place = self.place(account, contact);
        self.consented(&place);
        let told = message(account, &place, received, said, known.mid_key.as_deref(), "");
        let is_deleted = known.is_deleted();
        let (was, was_at) = (known.learned, known.at);
        let better = match learned {
            Learned::Live if is_deleted => {
                Message { at: told.at, author: told.author, author_id: told.author_id, learned, ..known }
            }
            Learned::Live => Message {
                id: known.id,
                n_edits: known.n_edits,
                text: if known.n_edits > 0 { known.text } else { told.text.clone() },
                learned,
                ..told.clone()
            },
            Learned::Missed | Learned::Old => Message { learned, ..known },
        };
        if learned == Learned::Live && better.n_edits > 0 {
            let first = Edit { message_id: better.id, number: 0, text: told.text, at: better.at };
            self.put(Change::Edit(first));
        }
        let attachments = match learned {
            Learned::Live if !is_deleted => attachments(better.id, said),
            _ => self.known.attachments(better.id).to_vec(),
        };
        self.put(Change::Message(better.clone()));
        if learned == Learned::Live && !attachments.is_empty() {
            self.put(Change::Attachments(attachments.clone()));
        }
        if better.direction == Direction::Out {
            // What they have seen of it, they have seen still.
            self.change_conversation(better.conversation_id, |it| {
                if it.seen_until == was_at {
                    it.seen_until = better.at;
                }
            });
        }
        // Its id is of the second that was read back: of several messages of that second it may be the newest all the same.
        let is_newest =
            self.known.conversation(better.conversation_id).is_some_and(|it| better.at > it.last_activity_at);
        match (was, said.side) {
            (Learned::Old, Side::Contact) => self.customer_said(&better, &attachments),
            (Learned::Old, Side::Account) => self.we_said(&better, &attachments),
            _ => self.show_newest(&better, &attachments),
        }
        if is_newest {
            self.show(&better, &attachments);
        }
    }

    /// Where it belongs; made now if nothing is known of them, and then closed.
    fn place_of_old(&mut self, account: &Account, external_id: &str) -> Conversation {
        let contact_id = ContactId::of(account.id, external_id);
        if self.known.contact(contact_id).is_none() {
            self.put(Change::Contact(Contact::new(account.id, external_id)));
        }
        let id = ConversationId::of(contact_id);
        let place = self.known.conversation(id).cloned();
        let place = place.unwrap_or_else(|| self.new_place_of_old(account, id, contact_id));
        if self.known.contact(contact_id).is_some_and(|it| it.profile_asked_at.is_none()) {
            self.consented(&place);
        }
        place
    }

    fn new_place_of_old(&mut self, account: &Account, id: ConversationId, contact_id: ContactId) -> Conversation {
        let state = ConversationState::Closed;
        let new = Conversation { state, is_recalled: true, ..Conversation::new(id, account.id, contact_id) };
        self.put(Change::Conversation(new.clone()));
        self.resume_conversation(account, id);
        self.known.conversation(id).cloned().unwrap_or(new)
    }

    /// Something happens in a conversation that was only read back: it is as if it began now.
    pub(super) fn wake(&mut self, place: Conversation) -> Conversation {
        let opens = place.state == ConversationState::Closed && !self.is_blocked(place.id);
        let state = if opens { ConversationState::Open } else { place.state };
        let awake = Conversation { is_recalled: false, state, ..place };
        self.put(Change::Conversation(awake.clone()));
        if opens {
            self.put(Change::Opened(awake.id));
        }
        awake
    }

    fn is_called(&mut self, contact: ContactId, called: Option<&str>) {
        let (Some(called), Some(known)) = (called, self.known.contact(contact)) else { return };
        // Instagram tells usernames, Messenger names; a profile that was read knows better.
        let is_known = known.username.is_some() || known.name.is_some();
        if is_known {
            return;
        }
        let called = Some(called.to_owned());
        let account = self.known.accounts.iter().find(|it| it.id == known.account_id);
        let named = match account.map(|it| it.platform) {
            Some(crate::platform::Platform::Page) => Contact { name: called, ..known.clone() },
            _ => Contact { username: called, ..known.clone() },
        };
        self.put(Change::Contact(named));
    }
}

/// What stands for somebody who is not to be read back: their id cannot be had from it.
pub fn forgotten(contact: ContactId) -> String {
    crate::id::print(identity::digest(&["forgotten", &contact.to_string()]))
}
