//! Teams.

mod sight;

use super::people::standing::hold_admins;
use super::{Conn, Pools, audit, read_back};
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::changes::NewChange;
use crate::store::teams::{Named, RunChange, Teams};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::audit::Action;
use model::ids::TeamId;
use model::inbox::NamedPerson;
use model::person::{PersonId, Role};
use model::teams::{ListedTeam, NamedAccount, TeamRefusal, Teammate};
pub(super) use sight::{leave_what_is_out_of_sight, look_again};
use std::collections::{BTreeMap, BTreeSet};

const LISTING: &str = "list the teams";
const CHANGING: &str = "change a team";

#[async_trait]
impl Teams for Pools {
    async fn list_teams(&self) -> StoreResult<Vec<ListedTeam>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list(&mut conn).await
    }

    async fn list_teammates(&self, team: TeamId) -> StoreResult<Vec<Teammate>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
            "select p.id, p.name, p.role,
                 exists (select 1 from team_members t where t.team_id = $1 and t.person_id = p.id)
             from people p where p.state <> 'deactivated' order by p.id limit 5000",
        )
        .bind(team.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LISTING))?;
        let teammate = |(id, name, role, is_member): (String, String, String, bool)| {
            let odd = || StoreError::Inconsistent { table: "people", column: "role", row: id.clone() };
            let role = Role::from_word(&role).ok_or_else(odd)?;
            Ok(Teammate { id: read_back(&id, "people", "id", &id)?, name, role, is_member })
        };
        rows.into_iter().map(teammate).collect()
    }

    async fn add_team(&self, change: RunChange, id: TeamId, name: String) -> StoreResult<Result<Named, TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { add(conn, &change, id, &name).await })).await
    }

    async fn rename_team(
        &self,
        change: RunChange,
        id: TeamId,
        name: String,
    ) -> StoreResult<Result<Named, TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { rename(conn, &change, id, &name).await })).await
    }

    async fn set_members(
        &self,
        change: RunChange,
        id: TeamId,
        members: Vec<PersonId>,
    ) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { set_members(conn, &change, id, &members).await })).await
    }

    async fn delete_team(&self, change: RunChange, id: TeamId) -> StoreResult<Result<(), TeamRefusal>> {
        self.write(CHANGING, move |conn| Box::pin(async move { delete(conn, &change, id).await })).await
    }
}

async fn list(conn: &mut Conn) -> StoreResult<Vec<ListedTeam>> {
    let teams: Vec<(String, String, i64)> = sqlx::query_as(
        "select id, name, (select count(*) from assignment_rules r where r.team_id = teams.id) from teams limit 5000",
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let members: Vec<(String, String, String)> = sqlx::query_as(
        "select t.team_id, p.id, p.name from team_members t join people p on p.id = t.person_id
         where p.state <> 'deactivated' order by p.name, p.id limit 50000",
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let accounts: Vec<(String, String, String)> = sqlx::query_as(
        "select t.team_id, a.id, a.name from account_teams t join accounts a on a.id = t.account_id
         order by a.name, a.id limit 50000",
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let (mut members, mut accounts) = (by_team(members), by_team(accounts));
    let team = |(id, name, n_rules): (String, String, i64)| {
        let person = |(id, name): (String, String)| Ok(NamedPerson { id: read_back(&id, "people", "id", &id)?, name });
        let account =
            |(id, name): (String, String)| Ok(NamedAccount { id: read_back(&id, "accounts", "id", &id)?, name });
        Ok(ListedTeam {
            members: members.remove(&id).unwrap_or_default().into_iter().map(person).collect::<StoreResult<_>>()?,
            accounts: accounts.remove(&id).unwrap_or_default().into_iter().map(account).collect::<StoreResult<_>>()?,
            id: read_back(&id, "teams", "id", &id)?,
            name,
            n_rules: usize::try_from(n_rules).unwrap_or_default(),
        })
    };
    teams.into_iter().map(team).collect()
}

fn by_team(rows: Vec<(String, String, String)>) -> BTreeMap<String, Vec<(String, String)>> {
    let mut by_team: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (team, id, name) in rows {
        by_team.entry(team).or_default().push((id, name));
    }
    by_team
}

async fn add(conn: &mut Conn, change: &RunChange, id: TeamId, name: &str) -> StoreResult<Result<Named, TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let added = sqlx::query(
        "insert into teams (id, name, name_folded, created_at, updated_at) values ($1, $2, $3, $4, $4)
         on conflict (name_folded) do nothing",
    )
    .bind(id.to_string())
    .bind(name)
    .bind(name.to_lowercase())
    .bind(change.now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(CHANGING))?;
    if added.rows_affected() == 0 {
        return Ok(Ok(Named::Taken));
    }
    note(conn, change, Action::TeamAdded, Subject::Team(id)).await?;
    Ok(Ok(Named::Yes))
}

async fn rename(
    conn: &mut Conn,
    change: &RunChange,
    id: TeamId,
    name: &str,
) -> StoreResult<Result<Named, TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let folded = name.to_lowercase();
    let taken: Option<String> = sqlx::query_scalar("select id from teams where name_folded = $1 and id <> $2")
        .bind(&folded)
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    if taken.is_some() {
        return Ok(Ok(Named::Taken));
    }
    let renamed = sqlx::query("update teams set name = $2, name_folded = $3, updated_at = $4 where id = $1")
        .bind(id.to_string())
        .bind(name)
        .bind(folded)
        .bind(change.now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    if renamed.rows_affected() == 0 {
        return Ok(Err(TeamRefusal::NotThere));
    }
    note(conn, change, Action::TeamRenamed, Subject::Team(id)).await?;
    Ok(Ok(Named::Yes))
}

async fn set_members(
    conn: &mut Conn,
    change: &RunChange,
    id: TeamId,
    members: &[PersonId],
) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    if !is_there(conn, id).await? {
        return Ok(Err(TeamRefusal::NotThere));
    }
    let was = members_of(conn, id).await?;
    let is: BTreeSet<PersonId> = members.iter().copied().collect();
    for gone in was.difference(&is) {
        sqlx::query("delete from team_members where team_id = $1 and person_id = $2")
            .bind(id.to_string())
            .bind(gone.to_string())
            .execute(&mut *conn)
            .await
            .map_err(doing(CHANGING))?;
    }
    for new in is.difference(&was) {
        // Whoever cannot sign in any more, or is nobody, is passed over.
        sqlx::query(
            "insert into team_members (team_id, person_id)
             select $1, id from people where id = $2 and state <> 'deactivated'",
        )
        .bind(id.to_string())
        .bind(new.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    }
    let changed: Vec<PersonId> = was.symmetric_difference(&is).copied().collect();
    if changed.is_empty() {
        return Ok(Ok(()));
    }
    note(conn, change, Action::TeamMembers, Subject::Team(id)).await?;
    let told = changed.into_iter().map(|it| look_again(change, it)).collect();
    leave_what_is_out_of_sight(conn, change, told).await?;
    Ok(Ok(()))
}

async fn members_of(conn: &mut Conn, id: TeamId) -> StoreResult<BTreeSet<PersonId>> {
    let ids: Vec<String> = sqlx::query_scalar("select person_id from team_members where team_id = $1")
        .bind(id.to_string())
        .fetch_all(conn)
        .await
        .map_err(doing(CHANGING))?;
    ids.iter().map(|it| read_back(it, "team_members", "person_id", it)).collect()
}

async fn delete(conn: &mut Conn, change: &RunChange, id: TeamId) -> StoreResult<Result<(), TeamRefusal>> {
    if let Err(refusal) = may_run(conn, change).await? {
        return Ok(Err(refusal));
    }
    let alone: Option<String> = sqlx::query_scalar(
        "select t.account_id from account_teams t where t.team_id = $1
         and not exists (select 1 from account_teams o where o.account_id = t.account_id and o.team_id <> $1) limit 1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(CHANGING))?;
    if alone.is_some() {
        return Ok(Err(TeamRefusal::OnlyOneThatSees));
    }
    let told: Vec<NewChange> = members_of(conn, id).await?.into_iter().map(|it| look_again(change, it)).collect();
    let deleted = sqlx::query("delete from teams where id = $1")
        .bind(id.to_string())
        .execute(&mut *conn)
        .await
        .map_err(doing(CHANGING))?;
    if deleted.rows_affected() == 0 {
        return Ok(Err(TeamRefusal::NotThere));
    }
    note(conn, change, Action::TeamDeleted, Subject::Team(id)).await?;
    leave_what_is_out_of_sight(conn, change, told).await?;
    Ok(Ok(()))
}

async fn is_there(conn: &mut Conn, id: TeamId) -> StoreResult<bool> {
    let found: Option<String> = sqlx::query_scalar("select id from teams where id = $1")
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing(CHANGING))?;
    Ok(found.is_some())
}

/// Whoever runs the inbox is held: of two who change something for everybody the second waits for the first.
pub(super) async fn may_run(conn: &mut Conn, change: &RunChange) -> StoreResult<Result<(), TeamRefusal>> {
    Ok(hold_admins(conn, change.by).await?.map(drop).map_err(|_| TeamRefusal::NotAllowed))
}

pub(super) async fn note(conn: &mut Conn, change: &RunChange, action: Action, subject: Subject) -> StoreResult<()> {
    let entry = AuditEntry {
        id: change.audit_id,
        at: change.now,
        actor: Actor::Person(change.by),
        action,
        subject: Some(subject),
        detail: None,
        address: change.address.clone(),
    };
    audit::insert(conn, &entry).await
}
