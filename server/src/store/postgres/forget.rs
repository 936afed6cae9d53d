//! What was deleted leaves its tables: nothing of it can be read from here on, and its place is used again.

use super::{Pools, search};
use crate::store::{StoreResult, doing};
use sqlx::{AssertSqlSafe, Executor as _};

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

pub(super) async fn forget(pools: &Pools) -> StoreResult<bool> {
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
    search::scrub(pools).await?;
    Ok(true)
}
