//! The live feed: what changes in the database reaches the browsers of whoever may see it. One task
//! of each process reads the feed, and every stream of that process hears it from there. Nothing
//! here says what changed in words; a browser asks for the thing anew.

mod bus;
mod places;
mod resume;
mod stream;

use crate::store::changes::Change;
use places::Places;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};

pub use bus::start;
pub use stream::open;

/// A browser that is further behind than this asks again for everything it shows.
const KEPT_FOR_THE_SLOW: usize = 4096;

pub struct Live {
    /// How often a stream that has nothing to say shows that it is there, and looks whether its
    /// person is still signed in. Proxies cut off what is silent for half a minute.
    pub tick: Duration,
    sender: broadcast::Sender<Arc<Change>>,
    /// The number up to which this process has read the feed, once it has begun.
    position: watch::Sender<Option<i64>>,
    places: Arc<Places>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            tick: Duration::from_secs(15),
            sender: broadcast::channel(KEPT_FOR_THE_SLOW).0,
            position: watch::channel(None).0,
            places: Arc::default(),
        }
    }
}

impl Live {
    /// The session with this fingerprint is over: its streams end.
    pub fn session_ended(&self, fingerprint: &str) {
        self.places.session_ended(fingerprint);
    }

    /// Every change from now on, without a gap.
    async fn subscribe(&self) -> broadcast::Receiver<Arc<Change>> {
        let receiver = self.sender.subscribe();
        // Before the process has found its place in the feed, it would pass over what comes meanwhile.
        let _ = self.position.subscribe().wait_for(Option::is_some).await;
        receiver
    }
}
