//! Comments, mentions and visitor posts: what stands in public and may be answered in private once.

use super::{Account, Change, Received, Step};
use crate::ids::MessageId;
use crate::meta::event::Comment;
use crate::thread::{Author, CommentRow, Contact, Direction, Learned, Message, MessageState};
use crate::time::DAY_S;

/// How long after it a comment may be answered in private.
const TO_ANSWER_S: i64 = 7 * DAY_S;

impl Step<'_> {
    pub(super) fn commented(&mut self, account: &Account, contact: &str, received: &Received, comment: &Comment) {
        let key = account.mid_key(&comment.comment_id);
        if self.known.message_by_key(&key).is_some() {
            return;
        }
        let at = received.event.at;
        let place = self.place(account, contact);
        self.named(place.contact_id, comment);
        let message = Message {
            id: MessageId::of(at, &key),
            conversation_id: place.id,
            at,
            direction: Direction::In,
            kind: comment.kind,
            state: Some(MessageState::Received),
            author: Author::Contact,
            author_id: None,
            text: comment.text.clone(),
            detail: comment.detail.clone(),
            mid: Some(comment.comment_id.clone()),
            mid_key: Some(key.clone()),
            reply_to_key: comment.parent_id.as_deref().map(|it| account.mid_key(it)),
            n_edits: 0,
            learned: Learned::Live,
        };
        self.put(Change::Message(message.clone()));
        self.put(Change::Comment(CommentRow {
            message_id: message.id,
            comment_id: comment.comment_id.clone(),
            parent_id: comment.parent_id.clone(),
            post_id: comment.post_id.clone(),
            reply_until: Some(at.plus_s(TO_ANSWER_S)),
            removed_at: None,
        }));
        self.came_in(&message, &[]);
        self.resume_waiting(account, Some(&key));
    }

    /// A comment names its author, long before they consent to their profile being read.
    fn named(&mut self, contact: crate::ids::ContactId, comment: &Comment) {
        let Some(known) = self.known.contact(contact) else { return };
        let named = Contact {
            name: known.name.clone().or_else(|| comment.name.clone()),
            username: known.username.clone().or_else(|| comment.username.clone()),
            ..known.clone()
        };
        if named != *known {
            self.put(Change::Contact(named));
        }
    }

    pub(super) fn comment_edited(&mut self, account: &Account, received: &Received, comment_id: &str, text: &str) {
        let key = account.mid_key(comment_id);
        match self.known.message_by_key(&key).map(|it| it.at) {
            // Comments are not numbered; the seconds since they were written put their texts in order.
            Some(written) => {
                let number = (received.event.at.since_ms(written) / 1000).clamp(1, i64::from(i32::MAX));
                self.edited(account, received, comment_id, i32::try_from(number).unwrap_or(i32::MAX), text);
            }
            None => self.wait_unless_unsent(account, key, received),
        }
    }

    pub(super) fn comment_removed(&mut self, account: &Account, received: &Received, comment_id: &str) {
        let key = account.mid_key(comment_id);
        match self.known.message_by_key(&key).cloned() {
            Some(message) => {
                if let Some(comment) = self.known.comment(message.id).cloned() {
                    self.put(Change::Comment(CommentRow { removed_at: Some(received.event.at), ..comment }));
                }
                self.erase(account, message);
            }
            None => self.wait_to_unsend(account, key, received),
        }
    }
}
