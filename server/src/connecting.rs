//! Connecting accounts in the browser: somebody is sent to Meta with a secret of ours, comes back with it and a code,
//! and the code becomes a token. Codes and tokens are in no address of ours that stays, in no log and in no page.
//! Everything here begins by asking whether the caller may, and the store asks again.

mod arriving;
mod choosing;
mod ending;
pub mod erasing;
mod keeping;
mod pasting;

pub use choosing::{Chosen, Offer, choose, offer};
pub(crate) use ending::tell_nothing_more;
pub use ending::{Told, disconnect};
pub use pasting::{Pasted, paste};

use crate::auth::sessions::fingerprint_of;
use crate::auth::{Caller, Client};
use crate::chance::{fingerprint, secret};
use crate::graph::login::Wish;
use crate::graph::{GraphError, Kind};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::connecting::{ConnectAttempt, Visitor};
use model::connecting::ConnectTrouble;
use model::ids::{AccountId, ConnectChoiceId};
use model::may::Act;
use model::platform::Login;
use model::time::{HOUR_S, MINUTE_S};
use tower_sessions::Session;
use url::Url;

/// Where Meta sends people back to: registered there to the letter.
pub const BACK: &str = "/accounts/connect/back";

/// Long enough to find a password, short enough that a way left open is soon closed.
const ATTEMPT_S: i64 = 10 * MINUTE_S;
/// Meta's shortest token lives as long.
const CHOICE_S: i64 = HOUR_S;

/// What came of it: an account, Pages to choose among, or why nothing did.
pub type Arrived = Result<Arrival, ConnectTrouble>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    Connected { account: AccountId, is_subscribed: bool },
    Choose(ConnectChoiceId),
}

/// What Meta sends back with somebody.
#[derive(Debug, Default)]
pub struct Return {
    pub state: String,
    pub code: String,
    /// Meta's word for why there is no code.
    pub error: String,
}

/// Which logins there are apps for, the usual one first.
pub fn apps(program: &Program, caller: &Caller) -> PeopleResult<Vec<(Login, String)>> {
    caller.may(Act::RunTeams)?;
    Ok(program.graph.apps().iter().map(|it| (it.login, it.id.clone())).collect())
}

/// What has to be registered at Meta.
pub fn home(program: &Program) -> String {
    program.public_url.join(BACK)
}

/// Where to send the caller, who comes back to [`BACK`] within ten minutes or not at all.
pub async fn begin(
    program: &Program,
    caller: &Caller,
    session: &Session,
    login: Login,
    app: &str,
) -> PeopleResult<Result<Url, ConnectTrouble>> {
    caller.may(Act::RunTeams)?;
    let app = match app {
        "" => program.graph.app(login),
        id => program.graph.app_called(login, id),
    };
    let (Some(app), Some(by)) = (app, visitor(caller, session)) else { return Ok(Err(ConnectTrouble::NoApp)) };
    let (chance, now) = (program.seams.chance.as_ref(), program.seams.now());
    let state = secret(chance);
    let state_hash = fingerprint(&state);
    // Facebook's login knows PKCE; of Instagram's no page says so.
    let verifier = (login == Login::Page).then(|| [secret(chance), secret(chance)].concat());
    let sealed = verifier.as_ref().map(|it| program.vault.seal(chance, &purpose_of_verifier(&state_hash), it));
    let attempt = ConnectAttempt {
        state_hash,
        by,
        login,
        app: app.id.clone(),
        verifier: sealed,
        now,
        expires_at: now.plus_s(ATTEMPT_S),
    };
    if program.store.begin_connecting(attempt).await?.is_err() {
        return Err(crate::auth::may::Forbidden.into());
    }
    let wish = Wish { app, home: &home(program), state: &state, verifier: verifier.as_deref() };
    Ok(Ok(program.graph.login_page(wish)))
}

/// Somebody is back from Meta.
pub async fn arrive(
    program: &Program,
    caller: &Caller,
    client: &Client,
    session: &Session,
    back: &Return,
) -> PeopleResult<Arrived> {
    caller.may(Act::RunTeams)?;
    let Some(by) = visitor(caller, session) else { return Ok(Err(ConnectTrouble::Stale)) };
    let state_hash = fingerprint(&back.state);
    let attempt = program.store.take_attempt(state_hash.clone(), by.clone(), program.seams.now()).await?;
    let Some(attempt) = attempt else {
        tracing::warn!(person.id = %caller.me.id, "somebody came back from Meta by a way that is not theirs, or not any more");
        return Ok(Err(ConnectTrouble::Stale));
    };
    if !back.error.is_empty() {
        return Ok(Err(ConnectTrouble::Denied));
    }
    let Some(app) = program.graph.app_called(attempt.login, &attempt.app) else {
        return Ok(Err(ConnectTrouble::NoApp));
    };
    let verifier = match &attempt.verifier {
        None => None,
        Some(sealed) => match program.vault.open(&purpose_of_verifier(&state_hash), sealed) {
            Ok(opened) => Some(opened),
            // The secret key was changed meanwhile.
            Err(_) => return Ok(Err(ConnectTrouble::Stale)),
        },
    };
    let arriving = arriving::Arriving { program, caller, client, app, by };
    arriving.with_code(&back.code, verifier.as_deref()).await
}

fn purpose_of_verifier(state_hash: &str) -> String {
    format!("connect_attempts.verifier {state_hash}")
}

fn purpose_of_choice(id: ConnectChoiceId) -> String {
    format!("connect_choices.token {id}")
}

fn visitor(caller: &Caller, session: &Session) -> Option<Visitor> {
    Some(Visitor { person: caller.me.id, session: fingerprint_of(session)? })
}

/// What somebody can do about what Meta said. `refused` is what it means that Meta simply does not want it.
fn trouble(error: &GraphError, refused: ConnectTrouble) -> ConnectTrouble {
    tracing::warn!(error = %error, "Meta did not let an account be connected");
    match error.kind {
        Kind::Transient | Kind::RateLimited { .. } => ConnectTrouble::Unreachable,
        _ => refused,
    }
}
