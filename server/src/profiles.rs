//! The worker that asks Meta who the customers are. A message is shown with or without a name, so
//! nothing waits for it.

use crate::accounts::{Reached, reach, token_died};
use crate::graph::{GraphError, Kind, Profile};
use crate::media::arrive::{keep_picture, let_go};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::accounts::AccountToken;
use crate::store::media::NewMedia;
use crate::store::profiles::{DueProfile, FetchedProfile, ProblemAt, ProfileClaim, ProfileProblem};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use model::time::{HOUR_S, MINUTE_S};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const AT_ONCE: u32 = 4;
/// Of each account, in each round; rounds are a second apart.
const A_ROUND: u32 = 2;
const BETWEEN_ROUNDS: Duration = Duration::from_secs(1);
/// Without being woken: what was put off becomes due by itself.
const NOW_AND_THEN: Duration = Duration::from_secs(30);
/// How long a claim holds, should this process end before it is done.
const CLAIM_S: i64 = 5 * MINUTE_S;
const LATER_S: [i64; 5] = [MINUTE_S, 5 * MINUTE_S, 30 * MINUTE_S, 2 * HOUR_S, 6 * HOUR_S];

pub fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("profiles", move || work(worker.clone()));
}

async fn work(program: Program) {
    let mut asking = FuturesUnordered::new();
    loop {
        let begun = Instant::now();
        let n_asking = u32::try_from(asking.len()).unwrap_or(AT_ONCE);
        let due = match claim(&program, AT_ONCE.saturating_sub(n_asking)).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "customers' names are not asked for just now");
                Vec::new()
            }
        };
        let idle = due.is_empty() && asking.is_empty();
        asking.extend(due.into_iter().map(|it| ask(&program, it)));
        let soon = begun + BETWEEN_ROUNDS;
        let mut until = if idle { begun + NOW_AND_THEN } else { soon };
        loop {
            tokio::select! {
                () = sleep_until(until) => break,
                () = program.profiles_wanted.notified(), if until > soon => until = soon,
                Some(()) = asking.next() => {}
            }
        }
    }
}

/// Those whose turn it is; they are nobody else's for a while.
pub async fn claim(program: &Program, limit: u32) -> StoreResult<Vec<DueProfile>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let now = program.seams.now();
    let claim = ProfileClaim { now, until: now.plus_s(CLAIM_S), limit, an_account: A_ROUND };
    program.store.claim_profiles(claim).await
}

/// Asks for one and keeps what came of it. If that fails, the claim runs out.
pub async fn ask(program: &Program, due: DueProfile) {
    let outcome = match try_to_ask(program, &due).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::warn!(error = %chain(&error), "what came of asking for a name is lost");
            "lost"
        }
    };
    metrics::counter!("switchboard_profiles_total", "outcome" => outcome).increment(1);
}

async fn try_to_ask(program: &Program, due: &DueProfile) -> StoreResult<&'static str> {
    let Some(Reached { platform, token, access }) = reach(program, due.account).await? else {
        return put_off(program, due, ProfileProblem::NoToken, Some(HOUR_S)).await.map(|()| "no_token");
    };
    match program.graph.profile(&access, platform, &due.external_id).await {
        Ok(profile) => save(program, due, profile).await.map(|()| "found"),
        Err(error) => refused(program, due, token, &error).await,
    }
}

async fn save(program: &Program, due: &DueProfile, profile: Profile) -> StoreResult<()> {
    let picture = match &profile.picture_url {
        Some(url) => picture(program, due, url).await,
        None => None,
    };
    let fetched = FetchedProfile {
        contact: due.contact,
        name: profile.name,
        username: profile.username,
        facts: profile.facts,
        picture: picture.clone(),
        now: program.seams.now(),
    };
    // After an error nobody knows whether the row is there; if it is not, the file is a stray.
    let saved = program.store.save_profile(fetched).await?;
    match picture {
        Some(_) if saved => program.media_marked.notify_one(),
        Some(unwanted) => let_go(program, &unwanted).await,
        None => {}
    }
    Ok(())
}

/// Keeps the picture behind `url`, which is good for a few days only. A name without one is better
/// than none.
async fn picture(program: &Program, due: &DueProfile, url: &str) -> Option<NewMedia> {
    let kept = keep_picture(program, due.account, url).await;
    if let Err(error) = &kept {
        tracing::info!(account.id = %due.account, "a customer stays without a picture: {}", chain(error));
    }
    kept.ok()
}

async fn refused(
    program: &Program,
    due: &DueProfile,
    token: AccountToken,
    error: &GraphError,
) -> StoreResult<&'static str> {
    tracing::debug!(account.id = %due.account, error = %error, "a name was not told");
    let give_up = |problem| put_off(program, due, problem, None);
    match error.kind {
        Kind::NoConsent => give_up(ProfileProblem::NoConsent).await.map(|()| "no_consent"),
        Kind::UnknownPerson => give_up(ProfileProblem::UnknownPerson).await.map(|()| "unknown_person"),
        Kind::Permission => give_up(ProfileProblem::NoAccess).await.map(|()| "no_access"),
        Kind::Other => give_up(ProfileProblem::Refused).await.map(|()| "refused"),
        Kind::TokenDead => {
            token_died(program, token, error).await?;
            put_off(program, due, ProfileProblem::NoToken, Some(HOUR_S)).await.map(|()| "token_dead")
        }
        Kind::RateLimited { wait_s } => later(program, due, wait_s).await.map(|()| "limited"),
        Kind::Transient => later(program, due, None).await.map(|()| "unreachable"),
    }
}

async fn later(program: &Program, due: &DueProfile, wait_s: Option<i64>) -> StoreResult<()> {
    let step_s = usize::try_from(due.tries).ok().and_then(|it| LATER_S.get(it));
    let problem = step_s.map_or(ProfileProblem::GaveUp, |_| ProfileProblem::Trying { tries: due.tries + 1 });
    put_off(program, due, problem, step_s.map(|it| wait_s.unwrap_or_default().max(*it))).await
}

async fn put_off(
    program: &Program,
    due: &DueProfile,
    problem: ProfileProblem,
    after_s: Option<i64>,
) -> StoreResult<()> {
    let now = program.seams.now();
    let at = ProblemAt { now, due_at: after_s.map(|it| now.plus_s(it)) };
    program.store.save_profile_problem(due.contact, problem, at).await
}
