//! Whose tokens are whose. Callbacks name an account's owner by an id that is told only to whoever asks with a living
//! token, so it is asked for once and kept. Whoever logged in to Facebook to connect a Page is not known at all: if
//! somebody unknown takes our access away, Meta is asked of each token that may be theirs whether it still lives.

use crate::accounts::{open, token_died};
use crate::graph::Kind;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::accounts::AccountToken;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const AT_ONCE: u32 = 20;
/// A start has other things to do, and so has an account that was just connected.
const FIRST_AFTER: Duration = Duration::from_mins(5);
const LOOK_AGAIN: Duration = Duration::from_hours(1);
/// After Meta or the database did not answer.
const AFTER_A_FAILURE: Duration = Duration::from_mins(1);

pub(super) fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("owners of tokens", move || work(worker.clone()));
}

async fn work(program: Program) {
    let mut owners_at = Instant::now() + FIRST_AFTER;
    loop {
        let wanted = program.tokens_doubted.notified();
        tokio::pin!(wanted);
        wanted.as_mut().enable();
        let doubted = doubts(&program).await;
        if let Err(error) = &doubted {
            tracing::warn!(error = %chain(error), "it is not known just now which tokens still live");
        }
        if Instant::now() >= owners_at {
            owners_at = Instant::now() + LOOK_AGAIN;
            if let Err(error) = owners(&program).await {
                tracing::warn!(error = %chain(&error), "it is not known just now whose accounts are whose");
            }
        }
        let is_settled = matches!(doubted, Ok(true));
        let again_at = if is_settled { owners_at } else { Instant::now() + AFTER_A_FAILURE };
        tokio::select! {
            () = wanted => {}
            () = sleep_until(again_at) => {}
        }
    }
}

/// Asks Meta about each token that is doubted; `false` if something is left to be asked again.
pub async fn doubts(program: &Program) -> StoreResult<bool> {
    let mut is_all = true;
    loop {
        let doubted = program.store.list_doubted(AT_ONCE).await?;
        let n_doubted = doubted.len();
        let mut n_left = 0;
        for token in doubted {
            if !settle(program, token).await? {
                n_left += 1;
            }
        }
        is_all &= n_left == 0;
        if n_left > 0 || n_doubted < AT_ONCE as usize {
            return Ok(is_all);
        }
    }
}

/// `false`: Meta cannot say just now.
async fn settle(program: &Program, token: AccountToken) -> StoreResult<bool> {
    let Ok(access) = open(&program.vault, &token) else {
        // As long as its key is missing nobody can ask; what is to leave finds out.
        program.store.trust_again(token).await?;
        return Ok(true);
    };
    match program.graph.see_account(&access).await {
        Err(error) if error.kind == Kind::TokenDead => token_died(program, token, &error).await?,
        Err(error) if matches!(error.kind, Kind::Transient | Kind::RateLimited { .. }) => return Ok(false),
        Ok(()) | Err(_) => program.store.trust_again(token).await?,
    }
    Ok(true)
}

/// Asks once for each account what callbacks call its owner. How many are known now that were not.
pub async fn owners(program: &Program) -> StoreResult<u32> {
    let (mut n_known, mut after) = (0, None);
    loop {
        let unowned = program.store.list_unowned(after, AT_ONCE).await?;
        let Some(last) = unowned.last() else { return Ok(n_known) };
        after = Some(last.account);
        for token in unowned {
            let account = token.account;
            let Ok(access) = open(&program.vault, &token) else { continue };
            match program.graph.get(&access, &["me"], &[("fields", "id,user_id")]).await {
                Ok(answer) => {
                    let one = answer["data"].get(0).unwrap_or(&answer);
                    let Some(id) = one["id"].as_str().filter(|it| !it.is_empty()) else { continue };
                    program.store.save_scoped_id(account, id.to_owned()).await?;
                    n_known += 1;
                }
                Err(error) if error.kind == Kind::TokenDead => token_died(program, token, &error).await?,
                Err(error) => {
                    tracing::debug!(account.id = %account, error = %error, "an account's owner is not known yet");
                }
            }
        }
    }
}
