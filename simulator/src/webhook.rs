//! What apps are told: bodies as Meta writes them, signed, posted, and posted again.

pub mod body;
mod courier;
pub mod handshake;
pub mod item;
pub mod kinds;
mod letter;
mod patience;
mod post;
pub mod sign;
#[cfg(test)]
mod tests;

use crate::Shared;
use crate::world::World;
use courier::Courier;
use std::collections::HashSet;
use std::time::Duration;
use tokio::task::JoinSet;

/// Whoever has not answered by then has failed; by the machine's clock.
const DEADLINE: Duration = Duration::from_secs(5);

/// Posts what the world puts into its outbox, for as long as the program runs.
pub async fn post(simulator: Shared) {
    post_within(simulator, DEADLINE).await;
}

/// One courier for each app that has a callback, or gets one later.
async fn post_within(simulator: Shared, deadline: Duration) {
    let mut couriers = JoinSet::new();
    let mut served = HashSet::new();
    loop {
        let mut woken = std::pin::pin!(simulator.wake.notified());
        woken.as_mut().enable();
        let (to_serve, dropped) = with_callback(&mut simulator.look());
        if dropped {
            simulator.changed.send_replace(());
        }
        for app_id in to_serve {
            if served.insert(app_id.clone()) {
                couriers.spawn(Courier::new(simulator.clone(), app_id, deadline).run());
            }
        }
        woken.await;
    }
}

/// And whether something was dropped: what nobody will come for is not kept.
fn with_callback(world: &mut World) -> (Vec<String>, bool) {
    let (with, without): (Vec<_>, Vec<_>) = world.apps.iter().partition(|it| it.callback.is_some());
    let with = with.into_iter().map(|it| it.id.clone()).collect();
    let mut dropped = false;
    // The bot comes for its own.
    for app in without.into_iter().filter(|it| it.id != crate::bot::APP_ID) {
        dropped |= world.outbox.remove(&app.id).is_some();
    }
    (with, dropped)
}
