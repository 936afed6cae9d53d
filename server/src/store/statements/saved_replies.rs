//! Replies that are kept for many customers.

use super::audit::note_deed;
use super::people::standing::hold_admins;
use super::{Conn, Pools, read_back};
use crate::store::audit::{Deed, Subject};
use crate::store::saved_replies::{ReplyKept, SavedReplies};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::desk::{SavedReply, SavedReplyEdit, SavedReplyId};
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

    async fn save_saved_reply(&self, deed: Deed, id: SavedReplyId, edit: SavedReplyEdit) -> StoreResult<ReplyKept> {
        match self.write(SAVING, move |conn| Box::pin(async move { save(conn, &deed, id, &edit).await })).await {
            Err(StoreError::Database { source, .. })
                if source.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
            {
                Ok(ReplyKept::ShortcutTaken)
            }
            saved => saved,
        }
    }

    async fn delete_saved_reply(&self, deed: Deed, id: SavedReplyId) -> StoreResult<bool> {
        self.write(DELETING, move |conn| Box::pin(async move { delete(conn, &deed, id).await })).await
    }
}

/// Whether this person may change what is everybody's (`None`) or somebody's.
async fn may(conn: &mut Conn, by: PersonId, whose: Option<&str>) -> StoreResult<bool> {
    match whose {
        Some(id) => Ok(id == by.to_string()),
        None => Ok(hold_admins(conn, by).await?.is_ok()),
    }
}

/// Whose it is, and its shortcut.
async fn find(conn: &mut Conn, id: SavedReplyId) -> StoreResult<Option<(Option<String>, String)>> {
    sqlx::query_as("select person_id, shortcut from saved_replies where id = $1")
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(SAVING))
}

async fn save(conn: &mut Conn, deed: &Deed, id: SavedReplyId, edit: &SavedReplyEdit) -> StoreResult<ReplyKept> {
    let whose = edit.is_mine.then(|| deed.by.to_string());
    let mut is_shared = whose.is_none();
    if !may(conn, deed.by, whose.as_deref()).await? {
        return Ok(ReplyKept::NotTheirs);
    }
    let sql = if edit.id.is_some() {
        let Some((was, _)) = find(conn, id).await? else { return Ok(ReplyKept::NotTheirs) };
        if !may(conn, deed.by, was.as_deref()).await? {
            return Ok(ReplyKept::NotTheirs);
        }
        is_shared |= was.is_none();
        "update saved_replies set person_id = $2, shortcut = $3, title = $4, text = $5, updated_at = $6 where id = $1"
    } else {
        "insert into saved_replies (id, person_id, shortcut, title, text, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)"
    };
    sqlx::query(sql)
        .bind(id.to_string())
        .bind(whose)
        .bind(&edit.shortcut)
        .bind(&edit.title)
        .bind(&edit.text)
        .bind(deed.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(SAVING))?;
    let action = if edit.id.is_some() { Action::ReplyChanged } else { Action::ReplyAdded };
    note(conn, deed, action, id, &edit.shortcut, is_shared).await?;
    Ok(ReplyKept::Kept)
}

async fn delete(conn: &mut Conn, deed: &Deed, id: SavedReplyId) -> StoreResult<bool> {
    let Some((whose, shortcut)) = find(conn, id).await? else { return Ok(false) };
    if !may(conn, deed.by, whose.as_deref()).await? {
        return Ok(false);
    }
    sqlx::query("delete from saved_replies where id = $1")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(DELETING))?;
    note(conn, deed, Action::ReplyDeleted, id, &shortcut, whose.is_none()).await?;
    Ok(true)
}

/// What a person keeps for themselves is nobody else's to know.
async fn note(
    conn: &mut Conn,
    deed: &Deed,
    action: Action,
    id: SavedReplyId,
    shortcut: &str,
    is_shared: bool,
) -> StoreResult<()> {
    if !is_shared {
        return Ok(());
    }
    note_deed(conn, deed, action, Some(Subject::SavedReply(id)), Some(shortcut.to_owned())).await
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
