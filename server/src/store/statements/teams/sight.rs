//! What follows when people see more or less than before.

use super::super::super::{FOR_NO_KEY_UPDATE, FOR_UPDATE};
use super::super::changes::write_changes;
use super::super::conversations::lines::{self, NewLine};
use super::super::conversations::raise_and;
use super::super::sight::sees;
use super::{Conn, read_back};
use crate::store::changes::NewChange;
use crate::store::teams::RunChange;
use crate::store::{StoreResult, doing};
use model::content::{Detail, MessageKind, ThreadEvent};
use model::id::Id as _;
use model::ids::{ChangeId, ConversationId, MessageId};
use model::live::Event;
use model::meta::identity::digest;
use model::person::PersonId;
use model::thread::Author;
use sqlx::AssertSqlSafe;

const LEAVING: &str = "unassign what a person no longer sees";

/// The person's own streams, in every process, look what they may show.
pub(in super::super) fn look_again(change: &RunChange, person: PersonId) -> NewChange {
    let digest = digest(&["look again", &change.change_id.to_string(), &person.to_string()]).to_be_bytes();
    let mut bytes = [0u8; 10];
    bytes.copy_from_slice(&digest[..10]);
    NewChange {
        id: ChangeId::compose(change.now.0, bytes),
        event: Event::Resync,
        account_id: None,
        person_id: Some(person),
        at: change.now,
    }
}

const OUT_OF_SIGHT: &str = concat!(
    "from conversations c join people p on p.id = c.assignee_id where c.state <> 'closed' and not (",
    sees!("c.account_id"),
    ")"
);

/// Nobody goes on having what they cannot see: it becomes nobody's. Then everything is told.
pub(in super::super) async fn leave_what_is_out_of_sight(
    conn: &mut Conn,
    change: &RunChange,
    mut told: Vec<NewChange>,
) -> StoreResult<()> {
    // Whoever is given something at this moment has it after this, or not at all.
    let people = ["select distinct p.id ", OUT_OF_SIGHT, " order by p.id"].concat();
    let people: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(people)).fetch_all(&mut *conn).await.map_err(doing(LEAVING))?;
    let hold = ["select id from people where id = $1", FOR_NO_KEY_UPDATE].concat();
    for person in &people {
        let hold = sqlx::query(AssertSqlSafe(hold.clone())).bind(person);
        hold.execute(&mut *conn).await.map_err(doing(LEAVING))?;
    }
    let of_c = if FOR_UPDATE.is_empty() { "" } else { " for update of c" };
    let ids = ["select c.id ", OUT_OF_SIGHT, " order by c.id", of_c].concat();
    let ids: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(ids)).fetch_all(&mut *conn).await.map_err(doing(LEAVING))?;
    for id in ids {
        let id: ConversationId = read_back(&id, "conversations", "id", &id)?;
        let more = ", last_assignee_id = assignee_id, assignee_id = null, assigned_at = null";
        let raised = raise_and(conn, id, change.now, |update| {
            update.push(more);
        });
        let Some(raised) = raised.await? else { continue };
        let line = unassigned(change, id);
        lines::insert(conn, raised, &line).await?;
        told.extend([raised.message(line.id), raised.conversation()]);
    }
    write_changes(conn, &told).await
}

fn unassigned(change: &RunChange, id: ConversationId) -> NewLine {
    let detail = Detail { event: Some(ThreadEvent::Assigned { to: None }), ..Detail::default() };
    NewLine {
        id: MessageId::of(change.now, &format!("out of sight\n{id}\n{}", change.audit_id)),
        at: change.now,
        kind: MessageKind::Event,
        author: Author::Agent,
        author_id: Some(change.by.to_string()),
        text: None,
        detail: serde_json::to_string(&detail).ok(),
        client_id: None,
    }
}
