//! Replies that are kept for many customers.

use super::{Conn, Pools, read_back};
use crate::store::saved_replies::{KeepReply, ReplyKept, SavedReplies};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::desk::{SavedReply, SavedReplyId};
use model::person::PersonId;
use sqlx::FromRow;

const LISTING: &str = "list saved replies";
const SAVING: &str = "save a reply";
const DELETING: &str = "delete a saved reply";

/// More than anybody looks through.
const MOST: i64 = 1000;

#[async_trait]
impl SavedReplies for Pools {
    async fn list_saved_replies(&self, person: PersonId) -> StoreResult<Vec<SavedReply>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<Row> = sqlx::query_as(
            "select id, person_id, shortcut, title, text from saved_replies
             where person_id is null or person_id = $1 order by shortcut, id limit $2",
        )
        .bind(person.to_string())
        .bind(MOST)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn save_saved_reply(&self, keep: KeepReply) -> StoreResult<ReplyKept> {
        match self.write(SAVING, move |conn| Box::pin(async move { save(conn, &keep).await })).await {
            Err(StoreError::Database { source, .. })
                if source.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
            {
                Ok(ReplyKept::ShortcutTaken)
            }
            saved => saved,
        }
    }

    async fn delete_saved_reply(&self, id: SavedReplyId, by: PersonId, may_shared: bool) -> StoreResult<bool> {
        self.write(DELETING, move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "delete from saved_replies where id = $1 and (person_id = $2 or (person_id is null and $3))",
                )
                .bind(id.to_string())
                .bind(by.to_string())
                .bind(may_shared)
                .execute(conn)
                .await
                .map(|it| it.rows_affected() == 1)
                .map_err(doing(DELETING))
            })
        })
        .await
    }
}

async fn save(conn: &mut Conn, keep: &KeepReply) -> StoreResult<ReplyKept> {
    let whose = keep.edit.is_mine.then(|| keep.by.to_string());
    if keep.edit.id.is_none() {
        return insert(conn, keep, whose).await;
    }
    let done = sqlx::query(
        "update saved_replies set person_id = $2, shortcut = $3, title = $4, text = $5, updated_at = $6
         where id = $1 and (person_id = $7 or (person_id is null and $8))",
    )
    .bind(keep.id.to_string())
    .bind(whose)
    .bind(&keep.edit.shortcut)
    .bind(&keep.edit.title)
    .bind(&keep.edit.text)
    .bind(keep.now.0)
    .bind(keep.by.to_string())
    .bind(keep.may_shared)
    .execute(conn)
    .await
    .map_err(doing(SAVING))?;
    Ok(if done.rows_affected() == 1 { ReplyKept::Kept } else { ReplyKept::NotTheirs })
}

async fn insert(conn: &mut Conn, keep: &KeepReply, whose: Option<String>) -> StoreResult<ReplyKept> {
    sqlx::query(
        "insert into saved_replies (id, person_id, shortcut, title, text, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(keep.id.to_string())
    .bind(whose)
    .bind(&keep.edit.shortcut)
    .bind(&keep.edit.title)
    .bind(&keep.edit.text)
    .bind(keep.now.0)
    .execute(conn)
    .await
    .map(|_| ReplyKept::Kept)
    .map_err(doing(SAVING))
}

#[derive(FromRow)]
struct Row {
    id: String,
    person_id: Option<String>,
    shortcut: String,
    title: String,
    text: String,
}

impl TryFrom<Row> for SavedReply {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: read_back(&row.id, "saved_replies", "id", &row.id)?,
            shortcut: row.shortcut,
            title: row.title,
            text: row.text,
            is_mine: row.person_id.is_some(),
        })
    }
}
