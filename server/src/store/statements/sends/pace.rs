//! The pace of an account, which all processes keep together. Each send takes the next free moment.

use super::super::Conn;
use super::super::many::pieces;
use super::leaving::Job;
use super::{Driver, run};
use crate::store::StoreResult;
use crate::store::sends::{ClaimSends, Pace};
use model::time::Timestamp;
use sqlx::QueryBuilder;
use std::collections::{BTreeMap, HashMap};

const KEEPING: &str = "keep an account's pace";

/// In `account_limits.kind`: what holds for everything that the account sends.
pub(super) const ALL: &str = "all";

#[derive(Default, Clone)]
pub(super) struct Paces {
    /// The next free moment of an account at one of its paces.
    next: BTreeMap<(String, String), i64>,
    usage_percent: HashMap<String, i32>,
    taken: BTreeMap<(String, String), i64>,
}

impl Paces {
    pub(super) fn of(jobs: &[Job]) -> Self {
        let mut paces = Self::default();
        for job in jobs {
            paces.usage_percent.insert(job.account_id.clone(), job.usage_percent);
            paces.next.insert((job.account_id.clone(), job.pace.clone()), job.next_at);
        }
        paces
    }

    /// When it leaves; `None` if that is too late for this claim.
    pub(super) fn reserve(&mut self, account: &str, pace: &str, claim: &ClaimSends) -> Option<Timestamp> {
        let key = (account.to_owned(), pace.to_owned());
        let leaves_at = self.next.get(&key).copied().unwrap_or_default().max(claim.now.0);
        if leaves_at > claim.horizon.0 {
            return None;
        }
        let used = self.usage_percent.get(account).copied().unwrap_or_default();
        let next = leaves_at + interval_ms(base_ms(claim.pace, pace), used);
        self.next.insert(key.clone(), next);
        self.taken.insert(key, next);
        Some(Timestamp(leaves_at))
    }

    pub(super) async fn save(self, conn: &mut Conn) -> StoreResult<()> {
        let rows: Vec<_> = self.taken.into_iter().collect();
        for piece in pieces(&rows) {
            let mut insert = QueryBuilder::<Driver>::new("insert into account_limits (account_id, kind, next_at) ");
            insert.push_values(piece, |mut values, ((account, pace), next_at)| {
                values.push_bind(account.clone()).push_bind(pace.clone()).push_bind(*next_at);
            });
            insert.push(" on conflict (account_id, kind) do update set next_at = excluded.next_at");
            run(conn, KEEPING, insert.build()).await?;
        }
        Ok(())
    }
}

fn base_ms(pace: Pace, word: &str) -> i64 {
    match word {
        "media" => pace.media_ms,
        "private_reply" => pace.private_replies_ms,
        _ => pace.texts_ms,
    }
}

/// Slower the nearer the account comes to its limits, so that it never meets them.
fn interval_ms(base_ms: i64, used_percent: i32) -> i64 {
    match used_percent {
        ..75 => base_ms,
        75..95 => base_ms * (4 + i64::from(used_percent - 75)) / 4,
        95.. => base_ms * 10,
    }
}

#[cfg(test)]
mod tests {
    use super::interval_ms;

    #[test]
    fn an_account_near_its_limits_slows_down() {
        let slowed = [0, 74, 75, 76, 79, 94, 95, 100, 250].map(|used| interval_ms(1000, used));
        assert_eq!(slowed, [1000, 1000, 1000, 1250, 2000, 5750, 10_000, 10_000, 10_000]);
        assert!((0..150).all(|used| interval_ms(40, used) <= interval_ms(40, used + 1)));
    }
}
