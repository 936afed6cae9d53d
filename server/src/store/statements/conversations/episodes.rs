//! Episodes: a conversation from its opening to its closing.

use super::super::super::Driver;
use super::super::many::tables;
use super::Conn;
use crate::store::{StoreResult, doing};
use model::ids::{ConversationId, EpisodeId};
use model::person::PersonId;
use model::time::Timestamp;
use sqlx::QueryBuilder;

const NOTING: &str = "note when a conversation was opened and closed";

/// Begins one, unless one is open.
pub(in super::super) async fn open(conn: &mut Conn, id: ConversationId, now: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "insert into episodes (id, conversation_id, account_id, opened_at)
         select $1, id, account_id, $2 from conversations where id = $3
         on conflict do nothing",
    )
    .bind(EpisodeId::of(id, now).to_string())
    .bind(now.0)
    .bind(id.to_string())
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(NOTING))
}

/// Ends the one that is open. A conversation from before episodes were kept was open from its beginning.
pub(in super::super) async fn close(
    conn: &mut Conn,
    id: ConversationId,
    by: Option<PersonId>,
    now: Timestamp,
) -> StoreResult<()> {
    let by = by.map(|it| it.to_string());
    let closed = sqlx::query(
        "update episodes set closed_at = $2, closed_by = $3 where conversation_id = $1 and closed_at is null",
    )
    .bind(id.to_string())
    .bind(now.0)
    .bind(&by)
    .execute(&mut *conn)
    .await
    .map_err(doing(NOTING))?;
    if closed.rows_affected() > 0 {
        return Ok(());
    }
    sqlx::query(
        "insert into episodes (id, conversation_id, account_id, opened_at, closed_at, closed_by)
         select $1, id, account_id, created_at, $2, $3 from conversations where id = $4
         on conflict do nothing",
    )
    .bind(EpisodeId::of(id, now).to_string())
    .bind(now.0)
    .bind(by)
    .bind(id.to_string())
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(NOTING))
}

/// Somebody of ours answered: it counts as the first reply of an episode that has none. What was applied late began
/// before its own opening; then it counts if nobody waits any more.
pub(in super::super) struct Replied {
    pub conversation: ConversationId,
    pub at: Timestamp,
    pub by: Option<PersonId>,
}

pub(in super::super) async fn note_replies(conn: &mut Conn, rows: &[Replied]) -> StoreResult<()> {
    for table in tables(rows) {
        let mut update = QueryBuilder::<Driver>::new("with replied (of_conversation, replied_at, replied_by) as (");
        update.push_values(table, |mut values, it| {
            values.push_bind(it.conversation.to_string()).push_bind(it.at.0).push_bind(it.by.map(|it| it.to_string()));
        });
        update.push(
            ") update episodes set
                 first_reply_at = case when replied.replied_at < opened_at then opened_at else replied.replied_at end,
                 first_reply_by = replied.replied_by
             from replied where conversation_id = replied.of_conversation and closed_at is null
                 and first_reply_at is null
                 and (replied.replied_at >= opened_at or exists (
                     select 1 from conversations c where c.id = conversation_id and c.waiting_since is null))",
        );
        update.build().execute(&mut *conn).await.map_err(doing(NOTING))?;
    }
    Ok(())
}

/// As if it had not been closed at `closed_at`.
pub(super) async fn go_on(
    conn: &mut Conn,
    id: ConversationId,
    closed_at: Timestamp,
    now: Timestamp,
) -> StoreResult<()> {
    let went_on = sqlx::query(
        "update episodes set closed_at = null, closed_by = null where conversation_id = $1 and closed_at = $2",
    )
    .bind(id.to_string())
    .bind(closed_at.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(NOTING))?;
    if went_on.rows_affected() == 0 { open(conn, id, now).await } else { Ok(()) }
}

/// As if it had not been opened at `opened_at`.
pub(super) async fn take_back(conn: &mut Conn, id: ConversationId, opened_at: Timestamp) -> StoreResult<()> {
    sqlx::query("delete from episodes where conversation_id = $1 and opened_at = $2 and closed_at is null")
        .bind(id.to_string())
        .bind(opened_at.0)
        .execute(conn)
        .await
        .map(drop)
        .map_err(doing(NOTING))
}
