//! What the inbox keeps, read beside it.

use super::standing::{ATTACHMENTS, CONVERSATIONS, Held, MESSAGES, REACTIONS};
use sqlx::{Connection as _, PgConnection, Row as _, SqliteConnection};
use std::error::Error;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the whole may take.
const PATIENCE: Duration = Duration::from_mins(15);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// How far the reading back is.
pub struct Reading {
    pub state: String,
    pub error: String,
    /// Messages that it brought, known or not.
    pub n_read: usize,
    pub n_conversations: usize,
}

impl Reading {
    pub fn is_done(&self) -> bool {
        self.state == "done"
    }
}

impl Database {
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        Ok(if url.starts_with("sqlite") {
            Self::Sqlite(SqliteConnection::connect(url).await?)
        } else {
            Self::Postgres(PgConnection::connect(url).await?)
        })
    }

    pub async fn number(&mut self, sql: &'static str) -> Result<i64, sqlx::Error> {
        match self {
            Self::Sqlite(conn) => sqlx::query_scalar(sql).fetch_one(conn).await,
            Self::Postgres(conn) => sqlx::query_scalar(sql).fetch_one(conn).await,
        }
    }

    /// Rows of texts.
    async fn rows<const N: usize>(&mut self, sql: &'static str) -> Result<Vec<[String; N]>, sqlx::Error> {
        match self {
            Self::Sqlite(conn) => {
                let rows = sqlx::query(sql).fetch_all(conn).await?;
                let text = |row: &sqlx::sqlite::SqliteRow, it| row.get::<Option<String>, usize>(it).unwrap_or_default();
                Ok(rows.iter().map(|row| std::array::from_fn(|it| text(row, it))).collect())
            }
            Self::Postgres(conn) => {
                let rows = sqlx::query(sql).fetch_all(conn).await?;
                let text = |row: &sqlx::postgres::PgRow, it| row.get::<Option<String>, usize>(it).unwrap_or_default();
                Ok(rows.iter().map(|row| std::array::from_fn(|it| text(row, it))).collect())
            }
        }
    }

    /// What it holds of conversations and what was said in them.
    pub async fn held(&mut self) -> Result<Held, sqlx::Error> {
        Ok(Held {
            conversations: self.rows(CONVERSATIONS).await?,
            messages: self.rows(MESSAGES).await?,
            attachments: self.rows(ATTACHMENTS).await?,
            reactions: self.rows(REACTIONS).await?,
        })
    }

    pub async fn reading(&mut self) -> Result<Reading, Box<dyn Error>> {
        let rows: Vec<[String; 4]> = self
            .rows(
                "select state, coalesce(error, ''), cast(n_messages + n_known as text), cast(n_conversations as text)
                 from backfills where reason = 'requested'",
            )
            .await?;
        let [[state, error, n_read, n_conversations]] = rows.as_slice() else {
            return Err(format!("{} readings, and one was asked for", rows.len()).into());
        };
        let (n_read, n_conversations) = (n_read.parse()?, n_conversations.parse()?);
        Ok(Reading { state: state.clone(), error: error.clone(), n_read, n_conversations })
    }

    /// Waits until it is so far.
    pub async fn until(&mut self, is_far: impl Fn(&Reading) -> bool) -> Result<Reading, Box<dyn Error>> {
        let begun = Instant::now();
        loop {
            let reading = self.reading().await?;
            if is_far(&reading) {
                return Ok(reading);
            }
            let Reading { state, error, n_read, .. } = &reading;
            if !matches!(state.as_str(), "waiting" | "running") || begun.elapsed() > PATIENCE {
                return Err(format!("it is {state} after {n_read} messages: {error}").into());
            }
            sleep(LOOK_AGAIN).await;
        }
    }
}
