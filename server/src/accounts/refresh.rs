//! The worker that makes Instagram's tokens last: each ends after sixty days, and only while it lives can Meta be asked
//! for the next one. It is asked at half the time, whether anybody writes or not, so that a month remains for whatever
//! goes wrong.

use super::{open, purpose, token_died};
use crate::graph::{GraphError, Kind, LastingToken};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::refreshing::{DueToken, FIRST_AFTER_S, RefreshedToken, UnrefreshedToken};
use model::time::{DAY_S, HOUR_S, MINUTE_S, Timestamp};
use std::time::Duration;
use tokio::time::sleep;

const LOOK_AGAIN: Duration = Duration::from_mins(1);
const AT_ONCE: u32 = 20;
/// How long a claim holds, should this process end before it is done.
const CLAIM_S: i64 = 10 * MINUTE_S;
/// After Meta did not answer, or asked to wait.
const SOON_S: i64 = HOUR_S;
/// After a refusal: it may need somebody who changes something.
const LATER_S: i64 = 6 * HOUR_S;
/// An admin must hear of it while there is time to do something.
const ALARM_S: i64 = 7 * DAY_S;
/// Again after so long when Meta does not say how long the token lasts.
const UNTOLD_S: i64 = 7 * DAY_S;

pub fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("tokens", move || work(worker.clone()));
}

async fn work(program: Program) {
    loop {
        match round(&program).await {
            // There may be more.
            Ok(n) if n == AT_ONCE as usize => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(error = %chain(&error), "tokens are not refreshed just now"),
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// Refreshes those whose turn it is; how many that were.
pub async fn round(program: &Program) -> StoreResult<usize> {
    let now = program.seams.now();
    let due = program.store.claim_refreshes(now, now.plus_s(CLAIM_S), AT_ONCE).await?;
    for one in &due {
        refresh(program, one).await?;
    }
    Ok(due.len())
}

async fn refresh(program: &Program, due: &DueToken) -> StoreResult<()> {
    let account = due.token.account;
    let outcome = match open(&program.vault, &due.token) {
        Ok(access) => match program.graph.refresh(&access).await {
            Ok(fresh) => save(program, due, fresh).await?,
            Err(error) => refused(program, due, &error).await?,
        },
        // As long as its key is missing nobody can say what the token is.
        Err(error) => {
            tracing::warn!(account.id = %account, error = %error, "a token cannot be opened, and so not be refreshed");
            later(program, due, LATER_S, &error.to_string()).await?;
            "locked"
        }
    };
    metrics::counter!("switchboard_token_refreshes_total", "outcome" => outcome).increment(1);
    Ok(())
}

/// Meta does not promise that the new token is another one.
async fn save(program: &Program, due: &DueToken, fresh: LastingToken) -> StoreResult<&'static str> {
    let (seams, old) = (&program.seams, &due.token);
    let now = seams.now();
    let again_s = fresh.lasts_s.map_or(UNTOLD_S, |lasts_s| (lasts_s / 2).max(FIRST_AFTER_S));
    let refreshed = RefreshedToken {
        account: old.account,
        login: old.login,
        old: old.sealed.clone(),
        sealed: program.vault.seal(seams.chance.as_ref(), &purpose(old.account, old.login), fresh.token.expose()),
        expires_at: fresh.lasts_s.map(|it| now.plus_s(it)),
        refresh_at: now.plus_s(again_s),
        now,
        change_id: seams.new_id(),
    };
    if !program.store.save_refreshed(refreshed).await? {
        return Ok("replaced");
    }
    program.lately.reached().remove(&old.account);
    tracing::info!(account.id = %old.account, again_s, "a token was refreshed");
    Ok("refreshed")
}

async fn refused(program: &Program, due: &DueToken, error: &GraphError) -> StoreResult<&'static str> {
    let account = due.token.account;
    tracing::warn!(account.id = %account, error = %error, "a token was not refreshed");
    match error.kind {
        Kind::TokenDead => {
            token_died(program, due.token.clone(), error).await?;
            Ok("dead")
        }
        Kind::Transient => later(program, due, SOON_S, &error.reason()).await.map(|()| "unreachable"),
        Kind::RateLimited { wait_s } => {
            let wait_s = wait_s.unwrap_or_default().max(SOON_S);
            later(program, due, wait_s, &error.reason()).await.map(|()| "limited")
        }
        _ => later(program, due, LATER_S, &error.reason()).await.map(|()| "refused"),
    }
}

async fn later(program: &Program, due: &DueToken, wait_s: i64, reason: &str) -> StoreResult<()> {
    let now = program.seams.now();
    let put_off = UnrefreshedToken {
        account: due.token.account,
        login: due.token.login,
        sealed: due.token.sealed.clone(),
        again_at: now.plus_s(wait_s),
        incident: ends_soon(due, now).then(|| (program.seams.new_id(), reason.to_owned())),
        now,
    };
    if program.store.refresh_later(put_off).await? {
        tracing::error!(account.id = %due.token.account, "an account's token ends soon and is not refreshed: connect it again");
    }
    Ok(())
}

fn ends_soon(due: &DueToken, now: Timestamp) -> bool {
    due.expires_at.is_some_and(|it| it.0 - now.0 < ALARM_S * 1000)
}
