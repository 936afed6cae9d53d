//! The second half of signing in, for whoever has a code beside the password.

use super::tries::Turn;
use super::{AuthError, Client, audit, begin, codes, note_failure};
use crate::chance::fingerprint;
use crate::program::Program;
use crate::store::audit::Deed;
use model::audit::Action;
use model::person::PersonId;
use model::second_factor::{CodeProblem, HALF_S, plain_code, read_code};
use model::time::Timestamp;
use tower_sessions::Session;

/// Where a session keeps who has given the right password, and when. It signs nobody in.
const HALF: &str = "half";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// They are in.
    Right,
    Wrong(CodeProblem),
    /// Nobody gave a password here, or too long ago.
    StartAgain,
}

/// The password was right; a session of its own remembers so.
pub(super) async fn half(session: &Session, person: PersonId, now: Timestamp) -> Result<(), AuthError> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(HALF, (person, now.0)).await?;
    Ok(())
}

/// Whose code is awaited.
pub async fn awaited(program: &Program, session: &Session) -> Result<Option<PersonId>, AuthError> {
    let half: Option<(PersonId, i64)> = session.get(HALF).await?;
    let now = program.seams.now();
    Ok(half.filter(|(_, at)| now.since_ms(Timestamp(*at)) < HALF_S * 1000).map(|it| it.0))
}

/// Signs in whoever gives the code that their app shows, or one of their recovery codes.
pub async fn finish(program: &Program, session: &Session, text: &str, client: &Client) -> Result<Code, AuthError> {
    let Some(person) = awaited(program, session).await? else { return Ok(Code::StartAgain) };
    let now = program.seams.now();
    let turn = match program.tries.take_for_code(&client.address, &person.to_string(), now) {
        Turn::Granted(turn) => turn,
        Turn::Wait { wait_s } => return Ok(Code::Wrong(CodeProblem::TooManyTries { wait_s })),
    };
    if !is_right(program, person, text, client).await? {
        note_failure(program, person, "the code was wrong", client);
        metrics::counter!("switchboard_sign_ins_total", "outcome" => "refused").increment(1);
        return Ok(Code::Wrong(CodeProblem::Wrong));
    }
    program.tries.give_back(turn);
    begin(session, person, client).await?;
    metrics::counter!("switchboard_sign_ins_total", "outcome" => "signed_in").increment(1);
    audit(program, person, Action::SignedIn, &client.address).await?;
    Ok(Code::Right)
}

async fn is_right(program: &Program, person: PersonId, text: &str, client: &Client) -> Result<bool, AuthError> {
    if let Some(code) = read_code(text) {
        return takes(program, person, code).await;
    }
    let deed = Deed {
        by: person,
        now: program.seams.now(),
        audit_id: program.seams.new_id(),
        change_id: program.seams.new_id(),
        address: Some(client.address.clone()),
    };
    Ok(program.store.use_recovery_code(deed, recovery_fingerprint(person, text)).await?)
}

/// Whether the app of this person shows the code; it does so once.
async fn takes(program: &Program, person: PersonId, code: u32) -> Result<bool, AuthError> {
    let Some(sealed) = program.store.find_second_factor(person).await? else { return Ok(false) };
    let secret = open(program, person, &sealed)?;
    let Some(step) = codes::matching_step(&secret, code, program.seams.now()) else { return Ok(false) };
    Ok(program.store.use_step(person, step).await?)
}

/// The same code of two people is not the same to the store.
pub fn recovery_fingerprint(person: PersonId, code: &str) -> String {
    fingerprint(&format!("{person}\n{}", plain_code(code)))
}

pub fn seal(program: &Program, person: PersonId, secret: &[u8; codes::SECRET_LEN]) -> String {
    program.vault.seal(program.seams.chance.as_ref(), &purpose(person), &crate::chance::hex(secret))
}

pub fn open(program: &Program, person: PersonId, sealed: &str) -> Result<Vec<u8>, AuthError> {
    let text = program.vault.open(&purpose(person), sealed)?;
    let digit = |it: &u8| char::from(*it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let digits: Option<Vec<u8>> = text.as_bytes().iter().map(digit).collect();
    let bytes = digits.unwrap_or_default().chunks_exact(2).map(|it| it[0] << 4 | it[1]).collect::<Vec<_>>();
    if bytes.len() == codes::SECRET_LEN { Ok(bytes) } else { Err(crate::vault::VaultError::Damaged.into()) }
}

pub fn purpose(person: PersonId) -> String {
    format!("people.totp_secret {person}")
}
