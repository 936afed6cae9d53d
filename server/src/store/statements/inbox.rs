//! What people read: the lists of conversations, and threads.

mod apps;
mod beside;
mod counts;
mod lines;
mod list;
mod narrow;
mod parts;
mod quoted;
mod row;
mod shown;
mod thread;
mod walk;

use super::super::Driver;
use super::{Conn, Pools, read_back};
use crate::store::inbox::{Beside, Inbox, ListOf, Said, Wanted};
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::ids::{ConversationId, MessageId};
use model::inbox::{Line, ListPage, ListedConversation, OpenConversation};
use model::person::PersonId;
use model::time::Timestamp;
use model::view::View;
use std::collections::HashMap;

pub(super) use lines::onward as lines_onward;

const LISTING: &str = "list conversations";
const OPENING: &str = "open a conversation";

/// What is asked for at once, at most.
const PAGE_MOST: u32 = 100;

fn time(at: Option<i64>) -> Option<Timestamp> {
    at.map(Timestamp)
}

#[async_trait]
impl Inbox for Pools {
    async fn list_conversations(&self, wanted: Wanted) -> StoreResult<ListPage> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list::page(&mut conn, &wanted).await
    }

    async fn find_in_list(&self, of: ListOf, id: ConversationId) -> StoreResult<Option<(ListedConversation, bool)>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list::find_in(&mut conn, &of, id).await
    }

    async fn count_list(&self, of: ListOf) -> StoreResult<(i64, bool)> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list::count(&mut conn, &of).await
    }

    async fn find_conversation(&self, id: ConversationId, sight: &Sight) -> StoreResult<Option<ListedConversation>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        row::find(&mut conn, id, sight).await
    }

    async fn count_views(&self, person: PersonId, sight: &Sight, now: Timestamp) -> StoreResult<Vec<(View, i64)>> {
        let mut conn = self.read().await.map_err(doing("count the conversations of each view"))?;
        counts::of_views(&mut conn, person, sight, now).await
    }

    async fn open_conversation(
        &self,
        id: ConversationId,
        sight: &Sight,
        limit: u32,
    ) -> StoreResult<Option<OpenConversation>> {
        let mut conn = self.read().await.map_err(doing(OPENING))?;
        thread::open(&mut conn, id, sight, limit).await
    }

    async fn lines_before(
        &self,
        id: ConversationId,
        before: (Timestamp, MessageId),
        limit: u32,
    ) -> StoreResult<(Vec<Line>, bool)> {
        let mut conn = self.read().await.map_err(doing(OPENING))?;
        lines::before(&mut conn, id, (before.0, before.1.to_string()), limit).await
    }

    async fn messages_before(
        &self,
        id: ConversationId,
        before: Option<(Timestamp, MessageId)>,
        limit: u32,
    ) -> StoreResult<(Vec<Said>, bool)> {
        let mut conn = self.read().await.map_err(doing(OPENING))?;
        let before = before.map_or((lines::END, String::new()), |it| (it.0, it.1.to_string()));
        lines::messages_before(&mut conn, id, before, limit).await
    }

    async fn find_said(&self, id: ConversationId, message: MessageId) -> StoreResult<Option<Said>> {
        let mut conn = self.read().await.map_err(doing(OPENING))?;
        lines::one(&mut conn, id, message).await
    }

    async fn list_beside(&self, ids: Vec<ConversationId>) -> StoreResult<HashMap<ConversationId, Beside>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        beside::list(&mut conn, &ids).await
    }

    async fn find_line_after(
        &self,
        id: ConversationId,
        message: MessageId,
        n_between: u32,
    ) -> StoreResult<Option<(Timestamp, MessageId)>> {
        let mut conn = self.read().await.map_err(doing(OPENING))?;
        lines::after(&mut conn, id, message, n_between).await
    }

    async fn find_lines(&self, id: ConversationId, messages: Vec<MessageId>) -> StoreResult<Vec<Line>> {
        let mut conn = self.read().await.map_err(doing(OPENING))?;
        lines::these(&mut conn, id, &messages).await
    }

    async fn mark_read(&self, id: ConversationId, until: Timestamp, now: Timestamp) -> StoreResult<bool> {
        let done = self
            .write("mark a conversation as read", move |conn| {
                Box::pin(async move { counts::mark_read(conn, id, until, now).await })
            })
            .await;
        match done {
            Ok(()) => Ok(true),
            Err(StoreError::Refused) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
