//! What is set for the accounts.

use super::change;
use crate::auth::{Caller, Client};
use crate::handovers;
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::account_settings::AccountSetting;
use model::ids::{AccountId, BotId};
use model::may::Act;
use model::teams::{ListedAccount, TeamRefusal};

pub async fn list(program: &Program, caller: &Caller) -> PeopleResult<Vec<ListedAccount>> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.list_accounts_in_use().await?)
}

/// The one whose id stands in an address.
pub async fn find(program: &Program, caller: &Caller, id: &str) -> PeopleResult<Option<ListedAccount>> {
    Ok(list(program, caller).await?.into_iter().find(|it| it.id.to_string() == id))
}

/// The bots that answer through the API.
pub async fn bots(program: &Program, caller: &Caller) -> PeopleResult<Vec<(BotId, String)>> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.list_bots().await?.into_iter().map(|it| (it.id, it.name)).collect())
}

pub async fn set(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: AccountId,
    to: AccountSetting,
) -> PeopleResult<Result<(), TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let is_shared = matches!(&to, AccountSetting::Bot(bot) if bot.app.is_some());
    let set = program.store.set_account(change(program, caller, client), id, to).await?;
    if is_shared && set.is_ok() {
        handovers::learn_of(program, id).await?;
    }
    // What waited may leave now, and others may be given something.
    program.outbox.wanted.notify_one();
    program.assignment.wanted.notify_one();
    Ok(set)
}
