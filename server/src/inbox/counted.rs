//! What stands beside the views, as it was counted last: to count is most of what a page asks of the database, and
//! between two changes everybody is told the same.

use crate::store::Store;
use crate::store::sight::Sight;
use model::person::PersonId;
use model::view::View;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// "Expiring soon" changes by itself; and Postgres tells a little late what another process wrote.
const KEPT_FOR: Duration = Duration::from_secs(2);

/// Of each view, and how much that concerns the person is unread.
pub(super) type Numbers = (Vec<(View, i64)>, i64);

#[derive(Default)]
pub struct Counted(Mutex<State>);

#[derive(Default)]
struct State {
    changes: Option<watch::Receiver<()>>,
    /// Grows with what was written.
    age: u64,
    kept: HashMap<PersonId, Kept>,
}

struct Kept {
    at: Instant,
    sight: Sight,
    counts: Numbers,
}

impl State {
    fn forget_what_changed(&mut self, store: &dyn Store) {
        let changes = self.changes.get_or_insert_with(|| store.changes_written());
        if changes.has_changed().unwrap_or(true) {
            changes.mark_unchanged();
            self.age += 1;
            self.kept.clear();
        }
    }
}

impl Counted {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// If nothing was written since; otherwise what [`Counted::keep`] is to be told.
    pub(super) fn find(&self, store: &dyn Store, person: PersonId, sight: &Sight) -> Result<Numbers, u64> {
        let mut state = self.state();
        state.forget_what_changed(store);
        let kept = state.kept.get(&person).filter(|it| it.sight == *sight && it.at.elapsed() < KEPT_FOR);
        kept.map(|it| it.counts.clone()).ok_or(state.age)
    }

    /// Unless something was written since `age`: it may have been counted before or after.
    pub(super) fn keep(&self, store: &dyn Store, person: PersonId, sight: Sight, counts: &Numbers, age: u64) {
        let mut state = self.state();
        state.forget_what_changed(store);
        if state.age == age {
            state.kept.insert(person, Kept { at: Instant::now(), sight, counts: counts.clone() });
        }
    }
}
