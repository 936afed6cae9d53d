//! Follows the feed for every endpoint.

use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use std::time::Duration;

/// For what nobody told us: another process numbered changes, or made an endpoint.
const LOOK_ANYWAY: Duration = Duration::from_secs(2);
/// What happens at the same time is made deliveries of together.
const GATHER: Duration = Duration::from_millis(20);

pub(super) async fn run(program: Program) {
    let mut written = program.store.changes_written();
    loop {
        written.mark_unchanged();
        let is_nobody = match follow(&program).await {
            Ok(is_nobody) => is_nobody,
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(error = %why, "endpoints are told late: {why}");
                true
            }
        };
        if is_nobody {
            tokio::select! {
                () = program.telling.changed.notified() => {}
                () = tokio::time::sleep(LOOK_ANYWAY) => {}
            }
            continue;
        }
        tokio::select! {
            told = written.changed() => if told.is_err() { return },
            () = tokio::time::sleep(LOOK_ANYWAY) => {}
        }
        tokio::time::sleep(GATHER).await;
    }
}

/// Until each has all that the feed says; `true` if there is none.
async fn follow(program: &Program) -> StoreResult<bool> {
    loop {
        let behind = program.store.endpoints_behind().await?;
        let mut is_more = false;
        // A piece of each in turn: one that is far behind keeps nobody waiting.
        for id in behind.ids {
            let made = program.store.make_deliveries(id, program.seams.now()).await?;
            is_more |= made.is_more;
            if made.n_deliveries > 0 {
                program.telling.wanted.notify_one();
            }
        }
        if !is_more {
            return Ok(behind.is_nobody);
        }
    }
}
