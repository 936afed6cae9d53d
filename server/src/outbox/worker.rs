//! Claims what may leave and sets it going. What is to be done is in the database only; a process
//! that is killed leaves rows behind, never thoughts.

use super::{PACE, leave};
use crate::clock;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::sends::{ClaimSends, Leaving};
use model::time::{MINUTE_S, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// Longer than a request may take, its time limit and its commit included.
const LEASE_S: i64 = MINUTE_S;
/// Where a file is uploaded first.
const LEASE_FOR_FILES_S: i64 = 4 * MINUTE_S;
/// What has its turn later than this is claimed later: after a crash it has not left for certain.
const HORIZON_MS: i64 = 200;
const A_CLAIM: usize = 64;
/// A claim costs about the same however many jobs it finds: when there is much to send they gather.
/// One message alone never waits for it.
const BETWEEN_CLAIMS: Duration = Duration::from_millis(16);
/// After a claim that found something it is looked again at the latest then, and only when nothing is found it
/// is asked when something will be: mostly the next message, or the answer to this one, comes first.
const AFTER_A_CLAIM: Duration = Duration::from_millis(50);

/// What another process queued, or left behind, is found without being told.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(5);
const LOOKS_FOR_ORPHANS_AFTER: Duration = Duration::from_secs(15);
const AFTER_A_FAULT: Duration = Duration::from_secs(1);
/// Behind a message whose echo is waited for, or an account that Meta holds back.
const HELD_UP: Duration = Duration::from_millis(250);
/// A clock that runs a little fast must not make anybody spin.
const NOT_BEFORE: Duration = Duration::from_millis(5);

pub(super) async fn run(program: Program) {
    let mut orphans_at = Instant::now();
    let mut claimed_at = Instant::now();
    let mut alone = program.outbox.serves_alone;
    loop {
        let looked = async {
            if Instant::now() >= orphans_at {
                adopt(&program, alone).await?;
                alone = false;
                orphans_at = Instant::now() + LOOKS_FOR_ORPHANS_AFTER;
            }
            take_up(&program, &mut claimed_at).await
        };
        let pause = match looked.await {
            Ok(pause) => pause,
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(error = %why, "cannot tell what is to be sent: {why}");
                AFTER_A_FAULT
            }
        };
        tokio::select! {
            () = program.outbox.wanted.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn adopt(program: &Program, all: bool) -> StoreResult<()> {
    let n_orphans = program.store.orphan_sends(all, program.seams.now()).await?;
    if n_orphans > 0 {
        tracing::warn!(outbox.orphans = n_orphans, "{n_orphans} messages were on their way when a process ended");
        program.outbox.doubted.notify_one();
    }
    Ok(())
}

/// Sets going whatever may leave now and has room. The answer is when to look again.
async fn take_up(program: &Program, claimed_at: &mut Instant) -> StoreResult<Duration> {
    loop {
        tokio::time::sleep_until(*claimed_at + BETWEEN_CLAIMS).await;
        *claimed_at = Instant::now();
        let room = program.outbox.room.available_permits().min(A_CLAIM);
        if room == 0 {
            // The first that is done wakes us.
            return Ok(LOOKS_AGAIN_AFTER);
        }
        let now = program.seams.now();
        let claimed = program.store.claim_sends(claim(now, room)).await?;
        let n_claimed = claimed.len();
        for job in claimed {
            send_off(program, job).await;
        }
        if n_claimed == 0 {
            let next = program.store.find_next_send(now).await?;
            return Ok(next.map_or(LOOKS_AGAIN_AFTER, |next| pause(next, now)));
        }
        if n_claimed < room {
            return Ok(AFTER_A_CLAIM);
        }
    }
}

fn claim(now: Timestamp, room: usize) -> ClaimSends {
    ClaimSends {
        now,
        lease_until: now.plus_s(LEASE_S),
        lease_until_for_files: now.plus_s(LEASE_FOR_FILES_S),
        horizon: Timestamp(now.0 + HORIZON_MS),
        limit: u32::try_from(room).unwrap_or(1),
        pace: PACE,
    }
}

/// On a task of its own, which the end of the program waits for: a request that is out is not cut.
async fn send_off(program: &Program, job: Leaving) {
    let room = program.outbox.room.clone();
    // Never waits: no more was claimed than there is room for.
    let Ok(permit) = room.acquire_owned().await else { return };
    let program = program.clone();
    let tracker = program.workers.clone();
    tracker.spawn(async move {
        leave::carry(&program, job).await;
        drop(permit);
        program.outbox.wanted.notify_one();
    });
}

/// What was due at `now` and was not claimed then waits for another message or for its account; whoever
/// ends that in this process wakes us.
fn pause(next: Timestamp, now: Timestamp) -> Duration {
    let left = clock::until(next, now);
    if left.is_zero() { HELD_UP } else { left.clamp(NOT_BEFORE, LOOKS_AGAIN_AFTER) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::AT_ONCE;

    #[test]
    fn it_looks_again_in_time_and_never_spins() {
        let now = Timestamp(1_763_665_200_000);
        assert_eq!(pause(now.plus_s(3), now), Duration::from_secs(3));
        assert_eq!(pause(now.plus_s(60), now), LOOKS_AGAIN_AFTER);
        assert_eq!(pause(Timestamp(now.0 + 1), now), NOT_BEFORE);
        assert_eq!(pause(now, now), HELD_UP);
        assert_eq!(pause(now.plus_s(-3), now), HELD_UP);
        assert!(claim(now, 7).limit == 7 && A_CLAIM <= AT_ONCE);
    }
}
