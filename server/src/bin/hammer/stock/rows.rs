//! Rows on their way into a database: many in one statement on SQLite, copied in on Postgres.

use super::index::Index;
use server::config::DatabaseUrl;
use server::search::document::Document;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use std::collections::HashSet;
use std::fmt::Write as _;

#[derive(Clone)]
pub enum Cell {
    Null,
    Number(i64),
    Word(&'static str),
    Text(String),
}

impl From<Option<String>> for Cell {
    fn from(it: Option<String>) -> Self {
        it.map_or(Self::Null, Self::Text)
    }
}

impl From<Option<i64>> for Cell {
    fn from(it: Option<i64>) -> Self {
        it.map_or(Self::Null, Self::Number)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Contacts,
    Conversations,
    Messages,
    Attachments,
    Reactions,
    Edits,
    Comments,
    Documents,
}

impl Table {
    const ALL: [Self; 8] = [
        Self::Contacts,
        Self::Conversations,
        Self::Messages,
        Self::Attachments,
        Self::Reactions,
        Self::Edits,
        Self::Comments,
        Self::Documents,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Conversations => "conversations",
            Self::Messages => "messages",
            Self::Attachments => "attachments",
            Self::Reactions => "reactions",
            Self::Edits => "message_edits",
            Self::Comments => "comments",
            Self::Documents => "search_documents",
        }
    }

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &["id", "account_id", "external_id", "name", "username", "created_at", "updated_at"],
            Self::Conversations => &[
                "id",
                "account_id",
                "contact_id",
                "state",
                "snoozed_until",
                "owner",
                "owner_bot_id",
                "owner_app_id",
                "assignee_id",
                "unread",
                "read_until",
                "preview",
                "preview_author",
                "preview_message_id",
                "n_failed",
                "last_activity_at",
                "last_customer_action_at",
                "last_customer_message_at",
                "last_reply_at",
                "waiting_since",
                "delivered_until",
                "seen_until",
                "revision",
                "created_at",
                "updated_at",
            ],
            Self::Messages => &[
                "id",
                "conversation_id",
                "at",
                "direction",
                "kind",
                "state",
                "author_kind",
                "author_id",
                "text",
                "mid",
                "mid_key",
                "reply_to_key",
                "error",
                "n_edits",
                "created_at",
                "updated_at",
            ],
            Self::Attachments => &["message_id", "position", "kind", "state", "media_id", "source_url", "title"],
            Self::Reactions => &["message_id", "side", "emoji", "at"],
            Self::Edits => &["message_id", "number", "text", "at"],
            Self::Documents => &["doc", "account_id", "message_id", "contact_id", "body"],
            Self::Comments => &["message_id", "comment_id", "permalink", "reply_until"],
        }
    }
}

/// Rows in one statement, and in one copy.
const ROWS_SQLITE: usize = 200;
const ROWS_COPIED: usize = 50_000;
/// Rows before the file is written to.
const ROWS_WRITTEN: usize = 200_000;

/// It may be lost and made again: nothing waits for the disk, or looks whether what is meant is there.
const SQLITE_BEFORE: &str = "pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -1500000; begin";
const SQLITE_WITHOUT_LOG: &str = "pragma journal_mode = off";
const SQLITE_AFTER: &str = "commit; pragma journal_mode = wal";
const POSTGRES_BEFORE: &str = "set synchronous_commit = off; set session_replication_role = replica";

/// What a document is of.
#[derive(Clone, Copy)]
pub enum Of<'a> {
    Message(&'a str),
    Contact(&'a str),
}

pub enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

pub struct Sink {
    database: Database,
    waiting: Vec<(Table, Vec<Cell>)>,
    n_rows: usize,
    index: Index,
    /// Of documents: two of the same moment may want the same one.
    numbers: HashSet<i64>,
}

impl Sink {
    pub async fn open(url: &DatabaseUrl) -> Result<Self, sqlx::Error> {
        let (database, index) = match url {
            DatabaseUrl::Sqlite(path) => {
                let mut conn = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
                // Refused while somebody else has the file open, and then it goes a little slower.
                _ = conn.execute(SQLITE_WITHOUT_LOG).await;
                conn.execute(SQLITE_BEFORE).await?;
                let index = Index::drop_on_sqlite(&mut conn).await?;
                (Database::Sqlite(conn), index)
            }
            DatabaseUrl::Postgres(at) => {
                let mut conn = PgConnection::connect(at.as_str()).await?;
                conn.execute(POSTGRES_BEFORE).await?;
                let index = Index::drop_on_postgres(&mut conn).await?;
                (Database::Postgres(conn), index)
            }
        };
        let waiting = Table::ALL.map(|it| (it, Vec::new())).to_vec();
        Ok(Self { database, waiting, n_rows: 0, index, numbers: HashSet::new() })
    }

    /// `row` has a cell for each of the table's columns.
    pub fn add<const N: usize>(&mut self, table: Table, row: [Cell; N]) {
        debug_assert_eq!(N, table.columns().len(), "{}", table.name());
        if let Some((_, cells)) = self.waiting.iter_mut().find(|it| it.0 == table) {
            cells.extend(row);
        }
    }

    /// As the program would, if there is anything to be found.
    pub fn add_document(&mut self, document: Option<Document>, of: Of<'_>) {
        let Some(document) = document else { return };
        let body = match self.database {
            Database::Sqlite(_) => document.as_text(),
            Database::Postgres(_) => document.as_vector(),
        };
        let (message, contact) = match of {
            Of::Message(id) => (Cell::Text(id.to_owned()), Cell::Null),
            Of::Contact(id) => (Cell::Null, Cell::Text(id.to_owned())),
        };
        let account = Cell::Text(document.account.to_string());
        let mut number = document.number;
        while !self.numbers.insert(number) {
            number += 1;
        }
        self.add(Table::Documents, [Cell::Number(number), account, message, contact, Cell::Text(body)]);
    }

    /// Writes what has become many rows.
    pub async fn flush_full(&mut self) -> Result<(), sqlx::Error> {
        let many = match self.database {
            Database::Sqlite(_) => ROWS_SQLITE,
            Database::Postgres(_) => ROWS_COPIED,
        };
        self.flush(many).await
    }

    pub async fn execute(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.database {
            Database::Sqlite(conn) => conn.execute(sql).await.map(drop),
            Database::Postgres(conn) => conn.execute(sql).await.map(drop),
        }
    }

    /// Writes the rest and leaves the database as it is after months: written out, and looked over where it does that by
    /// itself.
    pub async fn close(mut self) -> Result<(), sqlx::Error> {
        self.flush(1).await?;
        match self.database {
            Database::Sqlite(mut conn) => {
                self.index.make_on_sqlite(&mut conn).await?;
                conn.execute(SQLITE_AFTER).await?;
                conn.close().await
            }
            Database::Postgres(mut conn) => {
                self.index.make_on_postgres(&mut conn).await?;
                conn.execute("vacuum analyze").await?;
                conn.execute("checkpoint").await?;
                conn.close().await
            }
        }
    }

    async fn flush(&mut self, many: usize) -> Result<(), sqlx::Error> {
        for (table, cells) in &mut self.waiting {
            let width = table.columns().len();
            if cells.len() < many * width {
                continue;
            }
            self.n_rows += cells.len() / width;
            match &mut self.database {
                Database::Sqlite(conn) => insert(conn, *table, std::mem::take(cells)).await?,
                Database::Postgres(conn) => copy(conn, *table, std::mem::take(cells)).await?,
            }
        }
        if self.n_rows >= ROWS_WRITTEN && matches!(self.database, Database::Sqlite(_)) {
            self.n_rows = 0;
            self.execute("commit; begin").await?;
        }
        Ok(())
    }
}

async fn insert(conn: &mut SqliteConnection, table: Table, cells: Vec<Cell>) -> Result<(), sqlx::Error> {
    let columns = table.columns();
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    let rows = vec![row.as_str(); cells.len() / columns.len()].join(", ");
    let sql = format!("insert into {} ({}) values {rows}", table.name(), columns.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for cell in cells {
        query = match cell {
            Cell::Null => query.bind(None::<i64>),
            Cell::Number(it) => query.bind(it),
            Cell::Word(it) => query.bind(it),
            Cell::Text(it) => query.bind(it),
        };
    }
    query.execute(conn).await.map(drop)
}

async fn copy(conn: &mut PgConnection, table: Table, cells: Vec<Cell>) -> Result<(), sqlx::Error> {
    let columns = table.columns();
    let mut text = String::with_capacity(cells.len() * 16);
    for (place, cell) in cells.iter().enumerate() {
        match cell {
            Cell::Null => text.push_str("\\N"),
            Cell::Number(it) => write!(text, "{it}").unwrap_or_default(),
            Cell::Word(it) => escaped(&mut text, it),
            Cell::Text(it) => escaped(&mut text, it),
        }
        text.push(if (place + 1) % columns.len() == 0 { '\n' } else { '\t' });
    }
    let statement = format!("copy {} ({}) from stdin", table.name(), columns.join(", "));
    let mut copying = conn.copy_in_raw(&statement).await?;
    copying.send(text.into_bytes()).await?;
    copying.finish().await.map(drop)
}

fn escaped(to: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\\' => to.push_str("\\\\"),
            '\t' => to.push_str("\\t"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            letter => to.push(letter),
        }
    }
}
