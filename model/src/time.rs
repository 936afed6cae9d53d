//! A moment, as both databases and the browser hold it: milliseconds since 1970, UTC.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    #[must_use]
    pub const fn plus_s(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1000)
    }

    /// Milliseconds from `earlier` to here; negative if it is later.
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

pub const MINUTE_S: i64 = 60;
pub const HOUR_S: i64 = 60 * MINUTE_S;
pub const DAY_S: i64 = 24 * HOUR_S;
