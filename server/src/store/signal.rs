//! Tells this process that changes were written, once they are durable. The unit of work that wrote
//! them need not think of it: `write_changes` leaves them here, and whoever commits looks for them.

use super::changes::NewChange;
use std::cell::RefCell;
use tokio::sync::watch;

tokio::task_local! {
    static CHANGES: RefCell<Vec<NewChange>>;
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

/// Leaves them with the unit of work that runs.
pub(super) fn leave(changes: &[NewChange]) {
    // Outside of a unit there is nobody to tell.
    let _ = CHANGES.try_with(|it| it.borrow_mut().extend_from_slice(changes));
}

/// Runs a unit of work; also gives the changes that were left.
pub(super) async fn watching<T>(unit: impl Future<Output = T>) -> (T, Vec<NewChange>) {
    let with_changes = async {
        let done = unit.await;
        (done, CHANGES.with(RefCell::take))
    };
    CHANGES.scope(RefCell::default(), with_changes).await
}
