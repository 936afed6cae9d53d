//! What was deleted leaves its tables: nothing of it can be read from here on, and its place is used again.

use super::{Pools, search};
use crate::store::{StoreResult, doing};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

const FORGETTING: &str = "make the database forget what was deleted";

/// Every table in which something of a customer stands, but for the index and its documents.
const TABLES: [&str; 17] = [
    "contacts",
    "contact_aliases",
    "contact_fields",
    "conversations",
    "episodes",
    "messages",
    "message_edits",
    "attachments",
    "reactions",
    "comments",
    "waiting_events",
    "drafts",
    "notifications",
    "media",
    "inbound",
    "outbox",
    "endpoint_deliveries",
];

/// What a process left half made that was killed while it made the index anew.
const LEFT_OVER: &str = "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    where t.relname = 'search_documents' and not i.indisvalid and c.relname like 'search\\_index\\_cc%'";

/// Two processes that make the index anew at the same time stand in each other's way.
const FORGETTING_LOCK: i64 = 0x5357_464f_5247_4500;

/// `false`: another process is at it.
pub(super) async fn forget(pools: &Pools) -> StoreResult<bool> {
    // Given back with its transaction, however this ends. It sees nothing, so nothing is kept for it.
    let mut holder = pools.read().await.map_err(doing(FORGETTING))?;
    let mut alone = holder.begin().await.map_err(doing(FORGETTING))?;
    let is_alone: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
        .bind(FORGETTING_LOCK)
        .fetch_one(&mut *alone)
        .await
        .map_err(doing(FORGETTING))?;
    if is_alone {
        vacuum(pools).await?;
    }
    alone.commit().await.map_err(doing(FORGETTING))?;
    Ok(is_alone)
}

async fn vacuum(pools: &Pools) -> StoreResult<()> {
    let mut conn = pools.read().await.map_err(doing(FORGETTING))?;
    for table in TABLES {
        conn.execute(AssertSqlSafe(format!("vacuum {table}"))).await.map_err(doing(FORGETTING))?;
    }
    let left: Vec<String> = sqlx::query_scalar(LEFT_OVER).fetch_all(&mut *conn).await.map_err(doing(FORGETTING))?;
    for index in left {
        let sql = format!("drop index concurrently if exists \"{index}\"");
        conn.execute(AssertSqlSafe(sql)).await.map_err(doing(FORGETTING))?;
    }
    drop(conn);
    search::scrub(pools).await
}
