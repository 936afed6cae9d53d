//! Claims what is due, a few of each endpoint in turn, and posts it.

use super::{AT_ONCE, TO_ONE, purpose};
use crate::api::told;
use crate::clock;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::endpoints::{ClaimDeliveries, Claimed, Fate};
use model::endpoints::{TRIED_FOR_S, pause_s};
use model::time::{MINUTE_S, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// Longer than a post may take, with its commit.
const LEASE_S: i64 = MINUTE_S;
/// What another process made, or left behind, is found without being told.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(2);
const LOOKS_FOR_ORPHANS_AFTER: Duration = Duration::from_secs(15);
/// A clock that runs a little fast must not make anybody spin.
const NOT_BEFORE: Duration = Duration::from_millis(5);
/// Where nobody answers it is asked again after as long as a delivery of so many tries waits: about a minute at most.
const ASKED_AGAIN_LIKE: i32 = 7;

pub(super) async fn run(program: Program) {
    let mut orphans_at = Instant::now();
    let mut alone = program.outbox.serves_alone;
    loop {
        let looked = async {
            if Instant::now() >= orphans_at {
                adopt(&program, alone).await?;
                alone = false;
                orphans_at = Instant::now() + LOOKS_FOR_ORPHANS_AFTER;
            }
            take_up(&program).await
        };
        let pause = looked.await.unwrap_or_else(|error| {
            let why = chain(&error);
            tracing::warn!(error = %why, "cannot tell what endpoints are to be told: {why}");
            LOOKS_AGAIN_AFTER
        });
        tokio::select! {
            () = program.telling.wanted.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn adopt(program: &Program, all: bool) -> StoreResult<()> {
    let n_orphans = program.store.orphan_deliveries(all, program.seams.now()).await?;
    if n_orphans > 0 {
        tracing::warn!(endpoints.orphans = n_orphans, "{n_orphans} deliveries were on their way when a process ended");
    }
    Ok(())
}

/// Sets going whatever is due and has room; when to look again.
async fn take_up(program: &Program) -> StoreResult<Duration> {
    loop {
        let now = program.seams.now();
        let due = program.store.endpoints_due(now).await?;
        let mut n_claimed = 0;
        for id in due.ids {
            let room = program.telling.room.available_permits().min(AT_ONCE);
            if room == 0 {
                // The first that is done wakes us.
                return Ok(LOOKS_AGAIN_AFTER);
            }
            let limit = u32::try_from(room).unwrap_or(1);
            let claim = ClaimDeliveries { now, lease_until: now.plus_s(LEASE_S), limit, at_a_time: TO_ONE };
            for claimed in program.store.claim_deliveries(id, claim).await? {
                n_claimed += 1;
                send_off(program, claimed).await;
            }
        }
        if n_claimed == 0 {
            return Ok(due.next_at.map_or(LOOKS_AGAIN_AFTER, |next| pause(next, now)));
        }
    }
}

fn pause(next: Timestamp, now: Timestamp) -> Duration {
    clock::until(next, now).clamp(NOT_BEFORE, LOOKS_AGAIN_AFTER)
}

/// On a task of its own, which the end of the program waits for: what is told is not cut.
async fn send_off(program: &Program, claimed: Claimed) {
    // Never waits: no more was claimed than there is room for.
    let Ok(permit) = program.telling.room.clone().acquire_owned().await else { return };
    let program = program.clone();
    let tracker = program.workers.clone();
    tracker.spawn(async move {
        if let Err(error) = tell(&program, claimed).await {
            // Its lease runs out, and it is told again.
            let why = chain(&error);
            tracing::warn!(error = %why, "it is not noted what an endpoint was told: {why}");
        }
        drop(permit);
        program.telling.wanted.notify_one();
    });
}

async fn tell(program: &Program, claimed: Claimed) -> StoreResult<()> {
    let fate = match told::body(program, &claimed).await? {
        None => Fate::Pointless,
        Some(body) => post(program, &claimed, body).await,
    };
    let outcome = match fate {
        Fate::Delivered { .. } => "delivered",
        Fate::Failed { again_at: Some(_), .. } => "put_off",
        Fate::Failed { again_at: None, .. } => "failed",
        Fate::Pointless => "pointless",
    };
    metrics::counter!("switchboard_deliveries_total", "outcome" => outcome).increment(1);
    program.store.settle_delivery(claimed, fate, program.seams.now()).await
}

async fn post(program: &Program, claimed: &Claimed, body: String) -> Fate {
    let secret = match program.vault.open(&purpose(claimed.key.endpoint), &claimed.secret) {
        Ok(secret) => secret,
        Err(error) => return failed(program, claimed, None, format!("Its secret cannot be read: {error}."), false),
    };
    match program.telling.poster.post(&claimed.url, &secret, &claimed.key.header(), body).await {
        Ok(status) => Fate::Delivered { status },
        Err(it) => failed(program, claimed, it.status, it.why, it.is_nobody),
    }
}

fn failed(program: &Program, claimed: &Claimed, status: Option<u16>, error: String, is_nobody: bool) -> Fate {
    let now = program.seams.now();
    let mut byte = [0u8; 1];
    program.seams.chance.fill(&mut byte);
    let again_at = later(now, claimed.attempts, byte[0]);
    let is_over = now >= claimed.made_at.plus_s(TRIED_FOR_S);
    let held_until = is_nobody.then(|| later(now, claimed.attempts.min(ASKED_AGAIN_LIKE), byte[0]));
    Fate::Failed { status, error, again_at: (!is_over).then_some(again_at), held_until }
}

/// A quarter more at most, by chance: what failed together does not come back together.
fn later(now: Timestamp, n_tries: i32, chance: u8) -> Timestamp {
    let ms = pause_s(n_tries) * 1000;
    Timestamp(now.0 + ms + ms / 4 * i64::from(chance) / 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_again_in_time_and_never_spins() {
        let now = Timestamp(1_763_665_200_000);
        assert_eq!(pause(now.plus_s(1), now), Duration::from_secs(1));
        assert_eq!(pause(now.plus_s(60), now), LOOKS_AGAIN_AFTER);
        assert_eq!(pause(now.plus_s(-3), now), NOT_BEFORE);
    }

    #[test]
    fn chance_makes_it_a_little_later() {
        let now = Timestamp(1_763_665_200_000);
        assert_eq!((later(now, 1, 0), later(now, 4, 255)), (now.plus_s(1), now.plus_s(10)));
        assert_eq!(later(now, 40, 0), now.plus_s(3600));
        assert_eq!(later(now, ASKED_AGAIN_LIKE, 0), now.plus_s(64));
    }
}
