//! Time and chance, as they are handed to whatever needs them.

use crate::chance::{Chance, SystemChance};
use crate::clock::{Clock, SystemClock};
use model::id::Id;
use model::time::Timestamp;
use std::sync::Arc;

#[derive(Clone)]
pub struct Seams {
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
}

impl Seams {
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), chance: Arc::new(SystemChance) }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn new_id<T: Id>(&self) -> T {
        let mut chance = [0u8; 10];
        self.chance.fill(&mut chance);
        T::compose(self.now().0, chance)
    }
}
