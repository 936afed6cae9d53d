//! Teams, what they see, and the rules by which they share the work. Everything here begins by asking whether
//! the caller may, and the store asks again in the transaction that changes something.

pub mod accounts;
pub mod rules;

use crate::auth::{Caller, Client};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::teams::{Named, RunChange};
use model::ids::TeamId;
use model::may::Act;
use model::person::{FieldProblem, PersonId, check_name};
use model::teams::{ListedTeam, TeamRefusal, Teammate};

/// By name.
pub async fn list(program: &Program, caller: &Caller) -> PeopleResult<Vec<ListedTeam>> {
    caller.may(Act::RunTeams)?;
    let mut teams = program.store.list_teams().await?;
    teams.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id));
    Ok(teams)
}

/// One of them, and who can be in it, by name.
pub async fn find(program: &Program, caller: &Caller, id: TeamId) -> PeopleResult<Option<(ListedTeam, Vec<Teammate>)>> {
    caller.may(Act::RunTeams)?;
    let Some(team) = program.store.list_teams().await?.into_iter().find(|it| it.id == id) else { return Ok(None) };
    let mut people = program.store.list_teammates(id).await?;
    people.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id));
    Ok(Some((team, people)))
}

/// What became of a name: it was kept, or what is wrong with it.
pub type NameKept = Result<Result<TeamId, FieldProblem>, TeamRefusal>;

pub async fn add(program: &Program, caller: &Caller, client: &Client, name: &str) -> PeopleResult<NameKept> {
    caller.may(Act::RunTeams)?;
    let id = program.seams.new_id();
    let name = match check_name(name) {
        Ok(name) => name,
        Err(problem) => return Ok(Ok(Err(problem))),
    };
    let added = program.store.add_team(change(program, caller, client), id, name).await?;
    Ok(added.map(|it| kept(it, id)))
}

pub async fn rename(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: TeamId,
    name: &str,
) -> PeopleResult<NameKept> {
    caller.may(Act::RunTeams)?;
    let name = match check_name(name) {
        Ok(name) => name,
        Err(problem) => return Ok(Ok(Err(problem))),
    };
    let renamed = program.store.rename_team(change(program, caller, client), id, name).await?;
    Ok(renamed.map(|it| kept(it, id)))
}

fn kept(named: Named, id: TeamId) -> Result<TeamId, FieldProblem> {
    match named {
        Named::Yes => Ok(id),
        Named::Taken => Err(FieldProblem::Taken),
    }
}

pub async fn set_members(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: TeamId,
    members: Vec<PersonId>,
) -> PeopleResult<Result<(), TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let set = program.store.set_members(change(program, caller, client), id, members).await?;
    program.assignment.wanted.notify_one();
    Ok(set)
}

pub async fn delete(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: TeamId,
) -> PeopleResult<Result<(), TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.delete_team(change(program, caller, client), id).await?)
}

pub(crate) fn change(program: &Program, caller: &Caller, client: &Client) -> RunChange {
    RunChange {
        by: caller.me.id,
        now: program.seams.now(),
        audit_id: program.seams.new_id(),
        change_id: program.seams.new_id(),
        address: Some(client.address.clone()),
    }
}
