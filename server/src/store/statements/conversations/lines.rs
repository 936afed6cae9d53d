//! Lines that only the team sees: notes, and what happened. They change nothing that the list shows.

use super::{Conn, Raised};
use crate::store::{StoreResult, doing};
use model::content::MessageKind;
use model::ids::MessageId;
use model::thread::{Author, Direction};
use model::time::Timestamp;

pub(in super::super) struct NewLine {
    pub id: MessageId,
    pub at: Timestamp,
    pub kind: MessageKind,
    pub author: Author,
    pub author_id: Option<String>,
    pub text: Option<String>,
    /// As JSON.
    pub detail: Option<String>,
    pub client_id: Option<String>,
}

pub(in super::super) async fn insert(conn: &mut Conn, of: Raised, line: &NewLine) -> StoreResult<()> {
    sqlx::query(
        "insert into messages (id, conversation_id, at, direction, kind, author_kind, author_id, text, detail,
             client_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $3, $3)",
    )
    .bind(line.id.to_string())
    .bind(of.conversation_id().to_string())
    .bind(line.at.0)
    .bind(Direction::Internal.word())
    .bind(line.kind.word())
    .bind(line.author.word())
    .bind(&line.author_id)
    .bind(&line.text)
    .bind(&line.detail)
    .bind(&line.client_id)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing("write a line of the thread"))
}
