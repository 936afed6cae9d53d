//! An account is disconnected: Meta tells nothing more, our tokens are forgotten, and what was said stays.

use super::keeping::place;
use crate::accounts::open;
use crate::auth::{Caller, Client};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::accounts::AccountToken;
use crate::teams::change;
use model::connecting::Connection;
use model::ids::AccountId;
use model::may::Act;
use model::platform::Login;
use model::teams::TeamRefusal;

/// Whether Meta heard of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It tells us nothing more, or goes on only for what is still connected.
    Yes,
    /// It could not be told: what it goes on telling is kept as before, but nothing can be answered.
    No,
}

pub async fn disconnect(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: AccountId,
) -> PeopleResult<Result<Told, TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let Some(connection) = program.store.find_connection(id).await? else { return Ok(Err(TeamRefusal::NotThere)) };
    let told = tell_nothing_more(program, &connection).await?;
    let done = program.store.disconnect_account(change(program, caller, client), id).await?;
    program.lately.forget(id);
    Ok(done.map(|()| told))
}

/// Asks Meta so, by each login.
pub(super) async fn tell_nothing_more(program: &Program, connection: &Connection) -> StoreResult<Told> {
    let mut told = Told::Yes;
    for token in program.store.list_account_tokens().await?.iter().filter(|it| it.account == connection.account) {
        if !unsubscribe(program, connection, token).await? {
            told = Told::No;
        }
    }
    Ok(told)
}

/// `false` if Meta goes on telling us.
async fn unsubscribe(program: &Program, connection: &Connection, token: &AccountToken) -> StoreResult<bool> {
    let place = place(connection, token.login);
    // A Page and what is linked to it are told of together.
    if token.login == Login::Page && program.store.page_is_used(place.to_owned(), connection.account).await? {
        return Ok(true);
    }
    let Ok(access) = open(&program.vault, token) else { return Ok(false) };
    if let Err(error) = program.graph.unsubscribe(&access, place).await {
        tracing::warn!(account.id = %connection.account, error = %error, "Meta was not told that an account is disconnected");
        return Ok(false);
    }
    Ok(true)
}
