//! An invited person comes in.

use super::{PeopleError, PeopleResult};
use crate::auth::{self, Client};
use crate::chance::fingerprint;
use crate::program::Program;
use crate::store::invites::Joining;
use model::people::{JoinForm, JoinProblems};
use model::person::{check_name, check_password};
use tower_sessions::Session;

/// What the page behind `link` shows at first.
pub async fn form(program: &Program, link: String) -> PeopleResult<JoinForm> {
    let invitation = program.store.find_invite(fingerprint(&link), program.seams.now()).await?;
    let name = invitation.as_ref().map(|it| it.name.clone()).unwrap_or_default();
    Ok(JoinForm { link, invitation, name, problems: JoinProblems::default() })
}

/// Uses the link up and signs whoever came with it in; or gives the form back with what is wrong in it.
pub async fn join(
    program: &Program,
    session: &Session,
    client: &Client,
    given: JoinForm,
    password: String,
) -> PeopleResult<Result<(), JoinForm>> {
    let mut form = JoinForm { name: given.name, ..form(program, given.link).await? };
    // Nothing is hashed for a link that is not good.
    let Some(invitation) = &form.invitation else { return Ok(Err(form)) };
    let name = check_name(&form.name);
    let good = check_password(&password, &form.name, &invitation.email);
    form.problems = JoinProblems { name: name.clone().err(), password: good.err() };
    let (Ok(name), Ok(())) = (name, good) else { return Ok(Err(form)) };
    let joining = Joining {
        fingerprint: fingerprint(&form.link),
        name,
        password_hash: program.passwords.hash(password, program.seams.chance.as_ref()).await?,
        now: program.seams.now(),
        audit_id: program.seams.new_id(),
        address: Some(client.address.clone()),
    };
    let Some(person) = program.store.accept_invite(joining).await? else {
        form.invitation = None;
        return Ok(Err(form));
    };
    auth::begin(session, person, client).await.map_err(PeopleError::Session)?;
    Ok(Ok(()))
}
