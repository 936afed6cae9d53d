//! Who is asking: signing in and out, setting up, and what a signed-in person's requests carry.

pub mod caller;
pub mod codes;
pub mod may;
pub mod origin;
pub mod password;
pub mod second;
pub mod sessions;
pub mod set_up;
pub mod tries;

use crate::chance::fingerprint;
use crate::program::Program;
use crate::start::chain;
use crate::store::audit::{Actor, AuditEntry, Subject};
use crate::store::{StoreError, StoreResult};
use crate::vault::VaultError;
use model::audit::Action;
use model::person::{PersonId, fold_email};
use model::sign_in::SignInProblem;
use tower_sessions::Session;
use tries::Turn;

pub use caller::{Caller, Client};

/// Where a session keeps who it belongs to, and where they signed in.
const PERSON: &str = "person";
const USER_AGENT: &str = "user_agent";
const ADDRESS: &str = "address";

#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("could not keep the session")]
    Session(#[from] tower_sessions::session::Error),
    #[error("could not hash a password")]
    Hash(#[from] password::HashError),
    #[error("could not open the secret of a second factor")]
    Vault(#[from] VaultError),
}

/// How far the right password leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    In,
    /// Their code is awaited.
    CodeWanted,
}

/// Signs the browser in, or has it ask for a code, if email and password are right and it has not tried too often. Takes
/// the same time whether or not the email is known.
pub async fn sign_in(
    program: &Program,
    session: &Session,
    email: &str,
    password: &str,
    client: &Client,
) -> Result<Result<Entry, SignInProblem>, AuthError> {
    let email = fold_email(email);
    // Counted by fingerprint: however long the text, the count takes little memory.
    let turn = match program.tries.take(&client.address, &fingerprint(&email), program.seams.now()) {
        Turn::Granted(turn) => turn,
        Turn::Wait { wait_s } => {
            metrics::counter!("switchboard_sign_ins_total", "outcome" => "held_back").increment(1);
            return Ok(Err(SignInProblem::TooManyTries { wait_s }));
        }
    };
    let known = program.store.find_credentials(email).await?;
    let hash = known.as_ref().and_then(|it| it.password_hash.clone());
    let right = program.passwords.verify(password.to_owned(), hash).await?;
    if !right {
        if let Some(known) = known {
            note_failure(program, known.id, "the password was wrong", client);
        }
        metrics::counter!("switchboard_sign_ins_total", "outcome" => "refused").increment(1);
        return Ok(Err(SignInProblem::WrongEmailOrPassword));
    }
    let Some(known) = known else { return Ok(Err(SignInProblem::WrongEmailOrPassword)) };
    program.tries.give_back(turn);
    if known.wants_code {
        second::half(session, known.id, program.seams.now()).await?;
        return Ok(Ok(Entry::CodeWanted));
    }
    begin(session, known.id, client).await?;
    metrics::counter!("switchboard_sign_ins_total", "outcome" => "signed_in").increment(1);
    audit(program, known.id, Action::SignedIn, &client.address).await?;
    Ok(Ok(Entry::In))
}

/// Signs the browser out. Harmless if nobody was signed in.
pub async fn sign_out(program: &Program, session: &Session, address: &str) -> Result<(), AuthError> {
    let person = session.get::<PersonId>(PERSON).await?;
    session.flush().await?;
    if let Some(person) = person {
        audit(program, person, Action::SignedOut, address).await?;
    }
    Ok(())
}

/// Makes this session `person`'s, under a new id: one that somebody planted before is worthless.
pub(crate) async fn begin(session: &Session, person: PersonId, client: &Client) -> Result<(), AuthError> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(PERSON, person).await?;
    session.insert(USER_AGENT, &client.user_agent).await?;
    session.insert(ADDRESS, &client.address).await?;
    Ok(())
}

async fn audit(program: &Program, person: PersonId, action: Action, address: &str) -> StoreResult<()> {
    let entry = AuditEntry {
        id: program.seams.new_id(),
        at: program.seams.now(),
        actor: Actor::Person(person),
        action,
        subject: None,
        detail: None,
        address: Some(address.to_owned()),
    };
    program.store.insert_audit(entry).await
}

/// Of people only: whoever guesses emails would write as fast as they can, and how long the answer takes would
/// tell them which ones are known. So nobody waits for it either.
fn note_failure(program: &Program, person: PersonId, why: &str, client: &Client) {
    let entry = AuditEntry {
        id: program.seams.new_id(),
        at: program.seams.now(),
        actor: Actor::System,
        action: Action::SignInFailed,
        subject: Some(Subject::Person(person)),
        detail: Some(why.to_owned()),
        address: Some(client.address.clone()),
    };
    let program_too = program.clone();
    program.workers.spawn(async move {
        if let Err(error) = program_too.store.insert_audit(entry).await {
            tracing::warn!(error = %chain(&error), "a refused sign-in is not in the audit log");
        }
    });
}
