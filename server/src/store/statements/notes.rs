//! What the team writes for itself in a thread.

use super::changes::write_changes;
use super::conversations::lines::{self, NewLine};
use super::conversations::raise_of;
use super::{Conn, Pools, read_back};
use crate::store::notes::{NoteRow, Notes};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::content::MessageKind;
use model::ids::MessageId;
use model::thread::Author;

const ADDING: &str = "add a note";

#[async_trait]
impl Notes for Pools {
    async fn add_note(&self, note: NoteRow) -> StoreResult<Option<MessageId>> {
        self.write(ADDING, move |conn| Box::pin(async move { add(conn, note).await })).await
    }
}

async fn add(conn: &mut Conn, note: NoteRow) -> StoreResult<Option<MessageId>> {
    if let Some(there) = already_there(conn, &note).await? {
        return Ok(Some(there));
    }
    let Some(raised) = raise_of(conn, note.conversation, note.now).await? else { return Ok(None) };
    if let Some(there) = already_there(conn, &note).await? {
        return Ok(Some(there));
    }
    let line = NewLine {
        id: note.id,
        at: note.now,
        kind: MessageKind::Note,
        author: Author::Agent,
        author_id: Some(note.by.to_string()),
        text: Some(note.text),
        detail: None,
        client_id: Some(note.client_id),
    };
    lines::insert(conn, raised, &line).await?;
    write_changes(conn, &[raised.message(note.id)]).await?;
    Ok(Some(note.id))
}

async fn already_there(conn: &mut Conn, note: &NoteRow) -> StoreResult<Option<MessageId>> {
    let id: Option<String> = sqlx::query_scalar(
        "select id from messages where conversation_id = $1 and client_id = $2 order by part limit 1",
    )
    .bind(note.conversation.to_string())
    .bind(&note.client_id)
    .fetch_optional(conn)
    .await
    .map_err(doing(ADDING))?;
    id.map(|it| read_back(&it, "messages", "id", &it)).transpose()
}
