//! An admin changes what somebody may do.

use super::super::super::FOR_NO_KEY_UPDATE;
use super::super::changes::write_changes;
use super::super::conversations::take_from;
use super::super::teams::leave_what_is_out_of_sight;
use super::super::{Conn, audit, read_back};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::changes::NewChange;
use crate::store::people::PersonChange;
use crate::store::teams::RunChange;
use crate::store::{StoreError, StoreResult, doing};
use model::audit::Action;
use model::live::Event;
use model::people::{PersonState, Refusal};
use model::person::{PersonId, Role};
use sqlx::{AssertSqlSafe, FromRow};

const CHANGING: &str = "change what a person may do";

/// How somebody stands, and will until the commit unless we change it.
pub(in super::super) struct Held {
    role: Role,
    pub state: PersonState,
    has_password: bool,
    is_only_admin: bool,
}

#[derive(FromRow)]
struct HeldRow {
    role: String,
    state: String,
    password_hash: Option<String>,
}

/// Of two admins who act on one another the second waits for the first, and then sees what was done.
/// Everybody who runs the inbox is held, always in the same order: so there is no circle.
pub(in super::super) async fn hold_admins(
    conn: &mut Conn,
    by: PersonId,
) -> StoreResult<Result<Vec<PersonId>, Refusal>> {
    let sql = ["select id from people where role = 'admin' and state = 'active' order by id", FOR_NO_KEY_UPDATE];
    let ids: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(sql.concat())).fetch_all(conn).await.map_err(doing(CHANGING))?;
    let admins = ids.iter().map(|it| read_back(it, "people", "id", it)).collect::<StoreResult<Vec<PersonId>>>()?;
    Ok(if admins.contains(&by) { Ok(admins) } else { Err(Refusal::NotAllowed) })
}

pub(in super::super) async fn hold(conn: &mut Conn, change: &PersonChange) -> StoreResult<Result<Held, Refusal>> {
    let admins = match hold_admins(conn, change.by).await? {
        Ok(admins) => admins,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = change.person.to_string();
    let sql = ["select role, state, password_hash from people where id = $1", FOR_NO_KEY_UPDATE].concat();
    let row: Option<HeldRow> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(&id).fetch_optional(conn).await.map_err(doing(CHANGING))?;
    let Some(row) = row else { return Ok(Err(Refusal::NoSuchPerson)) };
    let odd = |column| StoreError::Inconsistent { table: "people", column, row: id.clone() };
    Ok(Ok(Held {
        role: Role::from_word(&row.role).ok_or_else(|| odd("role"))?,
        state: PersonState::from_word(&row.state).ok_or_else(|| odd("state"))?,
        has_password: row.password_hash.is_some(),
        is_only_admin: admins == [change.person],
    }))
}

pub(super) async fn set_role(conn: &mut Conn, change: &PersonChange, role: Role) -> StoreResult<Result<(), Refusal>> {
    let held = match hold(conn, change).await? {
        Ok(held) => held,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if held.role == role {
        return Ok(Ok(()));
    }
    if held.is_only_admin {
        return Ok(Err(Refusal::LastAdmin));
    }
    sqlx::query("update people set role = $2, updated_at = $3 where id = $1")
        .bind(change.person.to_string())
        .bind(role.word())
        .bind(change.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    let action = if role == Role::Admin { Action::MadeAdmin } else { Action::MadeAgent };
    note(conn, change, action).await?;
    // Whoever was an admin may have what an agent does not see.
    let run = RunChange {
        by: change.by,
        now: change.now,
        audit_id: change.audit_id,
        change_id: change.change_id,
        address: change.address.clone(),
    };
    leave_what_is_out_of_sight(conn, &run, vec![look_again(change)]).await?;
    Ok(Ok(()))
}

pub(super) async fn deactivate(conn: &mut Conn, change: &PersonChange) -> StoreResult<Result<Vec<String>, Refusal>> {
    let held = match hold(conn, change).await? {
        Ok(held) => held,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // Whoever may ask is an admin that stays: the last one is safe by this.
    if change.by == change.person {
        return Ok(Err(Refusal::Oneself));
    }
    if held.state == PersonState::Deactivated {
        return Ok(Ok(Vec::new()));
    }
    set_state(conn, change, PersonState::Deactivated).await?;
    let id = change.person.to_string();
    let sessions = sqlx::query_scalar("delete from sessions where person_id = $1 returning id_hash")
        .bind(&id)
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    sqlx::query("delete from one_time_links where person_id = $1")
        .bind(&id)
        .execute(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    let mut told = take_from(conn, change.person, change.by, change.now).await?;
    told.push(look_again(change));
    note(conn, change, Action::PersonDeactivated).await?;
    write_changes(conn, &told).await?;
    Ok(Ok(sessions))
}

pub(super) async fn activate(conn: &mut Conn, change: &PersonChange) -> StoreResult<Result<(), Refusal>> {
    let held = match hold(conn, change).await? {
        Ok(held) => held,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if held.state != PersonState::Deactivated {
        return Ok(Ok(()));
    }
    let state = if held.has_password { PersonState::Active } else { PersonState::Invited };
    set_state(conn, change, state).await?;
    note(conn, change, Action::PersonActivated).await?;
    Ok(Ok(()))
}

async fn set_state(conn: &mut Conn, change: &PersonChange, state: PersonState) -> StoreResult<()> {
    sqlx::query("update people set state = $2, updated_at = $3 where id = $1")
        .bind(change.person.to_string())
        .bind(state.word())
        .bind(change.now.0)
        .execute(conn)
        .await
        .map(drop)
        .map_err(doing(CHANGING))
}

pub(in super::super) async fn note(conn: &mut Conn, change: &PersonChange, action: Action) -> StoreResult<()> {
    let entry = AuditEntry {
        id: change.audit_id,
        at: change.now,
        actor: Actor::Person(change.by),
        action,
        subject: Some(Subject::Person(change.person)),
        detail: None,
        address: change.address.clone(),
    };
    audit::insert(conn, &entry).await
}

/// The person's own streams, in every process, look whether they may go on, and what they may show.
pub(in super::super) fn look_again(change: &PersonChange) -> NewChange {
    NewChange {
        id: change.change_id,
        event: Event::Resync,
        account_id: None,
        person_id: Some(change.person),
        at: change.now,
    }
}
