//! Outgoing webhooks: what happens is posted to other programs, signed as Meta signs what it posts to us. What is to be
//! told stands in the database only, from the moment at which an endpoint's place in the feed moves past it.

mod make;
mod post;
mod silent;
mod tell;

use crate::auth::may::Refused;
use crate::auth::{Caller, Client};
use crate::chance::{Chance, secret};
use crate::config::MediaOrigin;
use crate::people::deed;
use crate::program::Program;
use crate::store::endpoints::{EndpointAdded, EndpointChange, NewEndpoint, Replay};
use model::endpoints::{
    DeliveryKey, EndpointForm, EndpointTrouble, ListedBot, ListedDelivery, ListedEndpoint, UrlProblem,
};
use model::ids::{ApiTokenId, BotId, EndpointId};
use model::may::Act;
use post::Poster;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore};

/// On their way at a time, to all endpoints together.
const AT_ONCE: usize = 32;
/// And to one of them: those that are slow leave room to the others.
const TO_ONE: u32 = 4;

/// What was told is kept for so long, to be looked at and told again.
pub const KEPT_DAYS: u16 = 7;
/// Lines of a log on one page.
const LOG_LINES: u32 = 100;

pub struct Telling {
    poster: Poster,
    room: Arc<Semaphore>,
    /// There may be something to tell.
    wanted: Notify,
    /// There is another endpoint, or a bot another limit.
    changed: Notify,
    limited: Notify,
}

impl Telling {
    /// `allowed` origins may be posted to, whatever they are.
    pub fn new(allowed: &[MediaOrigin]) -> Self {
        Self {
            poster: Poster::new(allowed),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            wanted: Notify::new(),
            changed: Notify::new(),
            limited: Notify::new(),
        }
    }
}

pub fn start(program: &Program) {
    let (making, telling, silent) = (program.clone(), program.clone(), program.clone());
    program.spawn("endpoint feed", move || make::run(making.clone()));
    program.spawn("endpoints", move || tell::run(telling.clone()));
    program.spawn("silent bots", move || silent::run(silent.clone()));
}

/// The name under which an endpoint's secret is sealed.
pub fn purpose(id: EndpointId) -> String {
    format!("endpoints.secret.{id}")
}

/// A secret that is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeEndpoint {
    pub name: String,
    pub secret: String,
}

/// Every endpoint, the tokens that one can belong to by name, and the bots.
pub type Listed = (Vec<ListedEndpoint>, Vec<(ApiTokenId, String)>, Vec<ListedBot>);

pub async fn list(program: &Program, caller: &Caller) -> Result<Listed, Refused> {
    caller.may(Act::RunTokens)?;
    let tokens = program.store.list_tokens().await?;
    let named = tokens.into_iter().map(|it| match it.bot {
        Some(bot) => (it.id, format!("{}, as {bot}", it.name)),
        None => (it.id, it.name),
    });
    let endpoints = program.store.list_endpoints(program.seams.now()).await?;
    Ok((endpoints, named.collect(), program.store.list_bots().await?))
}

/// Makes one; or gives the form back with what is wrong in it.
pub async fn add(
    program: &Program,
    caller: &Caller,
    client: &Client,
    mut form: EndpointForm,
) -> Result<Result<MadeEndpoint, EndpointForm>, Refused> {
    caller.may(Act::RunTokens)?;
    let checked = form.check().and_then(|checked| match program.telling.poster.check(&checked.url) {
        Ok(()) => Ok(checked),
        Err(problem) => Err(url_problem(problem)),
    });
    let checked = match checked {
        Ok(checked) => checked,
        Err(problems) => {
            form.problems = problems;
            return Ok(Err(form));
        }
    };
    let (id, chance): (EndpointId, &dyn Chance) = (program.seams.new_id(), program.seams.chance.as_ref());
    let secret = secret(chance);
    let new = NewEndpoint {
        id,
        name: checked.name.clone(),
        url: checked.url,
        token: checked.token,
        topics: checked.topics,
        secret: program.vault.seal(chance, &purpose(id), &secret),
    };
    let deed = deed(program, caller, Some(client.address.clone()));
    form.problems = match program.store.add_endpoint(deed, new).await?? {
        EndpointAdded::Yes => {
            program.telling.changed.notify_one();
            return Ok(Ok(MadeEndpoint { name: checked.name, secret }));
        }
        EndpointAdded::NoToken => EndpointTrouble::NoToken.into(),
        EndpointAdded::CannotRead => EndpointTrouble::CannotRead.into(),
        EndpointAdded::TooMany => EndpointTrouble::TooMany.into(),
    };
    Ok(Err(form))
}

fn url_problem(problem: UrlProblem) -> model::endpoints::EndpointProblems {
    model::endpoints::EndpointProblems { url: Some(problem), ..Default::default() }
}

/// `false` if there is no such endpoint (any more), or it stands so already.
pub async fn change(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: EndpointId,
    change: EndpointChange,
) -> Result<bool, Refused> {
    caller.may(Act::RunTokens)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    let changed = program.store.change_endpoint(deed, id, change).await??;
    program.telling.wanted.notify_one();
    Ok(changed)
}

/// The endpoint with the newest lines of its log.
pub async fn log(
    program: &Program,
    caller: &Caller,
    id: EndpointId,
    failed_only: bool,
) -> Result<Option<(ListedEndpoint, Vec<ListedDelivery>)>, Refused> {
    caller.may(Act::RunTokens)?;
    let endpoints = program.store.list_endpoints(program.seams.now()).await?;
    let Some(endpoint) = endpoints.into_iter().find(|it| it.id == id) else { return Ok(None) };
    Ok(Some((endpoint, program.store.list_deliveries(id, failed_only, LOG_LINES).await?)))
}

/// One of its log if it names one that has ended, else all that failed; how many.
pub async fn replay(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: EndpointId,
    one: Option<DeliveryKey>,
) -> Result<u64, Refused> {
    caller.may(Act::RunTokens)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    let n = program.store.replay_deliveries(deed, id, one.map_or(Replay::AllFailed, Replay::One)).await??;
    program.telling.wanted.notify_one();
    Ok(n)
}

/// How long a customer may wait for this bot; `false` if there is no such bot.
pub async fn limit_bot(
    program: &Program,
    caller: &Caller,
    client: &Client,
    id: BotId,
    within_s: Option<i64>,
) -> Result<bool, Refused> {
    caller.may(Act::RunTokens)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    let found = program.store.limit_bot(deed, id, within_s).await??;
    program.telling.limited.notify_one();
    Ok(found)
}
