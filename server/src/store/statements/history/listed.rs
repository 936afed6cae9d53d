//! How far readings are, for people.

use super::claim::listing;
use super::{Conn, READING, read_back};
use crate::store::history::{BackfillState, ListedBackfill, Why};
use crate::store::{StoreError, StoreResult, doing};
use model::ids::{AccountId, ContactId};
use model::time::Timestamp;
use sqlx::FromRow;

#[derive(FromRow)]
struct Row {
    id: String,
    reason: String,
    state: String,
    since_at: Option<i64>,
    progress: String,
    n_found: i32,
    n_conversations: i32,
    n_messages: i32,
    n_known: i32,
    n_unavailable: i32,
    error: Option<String>,
    retry_at: i64,
    created_at: i64,
    finished_at: Option<i64>,
}

impl Row {
    fn read(self) -> StoreResult<ListedBackfill> {
        let odd = |column| StoreError::Inconsistent { table: "backfills", column, row: self.id.clone() };
        Ok(ListedBackfill {
            id: read_back(&self.id, "backfills", "id", &self.id)?,
            why: Why::from_word(&self.reason).ok_or_else(|| odd("reason"))?,
            state: BackfillState::from_word(&self.state).ok_or_else(|| odd("state"))?,
            since: self.since_at.map(Timestamp),
            is_listing: !listing(&self.progress).is_done,
            n_found: self.n_found,
            n_conversations: self.n_conversations,
            n_messages: self.n_messages,
            n_known: self.n_known,
            n_unavailable: self.n_unavailable,
            error: self.error,
            retry_at: (self.retry_at > 0).then_some(Timestamp(self.retry_at)),
            created_at: Timestamp(self.created_at),
            finished_at: self.finished_at.map(Timestamp),
        })
    }
}

pub(super) async fn of_account(conn: &mut Conn, id: AccountId, limit: u32) -> StoreResult<Vec<ListedBackfill>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, reason, state, since_at, progress, n_found, n_conversations, n_messages, n_known, n_unavailable,
             error, retry_at, created_at, finished_at
         from backfills where account_id = $1 and contact_id is null order by id desc limit $2",
    )
    .bind(id.to_string())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await
    .map_err(doing(READING))?;
    rows.into_iter().map(Row::read).collect()
}

pub(super) async fn of_contact(conn: &mut Conn, id: ContactId) -> StoreResult<Option<ListedBackfill>> {
    let row: Option<Row> = sqlx::query_as(
        "select id, reason, state, since_at, progress, n_found, n_conversations, n_messages, n_known, n_unavailable,
             error, retry_at, created_at, finished_at
         from backfills where contact_id = $1 order by id desc limit 1",
    )
    .bind(id.to_string())
    .fetch_optional(conn)
    .await
    .map_err(doing(READING))?;
    row.map(Row::read).transpose()
}
