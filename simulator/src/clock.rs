//! What time it is in the simulator's world.

use std::time::{Duration, Instant};

/// Goes with the machine's clock, or stands still as in tests; both can be moved forward.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    at_ms: i64,
    going_since: Option<Instant>,
}

impl Clock {
    pub fn going(at_ms: i64) -> Self {
        Self { at_ms, going_since: Some(Instant::now()) }
    }

    pub fn standing(at_ms: i64) -> Self {
        Self { at_ms, going_since: None }
    }

    pub fn now_ms(&self) -> i64 {
        let gone = self.going_since.map_or(0, |since| i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX));
        self.at_ms.saturating_add(gone)
    }

    /// Forward only: what has happened has happened. `None` and nothing moved if there is no such time.
    pub fn advance(&mut self, by_ms: i64) -> Option<i64> {
        // A year far away must still be one that can be written.
        const LAST_MS: i64 = 253_402_300_799_000;
        let moved = self.now_ms().checked_add(by_ms).filter(|to| by_ms >= 0 && *to <= LAST_MS)?;
        self.at_ms = self.at_ms.checked_add(by_ms)?;
        Some(moved)
    }

    /// How long to wait, by the machine's clock, until it is `at_ms` here; `None`: until somebody moves it.
    pub fn until(&self, at_ms: i64) -> Option<Duration> {
        let left_ms = u64::try_from(at_ms.saturating_sub(self.now_ms())).unwrap_or(0);
        (self.going_since.is_some() || left_ms == 0).then(|| Duration::from_millis(left_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_moves_by_hand_alone() {
        let mut clock = Clock::standing(1_000);
        assert_eq!(clock.until(2_000), None);
        assert_eq!(clock.advance(5_000), Some(6_000));
        assert_eq!((clock.now_ms(), clock.until(2_000)), (6_000, Some(Duration::ZERO)));
        for wrong in [-1, i64::MAX] {
            assert_eq!(clock.advance(wrong), None);
        }
        assert_eq!(clock.now_ms(), 6_000);
    }

    #[test]
    fn a_clock_that_goes_is_at_the_moment_waited_for_after_the_wait() {
        let clock = Clock::going(1_000);
        let left = clock.until(61_000).unwrap();
        assert!(left <= Duration::from_mins(1) && left > Duration::from_secs(50), "{left:?}");
    }
}
