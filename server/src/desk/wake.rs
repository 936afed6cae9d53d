//! Opens snoozed conversations when their time has come. When that is stands in the database; another
//! process may have woken them first.

use crate::clock;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use model::time::Timestamp;
use std::time::Duration;

/// What another process snoozed is found without being told.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(30);
const AT_ONCE: u32 = 100;
/// A clock that runs a little fast must not make anybody spin.
const NOT_BEFORE: Duration = Duration::from_millis(20);

pub(super) fn start(program: &Program) {
    let it = program.clone();
    program.spawn("snoozes", move || run(it.clone()));
}

async fn run(program: Program) {
    loop {
        let pause = match wake(&program).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "snoozed conversations wake late: {}", chain(&error));
                LOOKS_AGAIN_AFTER
            }
        };
        tokio::select! {
            () = program.desk.snoozed.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Wakes whatever is due. The answer is when to look again.
async fn wake(program: &Program) -> StoreResult<Duration> {
    loop {
        let now = program.seams.now();
        let next = program.store.find_next_wake().await?;
        if next.is_none_or(|it| it > now) {
            return Ok(next.map_or(LOOKS_AGAIN_AFTER, |next| pause(next, now)));
        }
        let woken = program.store.wake_conversations(now, AT_ONCE).await?;
        metrics::counter!("switchboard_snoozes_over_total").increment(woken.len().try_into().unwrap_or_default());
        if woken.is_empty() {
            // Another process is at them.
            return Ok(NOT_BEFORE * 10);
        }
    }
}

fn pause(next: Timestamp, now: Timestamp) -> Duration {
    clock::until(next, now).clamp(NOT_BEFORE, LOOKS_AGAIN_AFTER)
}
