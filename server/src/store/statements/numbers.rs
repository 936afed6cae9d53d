//! What is counted of the team's work: walks along indexes that hold all that is asked for.

use super::{Pools, read_back};
use crate::store::numbers::Counting;
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::ids::AccountId;
use model::numbers::{Closed, Opened, Tagged};
use model::person::PersonId;
use model::time::Timestamp;
use sqlx::FromRow;

const COUNTING: &str = "count what the team did";

/// More than a business has in half a year.
const MOST: i64 = 2_000_000;

#[async_trait]
impl Counting for Pools {
    async fn list_opened(&self, from: Timestamp, until: Timestamp) -> StoreResult<Vec<Opened>> {
        let mut conn = self.read().await.map_err(doing(COUNTING))?;
        let rows: Vec<OpenedRow> = sqlx::query_as(
            "select account_id, opened_at, first_reply_at, first_reply_by, closed_at from episodes
             where opened_at >= $1 and opened_at < $2 order by opened_at limit $3",
        )
        .bind(from.0)
        .bind(until.0)
        .bind(MOST)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(COUNTING))?;
        rows.into_iter().map(OpenedRow::read).collect()
    }

    async fn list_closed(&self, from: Timestamp, until: Timestamp) -> StoreResult<Vec<Closed>> {
        let mut conn = self.read().await.map_err(doing(COUNTING))?;
        let rows: Vec<ClosedRow> = sqlx::query_as(
            "select account_id, opened_at, closed_at, closed_by from episodes
             where closed_at is not null and closed_at >= $1 and closed_at < $2 order by closed_at limit $3",
        )
        .bind(from.0)
        .bind(until.0)
        .bind(MOST)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(COUNTING))?;
        rows.into_iter().map(ClosedRow::read).collect()
    }

    async fn list_tagged(&self, from: Timestamp, until: Timestamp) -> StoreResult<Vec<Tagged>> {
        let mut conn = self.read().await.map_err(doing(COUNTING))?;
        let rows: Vec<TaggedRow> = sqlx::query_as(
            "select c.account_id, m.at, m.author_id from messages m join conversations c on c.id = m.conversation_id
             where m.tag is not null and m.at >= $1 and m.at < $2 and m.state = 'sent' order by m.at limit $3",
        )
        .bind(from.0)
        .bind(until.0)
        .bind(MOST)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(COUNTING))?;
        rows.into_iter().map(TaggedRow::read).collect()
    }

    async fn list_account_names(&self) -> StoreResult<Vec<(AccountId, String)>> {
        let mut conn = self.read().await.map_err(doing(COUNTING))?;
        let rows: Vec<(String, String)> = sqlx::query_as("select id, name from accounts order by id limit 10000")
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(COUNTING))?;
        rows.into_iter().map(|(id, name)| Ok((read_back(&id, "accounts", "id", &id)?, name))).collect()
    }
}

#[derive(FromRow)]
struct OpenedRow {
    account_id: String,
    opened_at: i64,
    first_reply_at: Option<i64>,
    first_reply_by: Option<String>,
    closed_at: Option<i64>,
}

impl OpenedRow {
    fn read(self) -> StoreResult<Opened> {
        Ok(Opened {
            account: read_back(&self.account_id, "episodes", "account_id", &self.account_id)?,
            at: Timestamp(self.opened_at),
            replied_at: self.first_reply_at.map(Timestamp),
            replied_by: person(self.first_reply_by, "first_reply_by")?,
            closed_at: self.closed_at.map(Timestamp),
        })
    }
}

#[derive(FromRow)]
struct ClosedRow {
    account_id: String,
    opened_at: i64,
    closed_at: i64,
    closed_by: Option<String>,
}

impl ClosedRow {
    fn read(self) -> StoreResult<Closed> {
        Ok(Closed {
            account: read_back(&self.account_id, "episodes", "account_id", &self.account_id)?,
            opened_at: Timestamp(self.opened_at),
            at: Timestamp(self.closed_at),
            by: person(self.closed_by, "closed_by")?,
        })
    }
}

#[derive(FromRow)]
struct TaggedRow {
    account_id: String,
    at: i64,
    author_id: Option<String>,
}

impl TaggedRow {
    fn read(self) -> StoreResult<Tagged> {
        Ok(Tagged {
            account: read_back(&self.account_id, "conversations", "account_id", &self.account_id)?,
            at: Timestamp(self.at),
            by: person(self.author_id, "author_id")?,
        })
    }
}

fn person(id: Option<String>, column: &'static str) -> StoreResult<Option<PersonId>> {
    id.map(|it| read_back(&it, "episodes", column, &it)).transpose()
}
