//! How often somebody may try to sign in, or show what only Meta can have signed: a bucket of tries for each address
//! and for each email, refilled with time. A try that succeeds is given back, so that only guessing empties them.

use model::time::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Rule {
    burst: f64,
    refill_s: f64,
}

/// A whole office may sit behind one address.
const PER_ADDRESS: Rule = Rule { burst: 30.0, refill_s: 10.0 };
const PER_EMAIL: Rule = Rule { burst: 10.0, refill_s: 60.0 };
/// A code has six digits only, and three of them hold at a time.
const PER_CODE: Rule = Rule { burst: 5.0, refill_s: 300.0 };

/// What Meta signs fits, and codes of deletions are followed, not guessed: each is counted apart.
const PER_STRANGER: Rule = Rule { burst: 30.0, refill_s: 10.0 };

/// Past this many buckets the full ones are forgotten: they say nothing.
const TIDY_ABOVE: usize = 10_000;

#[derive(Default)]
pub struct Tries {
    buckets: Mutex<HashMap<Key, Bucket>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(String),
    Email(String),
    Code(String),
    Stranger(String),
    Followed(String),
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

/// A try that was granted; give it back if it succeeded.
#[derive(Debug)]
pub struct Granted(Vec<Key>);

#[derive(Debug)]
pub enum Turn {
    Granted(Granted),
    Wait { wait_s: u32 },
}

impl Tries {
    pub fn take(&self, address: &str, email: &str, now: Timestamp) -> Turn {
        self.take_of(vec![Key::Address(network(address)), Key::Email(email.to_owned())], now)
    }

    /// For the code of somebody whose password was right.
    pub fn take_for_code(&self, address: &str, person: &str, now: Timestamp) -> Turn {
        self.take_of(vec![Key::Address(network(address)), Key::Code(person.to_owned())], now)
    }

    /// For whoever showed something that only Meta could have signed, and did not.
    pub fn take_for_stranger(&self, address: &str, now: Timestamp) -> Turn {
        self.take_of(vec![Key::Stranger(network(address))], now)
    }

    /// For whoever follows a deletion by its code.
    pub fn take_for_followed(&self, address: &str, now: Timestamp) -> Turn {
        self.take_of(vec![Key::Followed(network(address))], now)
    }

    fn take_of(&self, keys: Vec<Key>, now: Timestamp) -> Turn {
        let mut buckets = self.lock();
        if buckets.len() > TIDY_ABOVE {
            buckets.retain(|key, bucket| bucket.refilled(key.rule(), now).left < key.rule().burst);
        }
        let find = |key: &Key| {
            let full = Bucket { left: key.rule().burst, at: now };
            buckets.get(key).map_or(full, |it| it.refilled(key.rule(), now))
        };
        let found: Vec<Bucket> = keys.iter().map(find).collect();
        let wait_s = keys
            .iter()
            .zip(&found)
            .map(|(key, bucket)| (1.0 - bucket.left).max(0.0) * key.rule().refill_s)
            .fold(0.0, f64::max);
        if wait_s > 0.0 {
            return Turn::Wait { wait_s: whole_seconds(wait_s) };
        }
        for (key, bucket) in keys.iter().zip(found) {
            buckets.insert(key.clone(), Bucket { left: bucket.left - 1.0, at: now });
        }
        Turn::Granted(Granted(keys))
    }

    pub fn give_back(&self, granted: Granted) {
        let mut buckets = self.lock();
        for key in granted.0 {
            let burst = key.rule().burst;
            if let Some(bucket) = buckets.get_mut(&key) {
                bucket.left = (bucket.left + 1.0).min(burst);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever has one IPv6 address has the 2^64 around it as well.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(it)) => {
            let [a, b, c, d, ..] = it.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

impl Key {
    const fn rule(&self) -> &'static Rule {
        match self {
            Self::Address(_) => &PER_ADDRESS,
            Self::Email(_) => &PER_EMAIL,
            Self::Code(_) => &PER_CODE,
            Self::Stranger(_) | Self::Followed(_) => &PER_STRANGER,
        }
    }
}

impl Bucket {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since the last try, not since 1970")]
    fn refilled(self, rule: &Rule, now: Timestamp) -> Self {
        let passed_s = now.since_ms(self.at).max(0) as f64 / 1000.0;
        Self { left: (self.left + passed_s / rule.refill_s).min(rule.burst), at: now }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most some minutes, never negative")]
fn whole_seconds(seconds: f64) -> u32 {
    seconds.ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_763_665_200_000);

    fn granted(turn: &Turn) -> bool {
        matches!(turn, Turn::Granted(_))
    }

    #[test]
    fn guessing_one_email_from_many_addresses_is_held_back() {
        let tries = Tries::default();
        for n in 0..10 {
            assert!(granted(&tries.take(&format!("192.0.2.{n}"), "mia@luna.example", NOW)));
        }
        let held = tries.take("192.0.2.99", "mia@luna.example", NOW);
        assert!(matches!(held, Turn::Wait { wait_s: 60 }), "{held:?}");
        assert!(granted(&tries.take("192.0.2.99", "ines@luna.example", NOW)), "others are not held back");
        assert!(granted(&tries.take("192.0.2.99", "mia@luna.example", NOW.plus_s(60))));
    }

    #[test]
    fn guessing_many_emails_from_one_address_is_held_back() {
        let tries = Tries::default();
        for n in 0..30 {
            assert!(granted(&tries.take("192.0.2.1", &format!("{n}@luna.example"), NOW)));
        }
        assert!(!granted(&tries.take("192.0.2.1", "mia@luna.example", NOW)));
        assert!(granted(&tries.take("192.0.2.2", "mia@luna.example", NOW)));
        assert!(granted(&tries.take("192.0.2.1", "mia@luna.example", NOW.plus_s(10))));
    }

    #[test]
    fn guessing_a_code_is_held_back_for_longer() {
        let tries = Tries::default();
        for n in 0..5 {
            assert!(granted(&tries.take_for_code(&format!("192.0.2.{n}"), "mia", NOW)));
        }
        assert!(matches!(tries.take_for_code("192.0.2.9", "mia", NOW), Turn::Wait { wait_s: 300 }));
        assert!(granted(&tries.take("192.0.2.9", "mia", NOW)), "passwords are counted apart");
        assert!(granted(&tries.take_for_code("192.0.2.9", "mia", NOW.plus_s(300))));
    }

    #[test]
    fn whoever_shows_what_fits_is_never_held_back() {
        let tries = Tries::default();
        for _ in 0..100 {
            match tries.take_for_followed("192.0.2.1", NOW) {
                Turn::Granted(turn) => tries.give_back(turn),
                Turn::Wait { .. } => panic!("held back"),
            }
        }
        for _ in 0..30 {
            assert!(granted(&tries.take_for_stranger("192.0.2.1", NOW)));
        }
        assert!(matches!(tries.take_for_stranger("192.0.2.1", NOW), Turn::Wait { wait_s: 10 }));
        assert!(granted(&tries.take_for_stranger("192.0.2.2", NOW)));
        assert!(granted(&tries.take("192.0.2.1", "mia@luna.example", NOW)), "signing in is counted apart");
        for _ in 0..30 {
            assert!(granted(&tries.take_for_followed("192.0.2.1", NOW)), "and so are codes");
        }
        assert!(matches!(tries.take_for_followed("192.0.2.1", NOW), Turn::Wait { wait_s: 10 }));
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let tries = Tries::default();
        for n in 0..30 {
            assert!(granted(&tries.take(&format!("2001:db8::{n:x}"), &format!("{n}@luna.example"), NOW)));
        }
        assert!(!granted(&tries.take("2001:db8::ffff", "mia@luna.example", NOW)));
        assert!(granted(&tries.take("2001:db8:0:1::1", "mia@luna.example", NOW)));
    }

    #[test]
    fn signing_in_rightly_is_never_held_back() {
        let tries = Tries::default();
        for _ in 0..1000 {
            match tries.take("192.0.2.1", "mia@luna.example", NOW) {
                Turn::Granted(turn) => tries.give_back(turn),
                Turn::Wait { .. } => panic!("held back"),
            }
        }
    }

    #[test]
    fn a_flood_of_emails_does_not_fill_the_memory() {
        let tries = Tries::default();
        for n in 0..50_000 {
            tries.take(
                &format!("2001:db8:{:x}:{:x}::1", n >> 16, n & 0xffff),
                &format!("{n}@luna.example"),
                NOW.plus_s(n),
            );
        }
        assert!(tries.lock().len() < 2 * TIDY_ABOVE, "{}", tries.lock().len());
    }
}
