//! What concerns one person: somebody called them in a note or gave them a conversation, or something is wrong
//! with an account.

use super::StoreResult;
use async_trait::async_trait;
use model::ids::{AccountId, ChangeId, ConversationId, MessageId, NotificationId};
use model::inbox::ListedContact;
use model::person::PersonId;
use model::platform::Platform;
use model::time::Timestamp;

#[async_trait]
pub trait Notifications: Send + Sync + 'static {
    /// A person's, newest first, as far as they may see now what it is about.
    async fn list_notifications(
        &self,
        person: PersonId,
        before: Option<Place>,
        limit: u32,
    ) -> StoreResult<Vec<Notification>>;

    /// How many of those are unread; above [`model::inbox::COUNTED_MOST`] nobody counts on.
    async fn count_notifications(&self, person: PersonId) -> StoreResult<i64>;

    /// Marks some as read, and tells the person's other pages. `false` if none was unread.
    async fn read_notifications(&self, reading: Reading) -> StoreResult<bool>;

    /// At most `limit` of those made before `read_before` that were read, and of those made before `all_before`, go;
    /// how many that were.
    async fn purge_notifications(&self, read_before: Timestamp, all_before: Timestamp, limit: u32) -> StoreResult<u64>;
}

/// Where a page of them begins: after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub at: Timestamp,
    pub id: NotificationId,
}

#[derive(Debug, Clone, Copy)]
pub struct Reading {
    pub person: PersonId,
    pub which: Which,
    pub now: Timestamp,
    pub change_id: ChangeId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Whoever opens a conversation knows.
    Of(ConversationId),
    /// What came later was not on the page.
    Until(Timestamp),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    /// `mention`, `assigned`, or the kind of an incident.
    pub kind: String,
    pub at: Timestamp,
    pub is_read: bool,
    pub account: Option<(AccountId, String)>,
    pub about: Option<About>,
    /// Whose doing it was, if it was a person's.
    pub by: Option<String>,
    /// Of a note.
    pub words: Option<String>,
}

/// The conversation that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub conversation: ConversationId,
    pub contact: ListedContact,
    pub platform: Platform,
    /// The line that says it.
    pub line: Option<MessageId>,
}
