//! Tells this process that changes were written, once they are durable. The unit of work that wrote
//! them need not think of it: `write_changes` leaves a mark, and whoever commits looks for it.

use std::cell::Cell;
use tokio::sync::watch;

tokio::task_local! {
    static WROTE_CHANGES: Cell<bool>;
}

#[derive(Clone, Default)]
pub(super) struct Signal(watch::Sender<()>);

impl Signal {
    pub(super) fn fire(&self) {
        self.0.send_replace(());
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// Leaves the mark in the unit of work that runs.
pub(super) fn mark() {
    // Outside of a unit there is nobody to tell.
    let _ = WROTE_CHANGES.try_with(|it| it.set(true));
}

/// Runs a unit of work; also says whether the mark was left.
pub(super) async fn watching<T>(unit: impl Future<Output = T>) -> (T, bool) {
    let with_mark = async {
        let done = unit.await;
        (done, WROTE_CHANGES.with(Cell::get))
    };
    WROTE_CHANGES.scope(Cell::new(false), with_mark).await
}
