//! Applies rows of the journal: loads what they may touch, lets the model decide, writes what it
//! decided. All in the transaction of whoever calls.

use super::super::deletions::being_deleted;
use super::journal::{self, Pending};
use super::rows::Rows;
use super::{Conn, load, write};
use crate::store::intake::{Applied, Applier, Fate};
use crate::store::{StoreError, StoreResult};
use model::ids::ContactId;
use model::intake::{Known, Needs, Outcome, Received};
use model::meta::read;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) async fn apply(conn: &mut Conn, pending: Vec<Pending>, limit: u32, by: &Applier) -> StoreResult<Applied> {
    let mut done = Applied::default();
    if pending.is_empty() {
        return Ok(done);
    }
    if pending.len() >= limit as usize {
        done.next_lane = next_lane(&pending);
    }
    done.lag_ms = pending.iter().map(|it| by.now.since_ms(it.received_at)).max().unwrap_or_default();
    let mut known = load::known_accounts(conn, by.our_app_id.as_deref()).await?;
    let understood: Vec<(Pending, Option<Received>)> = pending.into_iter().map(understand).collect();
    let needs = Needs::of(&known, understood.iter().filter_map(|(_, it)| it.as_ref()));
    load::rows(conn, &mut known, &needs, by.now).await?;
    let understood = without_those_being_deleted(conn, &known, understood, by).await?;
    let mut rows = Rows::default();
    let mut applied = Vec::new();
    let mut settled = Vec::new();
    for (row, received) in understood {
        let outcome = match &received {
            // A panic here would otherwise come back with the next try of the whole batch.
            Some(received) => catch_unwind(AssertUnwindSafe(|| {
                let (changes, outcome) = model::intake::apply(&mut known, received, by.now);
                rows.add(changes);
                outcome
            }))
            .map_err(|_| StoreError::Panicked { doing: "apply an event" })?,
            None => Outcome::Ignored("not_ours"),
        };
        match outcome {
            Outcome::Applied => applied.push(row.id.to_string()),
            Outcome::Ignored(why) => settled.push((row.id, Fate::Ignored(why))),
            Outcome::Unknown(kind) => settled.push((row.id, Fate::Unknown(kind))),
        }
    }
    done.n_applied = applied.len();
    done.media_wanted = rows.wants_media();
    done.n_erased = rows.erased.len();
    done.n_opened = rows.opened.len();
    done.profiles_wanted = rows.wants_profiles();
    write::rows(conn, rows, by).await?;
    journal::applied(conn, &applied, by.now).await?;
    for (id, fate) in settled {
        journal::settled(conn, &id.to_string(), &fate, by.now).await?;
        match fate {
            Fate::Unknown(kind) => done.unknown.push(kind),
            Fate::Ignored(why) => done.ignore(why),
            Fate::Pending => {}
        }
    }
    Ok(done)
}

/// How long what somebody writes waits at a time while all about them is being deleted.
const WAIT_S: i64 = 2;

/// Looked up once the conversations are held: whoever asks for a deletion waits for us, or made us wait.
async fn without_those_being_deleted(
    conn: &mut Conn,
    known: &Known,
    understood: Vec<(Pending, Option<Received>)>,
    by: &Applier,
) -> StoreResult<Vec<(Pending, Option<Received>)>> {
    let going = being_deleted(conn).await?;
    if going.is_empty() {
        return Ok(understood);
    }
    let is_theirs = |it: &Received| {
        let account = known.account(it.event.platform, &it.event.account);
        let contact = account.zip(it.event.contact.as_deref()).map(|(account, id)| ContactId::of(account.id, id));
        contact.is_some_and(|it| going.contains(&it))
    };
    let (waiting, rest): (Vec<_>, Vec<_>) =
        understood.into_iter().partition(|(_, received)| received.as_ref().is_some_and(is_theirs));
    let ids: Vec<String> = waiting.into_iter().map(|(row, _)| row.id.to_string()).collect();
    journal::put_off(conn, &ids, by.now.plus_s(WAIT_S)).await?;
    Ok(rest)
}

/// The last lane may have more; but one that fills everything lets the others go first.
fn next_lane(pending: &[Pending]) -> Option<u32> {
    let (first, last) = (pending.first()?.lane, pending.last()?.lane);
    Some(if first == last { last + 1 } else { last })
}

fn understand(row: Pending) -> (Pending, Option<Received>) {
    let event = read::one(&row.raw, row.received_at).and_then(|it| it.event);
    let received = event.map(|event| Received { event, dedupe_key: row.dedupe_key.clone(), raw: row.raw.clone() });
    (row, received)
}
