//! Applies the journal, for as long as the program runs. One worker for each group of lanes.

use crate::program::Program;
use crate::seams::Seams;
use crate::start::chain;
use crate::store::intake::{Applied, Applier};
use crate::store::{Store, StoreError, StoreResult};
use model::ids::InboundId;
use model::meta::event::Nothing;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many rows one unit of work applies: many share the cost of loading and of the commit, and
/// what comes in meanwhile waits for no longer than some milliseconds.
const AT_ONCE: u32 = 64;

/// From so many rows a second on there is no room for both. What comes in then gets so many times the
/// time that applying takes: an acknowledgement that is late costs more than a message shown late.
const A_FLOOD: f64 = 4000.0;
const GIVE_WAY: u32 = 8;
const MOST_PAUSE: Duration = Duration::from_millis(200);

/// Rows gather meanwhile that share the cost of a batch; nobody sees that a message comes so much later.
const GATHER: Duration = Duration::from_millis(10);

/// Looks by itself this often: for rows whose time to be tried again has come, and for those that
/// another process wrote and did not live to apply.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// After an error of the database itself.
const AFTER_AN_OUTAGE: Duration = Duration::from_secs(1);

/// Seconds until a row that could not be applied is tried again; then it stays for a later version.
const TRY_AGAIN_S: [i64; 5] = [1, 5, 30, 120, 600];

pub fn start(program: &Program) {
    for group in 0..program.store.n_lane_groups() {
        let worker = program.clone();
        program.spawn("intake", move || work(worker.clone(), group));
    }
}

/// What applying takes.
pub struct Hands {
    pub store: Arc<dyn Store>,
    pub seams: Seams,
    pub our_app_id: Option<Arc<str>>,
}

impl Hands {
    pub(crate) fn of(program: &Program) -> Self {
        let our_app_id = program.intake.our_app_id.clone();
        Self { store: Arc::clone(&program.store), seams: program.seams.clone(), our_app_id }
    }

    pub(crate) fn applier(&self, group: u32) -> Applier {
        let mut salt = [0; 8];
        self.seams.chance.fill(&mut salt);
        let salt = u64::from_be_bytes(salt);
        Applier { group, our_app_id: self.our_app_id.clone(), now: self.seams.now(), salt }
    }
}

async fn work(program: Program, group: u32) {
    let hands = Hands::of(&program);
    let mut lane = 0;
    let mut looked = (Instant::now(), program.intake.journal.n_arrived());
    loop {
        // Asked for before looking, so that what comes in between is not missed.
        let wanted = program.intake.wanted.notified();
        tokio::pin!(wanted);
        wanted.as_mut().enable();
        let begun = Instant::now();
        match program.store.apply_pending(hands.applier(group), lane, AT_ONCE).await {
            Ok(applied) => {
                note(&program, &applied);
                let took = begun.elapsed();
                let was_all = lane == 0;
                lane = applied.next_lane.unwrap_or(0);
                if applied.n_rows() == 0 && was_all {
                    let _ = tokio::time::timeout(LOOK_AGAIN, wanted).await;
                } else {
                    let before = std::mem::replace(&mut looked, (Instant::now(), program.intake.journal.n_arrived()));
                    let arrived_s = rate(before, looked);
                    tokio::time::sleep(pause(&applied, arrived_s, took)).await;
                }
            }
            Err(error) if error.is_outage() => {
                tracing::error!(error = %chain(&error), "what came in waits for the database");
                tokio::time::sleep(AFTER_AN_OUTAGE).await;
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "could not apply some rows together: one by one now");
                match one_by_one(&hands, group).await {
                    Ok(applied) => note(&program, &applied),
                    Err(error) => {
                        tracing::error!(error = %chain(&error), "what came in waits");
                        tokio::time::sleep(AFTER_AN_OUTAGE).await;
                    }
                }
            }
        }
    }
}

/// Rows a second between two looks at how many had come.
#[expect(clippy::cast_precision_loss, reason = "rows of a fraction of a second")]
fn rate(before: (Instant, u64), now: (Instant, u64)) -> f64 {
    (now.1 - before.1) as f64 / now.0.duration_since(before.0).as_secs_f64().max(0.001)
}

/// How long to wait after a batch that took so long, while so many rows come in a second.
fn pause(applied: &Applied, arrived_s: f64, took: Duration) -> Duration {
    if arrived_s > A_FLOOD {
        (took * GIVE_WAY).clamp(GATHER, MOST_PAUSE)
    } else if applied.next_lane.is_some() {
        Duration::ZERO
    } else {
        GATHER
    }
}

/// Applies everything that is pending now, and says how many rows that were.
pub async fn apply_all(hands: &Hands) -> StoreResult<usize> {
    let mut n_rows = 0;
    for group in 0..hands.store.n_lane_groups() {
        let mut lane = 0;
        loop {
            match hands.store.apply_pending(hands.applier(group), lane, AT_ONCE).await {
                Ok(applied) => {
                    n_rows += applied.n_rows();
                    if applied.held_by_another || (applied.n_rows() == 0 && lane == 0) {
                        break;
                    }
                    lane = applied.next_lane.unwrap_or(0);
                }
                Err(error) if error.is_outage() => return Err(error),
                Err(_) => n_rows += one_by_one(hands, group).await?.n_rows(),
            }
        }
    }
    Ok(n_rows)
}

/// One of them stops the others: whichever it is, it is put off alone.
async fn one_by_one(hands: &Hands, group: u32) -> StoreResult<Applied> {
    let mut all = Applied::default();
    for id in hands.store.pending_inbound(group, AT_ONCE, hands.seams.now()).await? {
        match hands.store.apply_one(hands.applier(group), id).await {
            Ok(applied) => all.add(applied),
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => put_off(hands, id, &error).await?,
        }
    }
    Ok(all)
}

async fn put_off(hands: &Hands, id: InboundId, error: &StoreError) -> StoreResult<()> {
    let why = chain(error);
    let now = hands.seams.now();
    let tries = TRY_AGAIN_S.iter().map(|it| now.plus_s(*it)).collect();
    if hands.store.postpone_inbound(id, tries, why.clone()).await?.is_some() {
        tracing::warn!(inbound.id = %id, error = %why, "an event could not be applied and is tried again");
    } else {
        metrics::counter!("switchboard_applied_total", "outcome" => "failed").increment(1);
        tracing::error!(inbound.id = %id, error = %why, "an event could not be applied; `switchboard replay` tries again");
    }
    Ok(())
}

fn note(program: &Program, applied: &Applied) {
    let counter = |outcome: &'static str, n: usize| {
        if n > 0 {
            metrics::counter!("switchboard_applied_total", "outcome" => outcome).increment(n as u64);
        }
    };
    counter("applied", applied.n_applied);
    for (why, n_rows) in &applied.ignored {
        metrics::counter!("switchboard_ignored_total", "reason" => *why).increment(u64::from(*n_rows));
    }
    if applied.ignored.contains_key(Nothing::NoValues.word()) {
        tracing::warn!(
            "Meta sends names of fields without their values: switch on \"Include values\" in the App Dashboard"
        );
    }
    counter("unknown", applied.unknown.len());
    for kind in &applied.unknown {
        tracing::warn!(event.kind = %kind, "Meta sent an event of a kind that this version does not know: kept");
    }
    if applied.n_rows() > 0 {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of some minutes")]
        metrics::histogram!("switchboard_apply_lag_seconds").record(applied.lag_ms as f64 / 1000.0);
    }
    wake(program, applied);
}

/// Whoever has something to do now.
pub(crate) fn wake(program: &Program, applied: &Applied) {
    if applied.media_wanted {
        program.media_wanted.notify_one();
    }
    if applied.n_erased > 0 {
        program.media_marked.notify_one();
    }
    if applied.n_opened > 0 {
        program.assignment.wanted.notify_one();
    }
    if applied.profiles_wanted {
        program.profiles_wanted.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_goes_before_what_is_applied_and_a_full_inbox_does_not_wait() {
        let took = Duration::from_millis(12);
        let begun = Instant::now();
        let of_rows = |n: u64| rate((begun, 100), (begun + Duration::from_millis(20), 100 + n));
        let (calm, flood) = (of_rows(40), of_rows(120));
        let more = Applied { next_lane: Some(7), ..Applied::default() };
        assert_eq!(pause(&more, calm, took), Duration::ZERO);
        assert_eq!(pause(&Applied::default(), calm, took), GATHER);
        assert_eq!(pause(&more, flood, took), took * GIVE_WAY);
        assert_eq!(pause(&more, flood, Duration::from_secs(1)), MOST_PAUSE);
    }
}
