//! Rules of assignment.

use super::change;
use crate::auth::{Caller, Client};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::rules::RuleChange;
use model::assignment::Method;
use model::ids::{AccountId, RuleId, TeamId};
use model::may::Act;
use model::teams::{Rule, TeamRefusal};

/// In the order in which they are asked.
pub async fn list(program: &Program, caller: &Caller) -> PeopleResult<Vec<Rule>> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.list_rules().await?)
}

pub async fn add(
    program: &Program,
    caller: &Caller,
    client: &Client,
    account: Option<AccountId>,
    team: TeamId,
    method: Method,
) -> PeopleResult<Result<(), TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let rule = Rule { id: program.seams.new_id(), account, team, method, is_on: true };
    let added = program.store.add_rule(change(program, caller, client), rule).await?;
    program.assignment.wanted.notify_one();
    Ok(added)
}

pub async fn alter(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: RuleId,
    to: RuleChange,
) -> PeopleResult<Result<(), TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let changed = program.store.change_rule(change(program, caller, client), id, to).await?;
    program.assignment.wanted.notify_one();
    Ok(changed)
}
