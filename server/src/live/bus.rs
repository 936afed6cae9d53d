//! The one reader of the feed in this process.

use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::changes::AT_ONCE;
use std::sync::Arc;
use std::time::Duration;

/// For what nobody told us: a command that wrote to the same SQLite file, a connection to Postgres
/// that broke unnoticed, another process that died between writing and numbering.
const LOOK_ANYWAY: Duration = Duration::from_secs(2);

pub fn start(program: &Program) {
    let it = program.clone();
    program.spawn("feed", move || read_for_ever(it.clone()));
}

async fn read_for_ever(program: Program) {
    let mut written = program.store.changes_written();
    loop {
        written.mark_unchanged();
        match read(&program).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(error = %chain(&error), "live updates are late: the feed cannot be read");
                tokio::time::sleep(LOOK_ANYWAY).await;
            }
        }
        tokio::select! {
            told = written.changed() => if told.is_err() { return },
            () = tokio::time::sleep(LOOK_ANYWAY) => {}
        }
    }
}

/// Sends what is new to every stream; says whether there may be more already.
async fn read(program: &Program) -> StoreResult<bool> {
    let (store, live) = (&program.store, &program.live);
    let begun_at = *live.position.borrow();
    let position = match begun_at {
        Some(seq) => seq,
        None => store.feed_bounds().await?.head,
    };
    live.position.send_replace(Some(position));
    let n_numbered = store.number_changes().await?;
    let changes = store.changes_after(position, AT_ONCE).await?;
    let is_more = n_numbered == AT_ONCE || changes.len() == AT_ONCE as usize;
    for change in changes {
        metrics::counter!("switchboard_changes_total", "kind" => change.event.kind()).increment(1);
        live.position.send_replace(Some(change.seq));
        // Fails only when nobody listens.
        let _ = live.sender.send(Arc::new(change));
    }
    Ok(is_more)
}
