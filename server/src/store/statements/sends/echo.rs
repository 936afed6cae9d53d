//! An echo that came before the answer, when nobody knew that it was ours: the two become one.

use super::super::many::rows_among;
use super::super::{Conn, read_back};
use super::{SETTLING, run, run_of};
use crate::store::sends::Settled;
use crate::store::{StoreResult, doing};
use model::ids::MessageId;

pub(super) async fn find_echoes<'s>(conn: &mut Conn, all: &'s [Settled]) -> StoreResult<Vec<(&'s Settled, MessageId)>> {
    let keys: Vec<String> = all.iter().map(|it| it.mid_key.clone()).collect();
    let known: Vec<(String, String)> = rows_among(conn, "select id, mid_key from messages where mid_key in", &keys, "")
        .await
        .map_err(doing(SETTLING))?;
    let mut echoes = Vec::new();
    for (id, key) in known {
        let id: MessageId = read_back(&id, "messages", "id", &id)?;
        let Some(settled) = all.iter().find(|it| it.mid_key == key && it.message != id) else { continue };
        if is_there(conn, settled.message).await? {
            echoes.push((settled, id));
        }
    }
    Ok(echoes)
}

async fn is_there(conn: &mut Conn, message: MessageId) -> StoreResult<bool> {
    let found: Option<String> = sqlx::query_scalar("select id from messages where id = $1")
        .bind(message.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(SETTLING))?;
    Ok(found.is_some())
}

/// What customers did to it meanwhile stays.
pub(super) async fn swallow(conn: &mut Conn, settled: &Settled, echo: MessageId) -> StoreResult<()> {
    for sql in [
        "update reactions set message_id = $1 where message_id = $2 and side = 'contact'",
        "update conversations set preview_message_id = $1,
             preview_author = (select author_kind from messages where id = $1)
         where preview_message_id = $2",
    ] {
        run(conn, SETTLING, sqlx::query(sql).bind(settled.message.to_string()).bind(echo.to_string())).await?;
    }
    let files = sqlx::query(
        "update media set deleted_at = $1 where deleted_at is null
             and id in (select media_id from attachments where message_id = $2)",
    );
    run(conn, SETTLING, files.bind(settled.now.0).bind(echo.to_string())).await?;
    run_of(conn, SETTLING, "delete from messages where id = $1", echo).await.map(drop)
}
