//! Everything that somebody has, moved at once.

use super::super::super::{FOR_NO_KEY_UPDATE, FOR_UPDATE};
use super::super::changes::write_changes;
use super::super::conversations::lines::{self, NewLine};
use super::super::conversations::{Raised, raise_and};
use super::super::people::standing::{hold_admins, note};
use super::super::sight::find_colleague;
use super::{Conn, read_back};
use crate::store::people::PersonChange;
use crate::store::{StoreResult, doing};
use model::audit::Action;
use model::content::{Detail, MessageKind, ThreadEvent};
use model::ids::{AccountId, ConversationId, MessageId};
use model::inbox::NamedPerson;
use model::teams::{MoveTo, Moved, TeamRefusal};
use model::thread::Author;
use sqlx::AssertSqlSafe;

const MOVING: &str = "move conversations";

/// People are held before conversations, and both in the order of their ids. What whoever is to have them may
/// not see stays where it is.
pub(super) async fn all(conn: &mut Conn, change: &PersonChange, to: MoveTo) -> StoreResult<Result<Moved, TeamRefusal>> {
    if hold_admins(conn, change.by).await?.is_err() {
        return Ok(Err(TeamRefusal::NotAllowed));
    }
    if let Err(refusal) = hold_target(conn, change, to).await? {
        return Ok(Err(refusal));
    }
    let sql = ["select id, account_id from conversations where assignee_id = $1 and state <> 'closed' order by id"];
    let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe([sql[0], FOR_UPDATE].concat()))
        .bind(change.person.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(MOVING))?;
    let (mut moved, mut told) = (Moved::default(), Vec::new());
    for (id, account) in rows {
        let account: AccountId = read_back(&account, "conversations", "account_id", &id)?;
        let named = match to {
            MoveTo::Person(person) => {
                let named = find_colleague(conn, account, person).await?;
                if named.is_none() {
                    moved.n_stayed += 1;
                    continue;
                }
                named
            }
            MoveTo::Nobody | MoveTo::Team(_) => None,
        };
        let id: ConversationId = read_back(&id, "conversations", "id", &id)?;
        let Some(raised) = raise(conn, change, id, to).await? else { continue };
        let line = line(change, raised, named);
        lines::insert(conn, raised, &line).await?;
        told.extend([raised.message(line.id), raised.conversation()]);
        moved.n_moved += 1;
    }
    if moved.n_moved > 0 {
        note(conn, change, Action::PersonRelieved).await?;
    }
    write_changes(conn, &told).await?;
    Ok(Ok(moved))
}

async fn hold_target(conn: &mut Conn, change: &PersonChange, to: MoveTo) -> StoreResult<Result<(), TeamRefusal>> {
    let (sql, id, otherwise) = match to {
        MoveTo::Nobody => return Ok(Ok(())),
        MoveTo::Person(person) if person == change.person => return Ok(Err(TeamRefusal::CannotHave)),
        MoveTo::Person(person) => {
            let sql = "select id from people where id = $1 and state = 'active'";
            ([sql, FOR_NO_KEY_UPDATE].concat(), person.to_string(), TeamRefusal::CannotHave)
        }
        MoveTo::Team(team) => {
            ("select id from teams where id = $1".to_owned(), team.to_string(), TeamRefusal::NotThere)
        }
    };
    let found: Option<String> =
        sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).fetch_optional(conn).await.map_err(doing(MOVING))?;
    Ok(found.map(drop).ok_or(otherwise))
}

/// What is given to a team or to nobody by hand is not given to somebody by a rule.
async fn raise(conn: &mut Conn, change: &PersonChange, id: ConversationId, to: MoveTo) -> StoreResult<Option<Raised>> {
    let now = change.now;
    raise_and(conn, id, now, |update| {
        update.push(", last_assignee_id = assignee_id, to_assign_at = null");
        match to {
            MoveTo::Person(person) => {
                update.push(", assignee_id = ").push_bind(person.to_string());
                update.push(", assigned_at = ").push_bind(now.0);
            }
            MoveTo::Nobody => {
                update.push(", assignee_id = null, assigned_at = null");
            }
            MoveTo::Team(team) => {
                update.push(", assignee_id = null, assigned_at = null, team_id = ").push_bind(team.to_string());
            }
        }
    })
    .await
}

fn line(change: &PersonChange, raised: Raised, to: Option<NamedPerson>) -> NewLine {
    let detail = Detail { event: Some(ThreadEvent::Assigned { to }), ..Detail::default() };
    let id = raised.conversation_id();
    NewLine {
        id: MessageId::of(change.now, &format!("moved\n{id}\n{}", change.audit_id)),
        at: change.now,
        kind: MessageKind::Event,
        author: Author::Agent,
        author_id: Some(change.by.to_string()),
        text: None,
        detail: serde_json::to_string(&detail).ok(),
        client_id: None,
    }
}
