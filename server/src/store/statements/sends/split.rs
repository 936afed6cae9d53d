//! Several pictures of one message, one by one.

use super::super::super::FOR_UPDATE;
use super::super::Conn;
use super::super::changes::write_changes;
use super::super::conversations::raise_of_message;
use super::addressee::refused;
use super::{run, run_of, thread};
use crate::store::accounts::refused::SEVERAL_IMAGES;
use crate::store::{StoreError, StoreResult, doing};
use model::ids::{AccountId, MessageId};
use model::time::Timestamp;
use sqlx::AssertSqlSafe;

const SPLITTING: &str = "part the pictures of a message";

/// The numbers of the parts that come of one: so many apart from its own that no reply reaches them.
const APART: i32 = 1000;

/// `Refused` if it is not on its way.
pub(super) async fn split(
    conn: &mut Conn,
    message: MessageId,
    rest: Vec<MessageId>,
    now: Timestamp,
) -> StoreResult<()> {
    let raised = raise_of_message(conn, message, now).await?.ok_or(StoreError::Refused)?;
    let job = sqlx::query(
        "update outbox set state = 'ready', lease_until = null, retry_at = 0
         where message_id = $1 and kind = 'message' and state = 'running'",
    );
    if run(conn, SPLITTING, job.bind(message.to_string())).await? == 0 {
        return Err(StoreError::Refused);
    }
    let first = "update messages set state = 'queued', tag = null where id = $1";
    run_of(conn, SPLITTING, first, message).await?;
    let positions: Vec<i32> =
        sqlx::query_scalar("select position from attachments where message_id = $1 order by position limit 100")
            .bind(message.to_string())
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(SPLITTING))?;
    let parts: Vec<_> = positions.into_iter().skip(1).zip(rest).zip(1..).collect();
    make_room(conn, message, parts.len()).await?;
    let mut told = vec![raised.message(message)];
    for ((position, id), n) in parts {
        part(conn, message, id, n, now).await?;
        let moved =
            sqlx::query("update attachments set message_id = $1, position = 0 where message_id = $2 and position = $3");
        run(conn, SPLITTING, moved.bind(id.to_string()).bind(message.to_string()).bind(position)).await?;
        told.push(raised.message(id));
    }
    remember(conn, raised.account_id()).await?;
    thread::show_newest(conn, raised.conversation_id()).await?;
    write_changes(conn, &told).await
}

/// What comes after the message comes after all its parts.
async fn make_room(conn: &mut Conn, message: MessageId, n_parts: usize) -> StoreResult<()> {
    let later = sqlx::query(
        "update outbox set turn = turn + $1
         where conversation_id = (select m.conversation_id from messages m where m.id = $2)
             and turn > (select o.turn from outbox o where o.message_id = $2 and o.kind = 'message')",
    );
    let n_parts = i64::try_from(n_parts).unwrap_or_default();
    run(conn, SPLITTING, later.bind(n_parts).bind(message.to_string())).await.map(drop)
}

/// What the message answers, and what can be tapped under it, stays with the first.
async fn part(conn: &mut Conn, of: MessageId, id: MessageId, n: i32, now: Timestamp) -> StoreResult<()> {
    let message = sqlx::query(
        "insert into messages (id, conversation_id, at, direction, kind, state, author_kind, author_id, client_id, part,
             created_at, updated_at)
         select $1, conversation_id, at + $2, direction, kind, 'queued', author_kind, author_id, client_id, part + $3,
             $4, $4
         from messages where id = $5",
    );
    let message = message.bind(id.to_string()).bind(i64::from(n)).bind(n * APART).bind(now.0).bind(of.to_string());
    run(conn, SPLITTING, message).await?;
    let job = sqlx::query(
        "insert into outbox (message_id, kind, conversation_id, account_id, due_at, turn, pace, is_scheduled, created_at)
         select $1, kind, conversation_id, account_id, due_at, turn + $2, pace, is_scheduled, $3
         from outbox where message_id = $4 and kind = 'message'",
    );
    let job = job.bind(id.to_string()).bind(i64::from(n)).bind(now.0).bind(of.to_string());
    run(conn, SPLITTING, job).await.map(drop)
}

async fn remember(conn: &mut Conn, account: AccountId) -> StoreResult<()> {
    let sql = ["select refused from accounts where id = $1", FOR_UPDATE].concat();
    let list: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(SPLITTING))?;
    let mut list = refused(&list.unwrap_or_default());
    if list.iter().any(|it| it == SEVERAL_IMAGES) {
        return Ok(());
    }
    list.push(SEVERAL_IMAGES.to_owned());
    let query = sqlx::query("update accounts set refused = $1 where id = $2");
    let list = serde_json::to_string(&list).unwrap_or_default();
    run(conn, SPLITTING, query.bind(list).bind(account.to_string())).await.map(drop)
}
