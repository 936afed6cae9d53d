//! Running the people: who is there, who comes, what they may do. Everything here begins by asking
//! whether the caller may, and the store asks again in the transaction that changes something.

pub mod joining;
pub mod own;
pub mod picture;
pub mod second_factor;

use crate::auth::may::{Forbidden, Refused};
use crate::auth::password::HashError;
use crate::auth::{AuthError, Caller, Client};
use crate::chance::{fingerprint, secret};
use crate::desk::presence;
use crate::media::keep::KeepError;
use crate::program::Program;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::invites::Invited;
use crate::store::people::{Added, NewLink, PersonChange};
use model::may::Act;
use model::people::{InviteForm, InviteProblems, ListedPerson, Refusal};
use model::person::{FieldProblem, PersonId, Role, check_email, check_name, fold_email};
use model::time::{DAY_S, Timestamp};

/// More people than one business has.
const MOST: u32 = 5000;

/// How long an invitation can be used.
const INVITE_DAYS: i64 = 7;

#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("could not hash a password")]
    Hash(#[from] HashError),
    #[error("could not keep the session")]
    Session(#[source] AuthError),
    #[error(transparent)]
    Keep(#[from] KeepError),
    #[error("taking in a picture panicked")]
    Panicked,
}

impl From<Refused> for PeopleError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Forbidden(it) => it.into(),
            Refused::Store(it) => it.into(),
        }
    }
}

pub type PeopleResult<T> = Result<T, PeopleError>;

/// A link that is shown once: only its fingerprint is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeLink {
    pub person: PersonId,
    pub address: String,
    pub until: Timestamp,
}

/// Everybody: whoever can sign in, by name, then who is invited, then who no longer can.
pub async fn list(program: &Program, caller: &Caller) -> PeopleResult<Vec<ListedPerson>> {
    caller.may(Act::RunPeople)?;
    let mut people = program.store.list_people(MOST).await?;
    people.sort_by_cached_key(|it| (it.state, it.name.to_lowercase(), it.id));
    Ok(people)
}

/// Invites somebody; or gives the form back with what is wrong in it.
pub async fn invite(
    program: &Program,
    caller: &Caller,
    client: &Client,
    mut form: InviteForm,
) -> PeopleResult<Result<MadeLink, InviteForm>> {
    caller.may(Act::RunPeople)?;
    let (name, email) = (check_name(&form.name), check_email(&form.email));
    form.problems = InviteProblems { name: name.clone().err(), email: email.clone().err() };
    let (Ok(name), Ok(email)) = (name, email) else { return Ok(Err(form)) };
    let change = change(program, caller, client, program.seams.new_id());
    let (made, link) = new_link(program, change.person);
    let who = Invited { email_folded: fold_email(&email), email, name, role: form.role };
    match program.store.invite(change, who, link).await? {
        Ok(Added::Yes) => Ok(Ok(made)),
        Ok(Added::EmailTaken) => {
            form.problems.email = Some(FieldProblem::Taken);
            Ok(Err(form))
        }
        Err(_) => Err(Forbidden.into()),
    }
}

/// Another link for somebody who is still invited; the one before ends.
pub async fn invite_again(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
) -> PeopleResult<Result<MadeLink, Refusal>> {
    caller.may(Act::RunPeople)?;
    let (made, link) = new_link(program, person);
    let renewed = program.store.renew_invite(change(program, caller, client, person), link).await?;
    Ok(renewed.map(|()| made))
}

pub async fn set_role(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
    role: Role,
) -> PeopleResult<Result<(), Refusal>> {
    caller.may(Act::RunPeople)?;
    Ok(program.store.set_role(change(program, caller, client, person), role).await?)
}

/// Ends what somebody may do: at once, in every browser of theirs.
pub async fn deactivate(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
) -> PeopleResult<Result<(), Refusal>> {
    caller.may(Act::RunPeople)?;
    let done = program.store.deactivate(change(program, caller, client, person)).await?;
    Ok(done.map(|sessions| {
        end_streams(program, &sessions);
        presence::gone(program, person);
    }))
}

pub async fn activate(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
) -> PeopleResult<Result<(), Refusal>> {
    caller.may(Act::RunPeople)?;
    Ok(program.store.activate(change(program, caller, client, person)).await?)
}

/// Ends the second factor of somebody who lost their phone.
pub async fn reset_second_factor(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
) -> PeopleResult<Result<(), Refusal>> {
    caller.may(Act::RunPeople)?;
    Ok(program.store.reset_second_factor(change(program, caller, client, person)).await?)
}

/// Whether everybody must have one.
pub async fn require_second_factor(
    program: &Program,
    caller: &Caller,
    client: &Client,
    is_required: bool,
) -> PeopleResult<()> {
    caller.may(Act::RunPeople)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    let done = program.store.require_second_factor(deed, is_required).await?;
    done.map_err(|_| Forbidden.into())
}

pub(crate) fn change(program: &Program, caller: &Caller, client: &Client, person: PersonId) -> PersonChange {
    PersonChange {
        by: caller.me.id,
        person,
        now: program.seams.now(),
        audit_id: program.seams.new_id(),
        change_id: program.seams.new_id(),
        address: Some(client.address.clone()),
    }
}

/// Who does something just now, and from where.
pub(crate) fn deed(program: &Program, caller: &Caller, address: Option<String>) -> Deed {
    Deed {
        by: caller.me.id,
        now: program.seams.now(),
        audit_id: program.seams.new_id(),
        change_id: program.seams.new_id(),
        address,
    }
}

fn new_link(program: &Program, person: PersonId) -> (MadeLink, NewLink) {
    let (link, created_at) = (secret(program.seams.chance.as_ref()), program.seams.now());
    let until = created_at.plus_s(INVITE_DAYS * DAY_S);
    let made = MadeLink { person, address: program.public_url.join(&format!("/join/{link}")), until };
    (made, NewLink { fingerprint: fingerprint(&link), created_at, expires_at: until })
}

/// Those of this process; those of others hear it from the feed.
fn end_streams(program: &Program, sessions: &[String]) {
    for session in sessions {
        program.live.session_ended(session);
    }
}
