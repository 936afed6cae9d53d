//! What people read: the lists of conversations, and threads.

use super::Pools;
use crate::store::inbox::{Inbox, Wanted};
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult};
use async_trait::async_trait;
use model::ids::{ConversationId, MessageId};
use model::inbox::{After, Line, ListPage, ListedConversation, OpenConversation};
use model::person::PersonId;
use model::time::Timestamp;
use model::view::View;

#[async_trait]
impl Inbox for Pools {
    async fn list_conversations(&self, _wanted: Wanted) -> StoreResult<ListPage> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn find_conversation(&self, _id: ConversationId, _sight: &Sight) -> StoreResult<Option<ListedConversation>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn count_views(&self, _person: PersonId, _sight: &Sight, _now: Timestamp) -> StoreResult<Vec<(View, i64)>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn open_conversation(
        &self,
        _id: ConversationId,
        _sight: &Sight,
        _limit: u32,
    ) -> StoreResult<Option<OpenConversation>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn lines_before(
        &self,
        _id: ConversationId,
        _before: (Timestamp, MessageId),
        _limit: u32,
    ) -> StoreResult<(Vec<Line>, bool)> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn find_lines(&self, _id: ConversationId, _messages: Vec<MessageId>) -> StoreResult<Vec<Line>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn mark_read(&self, _id: ConversationId, _until: Timestamp, _now: Timestamp) -> StoreResult<bool> {
        Err(StoreError::Unsupported("not there yet"))
    }
}
