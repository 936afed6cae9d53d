//! One piece after the other, each a unit of work of its own.

use super::super::many::{among, lists};
use super::{Conn, DELETING, Subject};
use crate::store::{StoreResult, doing};
use model::ids::ConversationId;
use model::time::Timestamp;

/// That the file `$media` is in no saved reply, is nobody's picture, and is in no draft but in `$conversation`, which
/// goes.
macro_rules! unshown_but_by_messages {
    ($media:literal, $conversation:literal) => {
        concat!(
            $media,
            ".deleted_at is null
             and not exists (select 1 from saved_replies r where r.detail like '%' || ",
            $media,
            ".id || '%')
             and not exists (select 1 from people p where p.picture_id = ",
            $media,
            ".id)
             and not exists (select 1 from drafts t where t.conversation_id <> ",
            $conversation,
            " and t.detail like '%' || ",
            $media,
            ".id || '%')"
        )
    };
}
pub(in super::super) use unshown_but_by_messages;

/// That nothing else of ours shows the file: one that we sent may stand in other conversations, in a saved reply, or
/// in somebody's draft. `$conversation` is the one that goes.
macro_rules! shown_nowhere {
    ($conversation:literal) => {
        concat!(
            "not exists (select 1 from attachments a where a.media_id = media.id) and ",
            unshown_but_by_messages!("media", $conversation)
        )
    };
}

/// Whether there was something to delete. What hangs on messages goes with them, and out of the search index.
pub(super) async fn piece(conn: &mut Conn, it: Subject, limit: u32, now: Timestamp) -> StoreResult<bool> {
    if let Some(conversation) = it.conversation {
        if said(conn, conversation, limit, now).await? {
            return Ok(true);
        }
        if told(conn, conversation, limit).await? {
            return Ok(true);
        }
        if drafted(conn, it, conversation, now).await? {
            return Ok(true);
        }
    }
    waiting(conn, it, limit).await
}

async fn said(conn: &mut Conn, conversation: ConversationId, limit: u32, now: Timestamp) -> StoreResult<bool> {
    let ids: Vec<String> =
        sqlx::query_scalar("select id from messages where conversation_id = $1 order by at, id limit $2")
            .bind(conversation.to_string())
            .bind(i64::from(limit))
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(DELETING))?;
    let mut files: Vec<String> = Vec::new();
    for list in lists(&ids) {
        let mut query = among("select media_id from attachments where media_id is not null and message_id in", &list);
        let found: Vec<(String,)> = query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(DELETING))?;
        files.extend(found.into_iter().map(|it| it.0));
        let mut delete = among("delete from messages where id in", &list);
        delete.build().execute(&mut *conn).await.map_err(doing(DELETING))?;
    }
    mark_unshown(conn, files, Some(conversation), now).await?;
    Ok(!ids.is_empty())
}

/// Marks those of the files that nothing shows any more, not counting drafts in a conversation that goes itself. How
/// many that were.
pub(in super::super) async fn mark_unshown(
    conn: &mut Conn,
    files: Vec<String>,
    but_in: Option<ConversationId>,
    now: Timestamp,
) -> StoreResult<u64> {
    let but_in = but_in.map(|it| it.to_string()).unwrap_or_default();
    let mut n_marked = 0;
    for file in files {
        let done = sqlx::query(concat!("update media set deleted_at = $2 where id = $1 and ", shown_nowhere!("$3")))
            .bind(file)
            .bind(now.0)
            .bind(&but_in)
            .execute(&mut *conn)
            .await
            .map_err(doing(DELETING))?;
        n_marked += done.rows_affected();
    }
    Ok(n_marked)
}

/// What other programs were to be told: there may be as much as was said.
async fn told(conn: &mut Conn, conversation: ConversationId, limit: u32) -> StoreResult<bool> {
    let done = sqlx::query(
        "delete from endpoint_deliveries where (endpoint_id, seq) in (
             select endpoint_id, seq from endpoint_deliveries where conversation_id = $1 limit $2
         )",
    )
    .bind(conversation.to_string())
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map_err(doing(DELETING))?;
    Ok(done.rows_affected() > 0)
}

async fn drafted(conn: &mut Conn, it: Subject, conversation: ConversationId, now: Timestamp) -> StoreResult<bool> {
    let conversation = conversation.to_string();
    // Before the drafts, which say which files they are.
    sqlx::query(concat!(
        "update media set deleted_at = $1 where account_id = $3 and created_by is not null
             and exists (select 1 from drafts d where d.conversation_id = $2 and d.detail like '%' || media.id || '%')
             and ",
        shown_nowhere!("$2")
    ))
    .bind(now.0)
    .bind(&conversation)
    .bind(it.account.to_string())
    .execute(&mut *conn)
    .await
    .map_err(doing(DELETING))?;
    let mut n_gone = 0;
    for sql in ["delete from drafts where conversation_id = $1", "delete from notifications where conversation_id = $1"]
    {
        let done = sqlx::query(sql).bind(&conversation).execute(&mut *conn).await;
        n_gone += done.map_err(doing(DELETING))?.rows_affected();
    }
    Ok(n_gone > 0)
}

async fn waiting(conn: &mut Conn, it: Subject, limit: u32) -> StoreResult<bool> {
    let done = sqlx::query(
        "delete from waiting_events where id in (
             select w.id from waiting_events w where w.account_id = $2 and w.contact_external_id in (
                 select external_id from contacts where id = $1
                 union all select external_id from contact_aliases where contact_id = $1
             ) limit $3
         )",
    )
    .bind(it.contact.to_string())
    .bind(it.account.to_string())
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map_err(doing(DELETING))?;
    Ok(done.rows_affected() > 0)
}

/// Last of all, unless something was written after everything else had gone.
pub(super) async fn contact(conn: &mut Conn, it: Subject, now: Timestamp) -> StoreResult<bool> {
    if piece(conn, it, 1, now).await? {
        return Ok(false);
    }
    let id = it.contact.to_string();
    sqlx::query(
        "update media set deleted_at = $2
         where deleted_at is null and id = (select picture_id from contacts where id = $1)",
    )
    .bind(&id)
    .bind(now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(DELETING))?;
    for sql in [
        "delete from conversations where contact_id = $1",
        "delete from search_documents where contact_id = $1",
        "delete from contacts where id = $1",
    ] {
        sqlx::query(sql).bind(&id).execute(&mut *conn).await.map_err(doing(DELETING))?;
    }
    Ok(true)
}
