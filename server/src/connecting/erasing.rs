//! An admin asks for an account to be deleted with all that was said there. `contacts::erase` does it, a step at a time.

use super::ending::{tell_nothing_more, tokens_of};
use crate::auth::may::Forbidden;
use crate::auth::{Caller, Client};
use crate::contacts;
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::deletions::NewAccountDeletion;
use crate::teams::change;
use model::ids::{AccountId, DeletionId};
use model::may::Act;
use model::teams::TeamRefusal;

/// What became of asking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Begun,
    /// What was typed is not what the account is called.
    NotTheName,
}

/// Whoever deletes an account types what it is called, so that nobody does it to another by mistake.
pub async fn ask_deletion(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: AccountId,
    typed: &str,
) -> PeopleResult<Result<Asked, TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let Some(account) = program.store.find_account(id).await? else { return Ok(Err(TeamRefusal::NotThere)) };
    if !contacts::is_name(typed, &account.name) {
        return Ok(Ok(Asked::NotTheName));
    }
    let tokens = tokens_of(program, id).await?;
    let deletion: DeletionId = program.seams.new_id();
    let new = NewAccountDeletion { id: deletion, account: id, code: contacts::code(deletion) };
    let asked = program.store.ask_account_deletion(change(program, caller, client), new).await?;
    program.lately.forget(id);
    program.deletions_wanted.notify_one();
    match asked {
        Ok(()) => {
            tell_nothing_more(program, &tokens).await?;
            Ok(Ok(Asked::Begun))
        }
        Err(TeamRefusal::NotAllowed) => Err(Forbidden.into()),
        Err(refusal) => Ok(Err(refusal)),
    }
}
