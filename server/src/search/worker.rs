//! Keeps the index up to what is kept, for as long as the program runs. Nothing waits for it, so it gives way to
//! everybody else.

use crate::program::Program;
use crate::start::chain;
use crate::store::search::Indexed;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Of what has changed, and of what was there before.
const AT_ONCE: u32 = 400;
/// After a step it rests as long as that took: what comes in meanwhile goes before.
const REST: u32 = 1;
const LEAST_REST: Duration = Duration::from_millis(5);
/// Changes gather meanwhile that share the cost of a step.
const GATHER: Duration = Duration::from_millis(50);
/// What nobody told: another process wrote it.
const LOOK_ANYWAY: Duration = Duration::from_secs(2);

pub fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("search", move || work(worker.clone()));
}

async fn work(program: Program) {
    let mut written = program.store.changes_written();
    loop {
        written.mark_unchanged();
        let begun = Instant::now();
        let step = program.store.index_next(AT_ONCE, program.seams.now()).await;
        let (is_done, least) = match step {
            Ok(Indexed::Nothing) => (true, LEAST_REST),
            Ok(Indexed::Followed(n)) => {
                count("changes", n);
                (n < AT_ONCE as usize, GATHER)
            }
            Ok(Indexed::Walked(n)) => {
                count("before", n);
                (false, LEAST_REST)
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "what is new is found late: the search index cannot be kept");
                sleep(LOOK_ANYWAY).await;
                continue;
            }
        };
        sleep((begun.elapsed() * REST).max(least)).await;
        if is_done {
            tokio::select! {
                told = written.changed() => if told.is_err() { return },
                () = sleep(LOOK_ANYWAY) => {}
            }
        }
    }
}

fn count(what: &'static str, n: usize) {
    metrics::counter!("switchboard_indexed_total", "what" => what).increment(n as u64);
}
