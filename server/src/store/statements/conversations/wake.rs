//! Conversations whose snooze is over.

use super::super::super::{ALONG_SNOOZED, UNLESS_LOCKED};
use super::super::changes::write_changes;
use super::lines::{self, NewLine};
use super::{Conn, read_raised};
use crate::store::{StoreResult, doing};
use model::content::{Detail, MessageKind, ThreadEvent};
use model::ids::{ConversationId, MessageId};
use model::thread::Author;
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, QueryBuilder};

const WAKING: &str = "wake conversations";

/// Of several processes each wakes what no other is at.
pub(super) async fn wake(conn: &mut Conn, now: Timestamp, limit: u32) -> StoreResult<Vec<ConversationId>> {
    let mut update = QueryBuilder::new(
        "update conversations set state = 'open', snoozed_until = null, revision = revision + 1, updated_at = ",
    );
    update.push_bind(now.0);
    update.push(" where state = 'snoozed' and id in (select id from conversations where state = 'snoozed'");
    update.push(" and snoozed_until <= ").push_bind(now.0);
    update.push(format!(" order by snoozed_until, id limit {limit}")).push(UNLESS_LOCKED);
    update.push(") returning id, account_id, revision");
    let rows: Vec<(String, String, i64)> =
        update.build_query_as().fetch_all(&mut *conn).await.map_err(doing(WAKING))?;
    let detail = Detail { event: Some(ThreadEvent::Woke), ..Detail::default() };
    let detail = serde_json::to_string(&detail).ok();
    let (mut woken, mut told) = (Vec::new(), Vec::new());
    for row in &rows {
        let raised = read_raised(row, now)?;
        let id = raised.conversation_id();
        let line = NewLine {
            id: MessageId::of(now, &format!("woke\n{id}\n{}", raised.revision)),
            at: now,
            kind: MessageKind::Event,
            author: Author::System,
            author_id: None,
            text: None,
            detail: detail.clone(),
            client_id: None,
        };
        lines::insert(conn, raised, &line).await?;
        told.extend([raised.message(line.id), raised.conversation()]);
        woken.push(id);
    }
    write_changes(conn, &told).await?;
    Ok(woken)
}

pub(super) async fn next(conn: &mut Conn) -> StoreResult<Option<Timestamp>> {
    let sql = ["select min(snoozed_until) from conversations", ALONG_SNOOZED, " where state = 'snoozed'"].concat();
    let next: Option<i64> =
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn).await.map_err(doing("look for the next to wake"))?;
    Ok(next.map(Timestamp))
}
