//! Somebody's conversations become nobody's.

use super::super::super::FOR_UPDATE;
use super::super::many::{among, lists};
use super::lines::{self, NewLine};
use super::{Conn, raise_many};
use crate::store::changes::NewChange;
use crate::store::{StoreResult, doing};
use model::content::{Detail, MessageKind, ThreadEvent};
use model::ids::MessageId;
use model::person::PersonId;
use model::thread::Author;
use model::time::Timestamp;
use sqlx::AssertSqlSafe;

const TAKING: &str = "unassign what a person has";

/// Whatever `person` has that is not closed; what is to be told of it. Whoever calls holds the person,
/// so that nobody gives them more meanwhile.
pub(in super::super) async fn take_from(
    conn: &mut Conn,
    person: PersonId,
    by: PersonId,
    now: Timestamp,
) -> StoreResult<Vec<NewChange>> {
    let sql =
        ["select id from conversations where assignee_id = $1 and state <> 'closed' order by id", FOR_UPDATE].concat();
    let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(person.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(TAKING))?;
    let raised = raise_many(conn, "id in (", &ids, "", now).await?;
    for list in lists(&ids) {
        let sql = "update conversations set last_assignee_id = assignee_id, assignee_id = null, assigned_at = null
             where assignee_id is not null and id in";
        among(sql, &list).build().execute(&mut *conn).await.map_err(doing(TAKING))?;
    }
    let detail = Detail { event: Some(ThreadEvent::Assigned { to: None }), ..Detail::default() };
    let detail = serde_json::to_string(&detail).ok();
    let mut told = Vec::new();
    for (id, raised) in raised {
        let line = NewLine {
            id: MessageId::of(now, &format!("taken\n{id}\n{}", raised.revision)),
            at: now,
            kind: MessageKind::Event,
            author: Author::Agent,
            author_id: Some(by.to_string()),
            text: None,
            detail: detail.clone(),
            client_id: None,
        };
        lines::insert(conn, raised, &line).await?;
        told.extend([raised.message(line.id), raised.conversation()]);
    }
    Ok(told)
}
