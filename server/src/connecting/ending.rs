//! An account is disconnected: Meta tells nothing more, our tokens are forgotten, and what was said stays.

use crate::accounts::open;
use crate::auth::{Caller, Client};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::accounts::AccountToken;
use crate::teams::change;
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
    // Forgotten here first, so that nobody who looks after the account has it told again behind our back.
    let tokens = tokens_of(program, id).await?;
    let done = program.store.disconnect_account(change(program, caller, client), id).await?;
    program.lately.forget(id);
    Ok(match done {
        Ok(()) => Ok(tell_nothing_more(program, &tokens).await?),
        Err(refusal) => Err(refusal),
    })
}

pub(super) async fn tokens_of(program: &Program, id: AccountId) -> StoreResult<Vec<AccountToken>> {
    let all = program.store.list_account_tokens().await?;
    Ok(all.into_iter().filter(|it| it.account == id).collect())
}

/// Asks Meta so, by each login.
pub(crate) async fn tell_nothing_more(program: &Program, tokens: &[AccountToken]) -> StoreResult<Told> {
    let mut told = Told::Yes;
    for token in tokens {
        if !unsubscribe(program, token).await? {
            told = Told::No;
        }
    }
    Ok(told)
}

/// `false` if Meta goes on telling us.
async fn unsubscribe(program: &Program, token: &AccountToken) -> StoreResult<bool> {
    // A Page and what is linked to it are told of together.
    if token.login == Login::Page && program.store.shares_page(token.account).await? {
        return Ok(true);
    }
    let Ok(access) = open(&program.vault, token) else { return Ok(false) };
    if let Err(error) = program.graph.be_told_nothing(&access).await {
        tracing::warn!(account.id = %token.account, error = %error, "Meta was not told that an account is disconnected");
        return Ok(false);
    }
    Ok(true)
}
