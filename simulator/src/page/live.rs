//! A tick whenever something changed; whoever hears it asks again for what they show.

use crate::Shared;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, stream};
use std::convert::Infallible;
use std::time::Duration;

/// A flood of changes is one tick.
const AT_MOST_EVERY: Duration = Duration::from_millis(100);

pub async fn live(State(simulator): State<Shared>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changed = simulator.changed.subscribe();
    let stopped = simulator.stopped.subscribe();
    // Times are those of the machine: this is about how often a page looks, not about the world.
    let ticks = stream::unfold((changed, stopped), |(mut changed, mut stopped)| async move {
        tokio::select! {
            // Pages that stay open do not keep the program from ending.
            () = async { drop(stopped.wait_for(|it| *it).await) } => None,
            Ok(()) = changed.changed() => {
                tokio::time::sleep(AT_MOST_EVERY).await;
                changed.mark_unchanged();
                // Browsers pass over events without data.
                Some((Ok(Event::default().event("tick").data("changed")), (changed, stopped)))
            }
            else => None,
        }
    });
    Sse::new(ticks).keep_alive(KeepAlive::default())
}
