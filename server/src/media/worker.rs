//! Fetches what attachments wait for, a few at once. What is left to do is in the database only:
//! a program that is killed goes on where it was.

use super::arrive::{keep, let_go};
use super::fetch::{FetchError, Wanted};
use crate::clock;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::media::{Ending, ToFetch};
use model::content::AttachmentKind;
use model::time::{HOUR_S, MINUTE_S, Timestamp};
use std::time::Duration;
use tokio::task::JoinSet;

const AT_ONCE: usize = 4;
/// Longer than a fetch may take: after this, whoever had it is gone.
const LEASE_S: i64 = 3 * MINUTE_S;
/// How long after each failed try the next one comes.
const TRIES_AGAIN_AFTER_S: [i64; 5] = [10, MINUTE_S, 5 * MINUTE_S, 30 * MINUTE_S, 2 * HOUR_S];

/// Another process may leave something behind that nobody wakes us for.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// What two processes want at the same moment must not make either spin.
const NOT_BEFORE: Duration = Duration::from_millis(100);

pub fn start(program: &Program) {
    let of_worker = program.clone();
    program.spawn("media", move || run(of_worker.clone()));
}

async fn run(program: Program) {
    let mut under_way = JoinSet::new();
    loop {
        let pause = match take_up(&program, &mut under_way).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "cannot tell which files to fetch: {}", chain(&error));
                LOOKS_AGAIN_AFTER
            }
        };
        tokio::select! {
            Some(ended) = under_way.join_next() => if ended.is_err_and(|it| it.is_panic()) {
                metrics::counter!("switchboard_panics_total", "where" => "worker").increment(1);
                tracing::error!("fetching a file panicked; it is tried again later");
            },
            () = program.media_wanted.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Begins as many downloads as there is room for. The answer is when to look again.
async fn take_up(program: &Program, under_way: &mut JoinSet<()>) -> StoreResult<Duration> {
    let room = AT_ONCE.saturating_sub(under_way.len());
    if room == 0 {
        return Ok(LOOKS_AGAIN_AFTER);
    }
    let now = program.seams.now();
    let limit = u32::try_from(room).unwrap_or(u32::MAX);
    let claimed = program.store.claim_attachments(now, now.plus_s(LEASE_S), limit).await?;
    for it in claimed {
        let program = program.clone();
        under_way.spawn(async move { fetch(&program, it).await });
    }
    if under_way.len() >= AT_ONCE {
        return Ok(LOOKS_AGAIN_AFTER);
    }
    let next = program.store.find_next_fetch(program.seams.now()).await?;
    Ok(next.map_or(LOOKS_AGAIN_AFTER, |next| until(next, program.seams.now())))
}

fn until(next: Timestamp, now: Timestamp) -> Duration {
    clock::until(next, now).clamp(NOT_BEFORE, LOOKS_AGAIN_AFTER)
}

async fn fetch(program: &Program, it: ToFetch) {
    match try_to_fetch(program, &it).await {
        Ok(outcome) => metrics::counter!("switchboard_media_fetched_total", "outcome" => outcome).increment(1),
        // The lease runs out, and it is tried again.
        Err(error) => {
            let why = chain(&error);
            tracing::warn!(message.id = %it.message_id, error = %why, "could not note what became of a file: {why}");
        }
    }
}

async fn try_to_fetch(program: &Program, it: &ToFetch) -> StoreResult<&'static str> {
    let end = |ending: Ending, reason: String| async move {
        let now = program.seams.now();
        program.store.attachment_ended(it.message_id, it.position, ending, reason, now).await?;
        Ok(ending.word())
    };
    let Some(url) = it.source_url.as_deref().filter(|_| it.kind.is_kept()) else {
        return end(Ending::Link, "not_kept".to_owned()).await;
    };
    // Whoever had it so often never came back to say why.
    if it.attempts > n_tries() + 1 {
        return end(Ending::Failed, "interrupted".to_owned()).await;
    }
    let is_file = it.kind == AttachmentKind::File;
    let name = it.title.clone().filter(|_| is_file);
    match keep(program, Some(it.account_id), Wanted { url, takes_pages: is_file }, name).await {
        Ok(media) => {
            if program.store.attachment_stored(it.message_id, it.position, media.clone()).await? {
                return Ok("stored");
            }
            let_go(program, &media).await;
            Ok("unwanted")
        }
        Err(FetchError::Page) => end(Ending::Link, FetchError::Page.reason()).await,
        Err(error @ FetchError::Gone(_)) => end(Ending::Gone, error.reason()).await,
        Err(error @ FetchError::Refused(_)) => end(Ending::Refused, error.reason()).await,
        Err(error) => {
            let why = chain(&error);
            tracing::info!(message.id = %it.message_id, attempt = it.attempts, "could not fetch a file: {why}");
            let Some(after_s) = retry_after_s(it.attempts).filter(|_| error.is_passing()) else {
                return end(Ending::Failed, error.reason()).await;
            };
            let at = program.seams.now().plus_s(after_s);
            program.store.attachment_retry(it.message_id, it.position, at, error.reason()).await?;
            Ok("postponed")
        }
    }
}

fn n_tries() -> i32 {
    i32::try_from(TRIES_AGAIN_AFTER_S.len()).unwrap_or(i32::MAX)
}

/// `None` after the last try.
fn retry_after_s(attempts: i32) -> Option<i64> {
    usize::try_from(attempts - 1).ok().and_then(|it| TRIES_AGAIN_AFTER_S.get(it).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_further_and_further_apart_and_end() {
        let after: Vec<_> = (1..=6).map(retry_after_s).collect();
        assert_eq!(after, [Some(10), Some(60), Some(300), Some(1800), Some(7200), None]);
    }

    #[test]
    fn the_worker_looks_again_in_time_and_never_spins() {
        let now = Timestamp(1_763_665_200_000);
        assert_eq!(until(now.plus_s(10), now), Duration::from_secs(10));
        assert_eq!(until(now.plus_s(HOUR_S), now), LOOKS_AGAIN_AFTER);
        assert_eq!(until(now.plus_s(-10), now), NOT_BEFORE);
    }
}
