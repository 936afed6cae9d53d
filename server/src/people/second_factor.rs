//! A person's own second factor: turning it on and off, and the codes for the day the phone is lost.

use super::{PeopleResult, deed};
use crate::auth::codes::{SECRET_LEN, matching_step};
use crate::auth::second::{open, recovery_fingerprint, seal};
use crate::auth::tries::Turn;
use crate::auth::{Caller, Client};
use crate::chance::fingerprint;
use crate::program::Program;
use crate::qr::{self, Qr};
use crate::store::second_factor::NewSecondFactor;
use model::may::Act;
use model::people::PresentProblem;
use model::person::fold_email;
use model::second_factor::{CodeProblem, RECOVERY_CODES, SecondFactorStanding, base32, grouped, read_code};

/// A secret that is not anybody's yet: it becomes theirs with the first right code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// For the form that confirms it; only we can open it.
    pub sealed: String,
    /// What an app reads off the page.
    pub qr: Option<Qr>,
    /// The same to be typed.
    pub secret: String,
}

pub async fn standing(program: &Program, caller: &Caller) -> PeopleResult<SecondFactorStanding> {
    caller.may(Act::OwnPage)?;
    Ok(program.store.second_factor_standing(caller.me.id).await?)
}

/// A new secret, or that of a form that was not right yet.
pub fn offer(program: &Program, caller: &Caller, sealed: Option<&str>) -> PeopleResult<Offer> {
    caller.may(Act::OwnPage)?;
    let kept = sealed.and_then(|it| Some((it.to_owned(), open(program, caller.me.id, it).ok()?)));
    let (sealed, secret) = kept.unwrap_or_else(|| {
        let mut secret = [0u8; SECRET_LEN];
        program.seams.chance.fill(&mut secret);
        (seal(program, caller.me.id, &secret), secret.to_vec())
    });
    let secret = base32(&secret);
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let business = if caller.business.is_empty() { "Switchboard" } else { &caller.business };
    let (issuer, email) = (encode(business), encode(&caller.me.email));
    let qr = qr::draw(&format!("otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}"));
    Ok(Offer { sealed, qr, secret: grouped(&secret, " ") })
}

/// Turns it on with the first right code. The answer is the recovery codes, which are shown this once.
pub async fn turn_on(
    program: &Program,
    caller: &Caller,
    client: &Client,
    sealed: &str,
    code: &str,
) -> PeopleResult<Result<Vec<String>, CodeProblem>> {
    caller.may(Act::OwnPage)?;
    let Ok(secret) = open(program, caller.me.id, sealed) else { return Ok(Err(CodeProblem::Wrong)) };
    let step = read_code(code).and_then(|code| matching_step(&secret, code, program.seams.now()));
    let Some(step) = step else { return Ok(Err(CodeProblem::Wrong)) };
    let (codes, recovery_codes) = new_codes(program, caller);
    let new = NewSecondFactor { sealed: sealed.to_owned(), step, recovery_codes };
    let deed = deed(program, caller, Some(client.address.clone()));
    if program.store.turn_on_second_factor(deed, new).await? { Ok(Ok(codes)) } else { Ok(Err(CodeProblem::Wrong)) }
}

pub async fn turn_off(
    program: &Program,
    caller: &Caller,
    client: &Client,
    password: String,
) -> PeopleResult<Result<(), PresentProblem>> {
    if let Err(problem) = confirm(program, caller, client, password).await? {
        return Ok(Err(problem));
    }
    program.store.turn_off_second_factor(deed(program, caller, Some(client.address.clone()))).await?;
    Ok(Ok(()))
}

/// `None`: it is off.
pub async fn new_recovery_codes(
    program: &Program,
    caller: &Caller,
    client: &Client,
    password: String,
) -> PeopleResult<Result<Option<Vec<String>>, PresentProblem>> {
    if let Err(problem) = confirm(program, caller, client, password).await? {
        return Ok(Err(problem));
    }
    let (codes, fingerprints) = new_codes(program, caller);
    let deed = deed(program, caller, Some(client.address.clone()));
    let done = program.store.replace_recovery_codes(deed, fingerprints).await?;
    Ok(Ok(done.then_some(codes)))
}

/// Whether it is them, by their password. Guessing is held back like guessing at sign-in.
async fn confirm(
    program: &Program,
    caller: &Caller,
    client: &Client,
    password: String,
) -> PeopleResult<Result<(), PresentProblem>> {
    caller.may(Act::OwnPage)?;
    let email = fingerprint(&fold_email(&caller.me.email));
    let turn = match program.tries.take(&client.address, &email, program.seams.now()) {
        Turn::Granted(turn) => turn,
        Turn::Wait { wait_s } => return Ok(Err(PresentProblem::TooManyTries { wait_s })),
    };
    let hash = program.store.find_password_hash(caller.me.id).await?;
    if !program.passwords.verify(password, hash).await? {
        return Ok(Err(PresentProblem::Wrong));
    }
    program.tries.give_back(turn);
    Ok(Ok(()))
}

/// Each has 80 random bits; and what the store keeps of them.
fn new_codes(program: &Program, caller: &Caller) -> (Vec<String>, Vec<String>) {
    let code = |_| {
        let mut bytes = [0u8; 10];
        program.seams.chance.fill(&mut bytes);
        grouped(&base32(&bytes).to_ascii_lowercase(), "-")
    };
    let codes: Vec<String> = (0..RECOVERY_CODES).map(code).collect();
    let fingerprints = codes.iter().map(|it| recovery_fingerprint(caller.me.id, it)).collect();
    (codes, fingerprints)
}
