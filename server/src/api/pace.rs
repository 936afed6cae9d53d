//! How fast a program may ask: a bucket of requests for each token, refilled with time. Each process has its own.

use model::ids::ApiTokenId;
use model::time::{MINUTE_S, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many at once, and so many a second in the long run.
const BURST: i64 = 100;
const A_SECOND: i64 = 20;
const REQUEST_MS: i64 = 1000 / A_SECOND;

/// Past this many buckets those that are full, of tokens that rest, are forgotten.
const TIDY_ABOVE: usize = 1000;

#[derive(Default)]
pub(super) struct Paces(Mutex<HashMap<ApiTokenId, Bucket>>);

struct Bucket {
    /// When it is full again. Each request puts that off.
    full_at: Timestamp,
    /// When it was noted last that the token is used.
    noted_at: Timestamp,
}

/// What a request finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// `true`: it is time to note that the token is used.
    Granted(bool),
    Wait {
        wait_s: i64,
    },
}

impl Paces {
    pub(super) fn take(&self, token: ApiTokenId, used_at: Option<Timestamp>, now: Timestamp) -> Turn {
        let mut buckets = self.buckets();
        if buckets.len() > TIDY_ABOVE {
            buckets.retain(|_, it| it.full_at > now);
        }
        let noted_at = used_at.unwrap_or(Timestamp(i64::MIN / 2));
        let bucket = buckets.entry(token).or_insert(Bucket { full_at: now, noted_at });
        bucket.noted_at = bucket.noted_at.max(noted_at);
        let full_at = Timestamp(bucket.full_at.max(now).0 + REQUEST_MS);
        let over_ms = full_at.since_ms(now) - BURST * REQUEST_MS;
        if over_ms > 0 {
            return Turn::Wait { wait_s: (over_ms + 999) / 1000 };
        }
        bucket.full_at = full_at;
        let is_due = now.since_ms(bucket.noted_at) >= MINUTE_S * 1000;
        if is_due {
            bucket.noted_at = now;
        }
        Turn::Granted(is_due)
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<ApiTokenId, Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_763_665_200_000);

    #[test]
    fn a_burst_is_let_through_and_then_so_many_a_second() {
        let (paces, shop) = (Paces::default(), ApiTokenId::from_bits(1));
        let turns = |n: i64, now| (0..n).filter(|_| matches!(paces.take(shop, None, now), Turn::Granted(_))).count();
        assert_eq!(turns(BURST + 5, NOW), usize::try_from(BURST).unwrap());
        assert_eq!(paces.take(shop, None, NOW), Turn::Wait { wait_s: 1 });
        assert!(matches!(paces.take(ApiTokenId::from_bits(2), None, NOW), Turn::Granted(_)), "another's");
        assert_eq!(turns(100, NOW.plus_s(1)), usize::try_from(A_SECOND).unwrap());
        assert_eq!(turns(BURST + 5, NOW.plus_s(3600)), usize::try_from(BURST).unwrap(), "it does not grow for ever");
    }

    #[test]
    fn use_is_noted_once_a_minute() {
        let (paces, shop) = (Paces::default(), ApiTokenId::from_bits(1));
        let noted = |later_s, used_at| paces.take(shop, used_at, NOW.plus_s(later_s)) == Turn::Granted(true);
        assert!(noted(0, None) && !noted(59, None) && noted(60, None));
        assert!(!noted(130, Some(NOW.plus_s(100))), "another process did");
    }

    #[test]
    fn tokens_that_rest_do_not_fill_the_memory() {
        let paces = Paces::default();
        for n in 0..10_000u32 {
            paces.take(ApiTokenId::from_bits(n.into()), None, NOW.plus_s(n.into()));
        }
        assert!(paces.buckets().len() < 2 * TIDY_ABOVE);
    }
}
