//! Who has streams open, and how one is ended from outside.

use model::ids::ApiTokenId;
use model::person::PersonId;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Who listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Listener {
    Person(PersonId),
    /// Another program, with its token.
    Program(ApiTokenId),
}

/// Streams of one listener. A browser opens one for each tab that shows the inbox.
///
/// The oldest gives way to the newest: the newest is the one that somebody looks at now, while the
/// oldest are often left over from a network that went away without a word. A refused browser would
/// never ask again by itself; one that is sent away is told to come back later.
const MOST: usize = 20;

#[derive(Default)]
pub(super) struct Places {
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    n_ever: u64,
    by_listener: HashMap<Listener, VecDeque<Entry>>,
}

struct Entry {
    number: u64,
    session: String,
    end: oneshot::Sender<End>,
}

/// Why a stream is ended from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    SignedOut,
    Displaced,
}

/// One stream's place; given back when the stream is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    listener: Listener,
    number: u64,
    pub(super) end: oneshot::Receiver<End>,
}

impl Places {
    pub(super) fn take(self: &Arc<Self>, listener: Listener, session: String) -> Place {
        let (tell, end) = oneshot::channel();
        let mut taken = self.taken();
        taken.n_ever += 1;
        let number = taken.n_ever;
        let mine = taken.by_listener.entry(listener).or_default();
        if mine.len() == MOST
            && let Some(oldest) = mine.pop_front()
        {
            let _ = oldest.end.send(End::Displaced);
        }
        mine.push_back(Entry { number, session, end: tell });
        metrics::gauge!("switchboard_streams").increment(1.0);
        Place { places: self.clone(), listener, number, end }
    }

    pub(super) fn session_ended(&self, fingerprint: &str) {
        let mut taken = self.taken();
        for mine in taken.by_listener.values_mut() {
            while let Some(place) = mine.iter().position(|it| it.session == fingerprint)
                && let Some(entry) = mine.remove(place)
            {
                let _ = entry.end.send(End::SignedOut);
            }
        }
    }

    pub(super) fn has(&self, listener: Listener) -> bool {
        self.taken().by_listener.contains_key(&listener)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("switchboard_streams").decrement(1.0);
        let mut taken = self.places.taken();
        if let Some(mine) = taken.by_listener.get_mut(&self.listener) {
            mine.retain(|it| it.number != self.number);
            if mine.is_empty() {
                taken.by_listener.remove(&self.listener);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    #[test]
    fn the_oldest_of_too_many_gives_way() {
        let places = Arc::new(Places::default());
        let [mia, ines] = [1, 2].map(|it| Listener::Person(PersonId::compose(it, [0; 10])));
        let mut other = places.take(ines, "i".to_owned());
        let mut mine: Vec<_> = (0..=MOST).map(|_| places.take(mia, "m".to_owned())).collect();
        assert_eq!(mine[0].end.try_recv(), Ok(End::Displaced));
        assert!(mine[1].end.try_recv().is_err());
        assert!(other.end.try_recv().is_err(), "another person's stays");
        mine.truncate(3);
        drop(places.take(mia, "m".to_owned()));
        assert!(mine[1].end.try_recv().is_err(), "a place that was given back is free");
        drop((mine, other));
        assert!(places.taken().by_listener.is_empty());
    }

    #[test]
    fn a_session_that_ends_ends_its_streams() {
        let places = Arc::new(Places::default());
        let mia = Listener::Person(PersonId::compose(1, [0; 10]));
        let [mut one, mut two, mut elsewhere] = ["a", "a", "b"].map(|it| places.take(mia, it.to_owned()));
        places.session_ended("a");
        assert_eq!((one.end.try_recv(), two.end.try_recv()), (Ok(End::SignedOut), Ok(End::SignedOut)));
        assert!(elsewhere.end.try_recv().is_err());
    }
}
