//! What a person keeps of themselves: name, password, where they are signed in, how the page looks.

use super::{PeopleResult, change, end_streams};
use crate::auth::tries::Turn;
use crate::auth::{Caller, Client};
use crate::chance::fingerprint;
use crate::program::Program;
use crate::store::people::NewPassword;
use crate::store::sessions::Ending;
use model::may::Act;
use model::people::{OpenSession, PasswordProblems, PresentProblem};
use model::person::{FieldProblem, Preferences, check_name, check_password, fold_email};

/// More browsers than anybody uses.
const SESSIONS_MOST: u32 = 100;

pub async fn sessions(program: &Program, caller: &Caller) -> PeopleResult<Vec<OpenSession>> {
    caller.may(Act::OwnPage)?;
    Ok(program.store.list_sessions(caller.me.id, program.seams.now(), SESSIONS_MOST).await?)
}

pub async fn rename(
    program: &Program,
    caller: &Caller,
    client: &Client,
    name: &str,
) -> PeopleResult<Result<(), FieldProblem>> {
    caller.may(Act::OwnPage)?;
    let name = match check_name(name) {
        Ok(name) => name,
        Err(problem) => return Ok(Err(problem)),
    };
    if name != caller.me.name {
        program.store.rename(change(program, caller, client, caller.me.id), name).await?;
    }
    Ok(Ok(()))
}

/// Theme, Enter key, notifications: how the person likes to work, from what it was.
pub async fn set_likings(
    program: &Program,
    caller: &Caller,
    change: impl FnOnce(Preferences) -> Preferences,
) -> PeopleResult<()> {
    caller.may(Act::OwnPage)?;
    let preferences = change(caller.me.preferences.clone()).checked();
    Ok(program.store.save_preferences(caller.me.id, preferences, program.seams.now()).await?)
}

/// Changes the password, and ends every session but this one. Guessing the present one is held back
/// like guessing at sign-in.
pub async fn change_password(
    program: &Program,
    caller: &Caller,
    client: &Client,
    session: String,
    present: String,
    new: String,
) -> PeopleResult<Result<(), PasswordProblems>> {
    caller.may(Act::OwnPage)?;
    let me = &caller.me;
    let problem = |present| Ok(Err(PasswordProblems { present: Some(present), new: None }));
    let email = fingerprint(&fold_email(&me.email));
    let turn = match program.tries.take(&client.address, &email, program.seams.now()) {
        Turn::Granted(turn) => turn,
        Turn::Wait { wait_s } => return problem(PresentProblem::TooManyTries { wait_s }),
    };
    let was = program.store.find_password_hash(me.id).await?;
    let right = program.passwords.verify(present, was.clone()).await?;
    let Some(was) = was.filter(|_| right) else { return problem(PresentProblem::Wrong) };
    program.tries.give_back(turn);
    if let Err(new) = check_password(&new, &me.name, &me.email) {
        return Ok(Err(PasswordProblems { present: None, new: Some(new) }));
    }
    let hash = program.passwords.hash(new, program.seams.chance.as_ref()).await?;
    let new = NewPassword { was, hash, keep: session };
    match program.store.change_password(change(program, caller, client, me.id), new).await? {
        Some(ended) => {
            end_streams(program, &ended);
            Ok(Ok(()))
        }
        None => problem(PresentProblem::Wrong),
    }
}

/// Signs one or more of the caller's own browsers out.
pub async fn end_sessions(program: &Program, caller: &Caller, client: &Client, which: Ending) -> PeopleResult<()> {
    caller.may(Act::OwnPage)?;
    let ended = program.store.end_sessions(change(program, caller, client, caller.me.id), which).await?;
    end_streams(program, &ended);
    Ok(())
}
