//! What people read: the lists of conversations, and threads.

use super::StoreResult;
use super::sight::Sight;
use async_trait::async_trait;
use model::filter::Filter;
use model::ids::{ConversationId, MessageId};
use model::inbox::{After, Line, ListPage, ListedConversation, OpenConversation};
use model::person::PersonId;
use model::time::Timestamp;
use model::view::View;
use std::collections::HashMap;

#[async_trait]
pub trait Inbox: Send + Sync + 'static {
    /// A page of a view, newest activity first; "Expiring soon" begins with what closes first.
    async fn list_conversations(&self, wanted: Wanted) -> StoreResult<ListPage>;

    /// One row, and whether it stands in this list.
    async fn find_in_list(&self, of: ListOf, id: ConversationId) -> StoreResult<Option<(ListedConversation, bool)>>;

    /// How many stand in a list; `true` if there may be more, because nobody looks through all of a large view.
    async fn count_list(&self, of: ListOf) -> StoreResult<(i64, bool)>;

    /// One row, whatever view it is in.
    async fn find_conversation(&self, id: ConversationId, sight: &Sight) -> StoreResult<Option<ListedConversation>>;

    /// How many conversations stand in each view, in the order of [`View::ALL`]; above
    /// [`model::inbox::COUNTED_MOST`] nobody counts on.
    async fn count_views(&self, person: PersonId, sight: &Sight, now: Timestamp) -> StoreResult<Vec<(View, i64)>>;

    /// A conversation with its newest `limit` lines.
    async fn open_conversation(
        &self,
        id: ConversationId,
        sight: &Sight,
        limit: u32,
    ) -> StoreResult<Option<OpenConversation>>;

    /// Lines before this one, newest last; `true` if there are still older ones.
    async fn lines_before(
        &self,
        id: ConversationId,
        before: (Timestamp, MessageId),
        limit: u32,
    ) -> StoreResult<(Vec<Line>, bool)>;

    /// The same of what was said alone, without what only the team sees; from the end if nothing is given.
    async fn messages_before(
        &self,
        id: ConversationId,
        before: Option<(Timestamp, MessageId)>,
        limit: u32,
    ) -> StoreResult<(Vec<Said>, bool)>;

    /// One line of whatever kind, if it is in this conversation.
    async fn find_said(&self, id: ConversationId, message: MessageId) -> StoreResult<Option<Said>>;

    /// What rows of the list say nothing of, of those that are there.
    async fn list_beside(&self, ids: Vec<ConversationId>) -> StoreResult<HashMap<ConversationId, Beside>>;

    /// Where the line stands that comes so many after this one; `None` if there are fewer.
    async fn find_line_after(
        &self,
        id: ConversationId,
        message: MessageId,
        n_between: u32,
    ) -> StoreResult<Option<(Timestamp, MessageId)>>;

    /// Lines as they are now; what is gone is not among them.
    async fn find_lines(&self, id: ConversationId, messages: Vec<MessageId>) -> StoreResult<Vec<Line>>;

    /// Somebody looked at everything up to `until`. `true` if something was unread.
    async fn mark_read(&self, id: ConversationId, until: Timestamp, now: Timestamp) -> StoreResult<bool>;
}

/// A line with Meta's name for the message.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub line: Line,
    pub mid: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Meta's id of the customer.
    pub contact_external_id: String,
    /// By their names.
    pub labels: Vec<String>,
}

/// Which list: a view, narrowed, as a person sees it.
#[derive(Debug, Clone)]
pub struct ListOf {
    pub view: View,
    pub filter: Filter,
    pub person: PersonId,
    pub sight: Sight,
    pub now: Timestamp,
}

/// Which page of it.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub of: ListOf,
    pub after: Option<After>,
    pub limit: u32,
}
