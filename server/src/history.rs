//! What was said before we were told of it is read back through the Conversations API: of a whole account once it is
//! connected or when an admin asks, of one conversation when somebody looks at it, and after a time without webhooks.
//!
//! What is to be read and how far it is are rows; a call is made when its turn is claimed, and what it brought is kept
//! in one unit of work with how far that makes it (`store::history`). What Meta no longer tells is counted, and said.

mod turn;

pub use turn::{one_page, take};

use crate::auth::{Caller, Client};
use crate::config::Settings;
use crate::contacts::{self, ContactError, ContactResult};
use crate::people::{PeopleResult, deed};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::history::{HistoryClaim, ListedBackfill, NewBackfill, Turn, Why};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use model::ids::{AccountId, ContactId};
use model::may::Act;
use model::people::Refusal;
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// Accounts that are read at once.
const AT_ONCE: u32 = 8;
/// Longer than Meta may take to answer: after it, whoever asked is gone.
const LEASE_S: i64 = 20;
/// Another process may have been asked.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(5);
const NOT_BEFORE: Duration = Duration::from_millis(5);
const AFTER_A_FAULT: Duration = Duration::from_secs(2);
/// Readings that the page of an account tells of.
const TOLD_OF: u32 = 5;

pub struct Reading {
    /// There is something to read.
    pub wanted: Notify,
    /// Meta allows two calls a second and account; half of that is for finding out about messages in doubt.
    pace: Duration,
    /// What was last noted of how much of its limits each account has used.
    usage: Mutex<HashMap<AccountId, i32>>,
}

impl Reading {
    pub fn new(settings: &Settings) -> Self {
        let pace = Duration::from_millis(settings.history_pace_ms.into());
        Self { wanted: Notify::new(), pace, usage: Mutex::default() }
    }

    fn is_news(&self, account: AccountId, percent: i32) -> bool {
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        usage.insert(account, percent) != Some(percent)
    }
}

/// No webhooks came since then: what was missed is news.
pub async fn fill_gap(program: &Program, account: AccountId, since: Timestamp) -> StoreResult<()> {
    let (id, now) = (program.seams.new_id(), program.seams.now());
    let new = NewBackfill { id, account, of: None, why: Why::Gap, since: Some(since), now };
    program.store.ask_history(new).await?;
    program.history.wanted.notify_one();
    Ok(())
}

/// An admin asks for all of an account; `false`: there is no such account.
pub async fn ask_as(
    program: &Program,
    caller: &Caller,
    client: &Client,
    account: AccountId,
) -> PeopleResult<Result<bool, Refusal>> {
    caller.may(Act::RunTeams)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    let (id, now) = (program.seams.new_id(), deed.now);
    let new = NewBackfill { id, account, of: None, why: Why::Requested, since: None, now };
    let asked = program.store.ask_history_as(deed, new).await?;
    program.history.wanted.notify_one();
    Ok(asked)
}

pub async fn stop_as(
    program: &Program,
    caller: &Caller,
    client: &Client,
    account: AccountId,
) -> PeopleResult<Result<bool, Refusal>> {
    caller.may(Act::RunTeams)?;
    let deed = deed(program, caller, Some(client.address.clone()));
    Ok(program.store.stop_history(deed, account).await?)
}

/// Whoever sees a conversation may have it read back.
pub async fn ask_of(program: &Program, caller: &Caller, client: &Client, contact: ContactId) -> ContactResult<()> {
    let known = contacts::find(program, caller, contact).await?;
    let conversation = known.conversation.ok_or(ContactError::NotFound)?.id;
    if known.deleting.is_some() {
        return Err(ContactError::NotFound);
    }
    let deed = deed(program, caller, Some(client.address.clone()));
    let (id, of, now) = (program.seams.new_id(), Some((contact, conversation)), deed.now);
    let new = NewBackfill { id, account: known.account, of, why: Why::Requested, since: None, now };
    let asked = program.store.ask_history_as(deed, new).await?;
    if asked != Ok(true) {
        return Err(ContactError::NotFound);
    }
    program.history.wanted.notify_one();
    Ok(())
}

/// Readings of the account, newest first.
pub async fn list(program: &Program, caller: &Caller, account: AccountId) -> PeopleResult<Vec<ListedBackfill>> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.list_history(account, TOLD_OF).await?)
}

/// How reading one conversation back went last.
pub async fn of(program: &Program, contact: ContactId) -> StoreResult<Option<ListedBackfill>> {
    program.store.find_history_of(contact).await
}

pub fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("history", move || work(worker.clone()));
}

async fn work(program: Program) {
    let mut alone = program.outbox.serves_alone;
    let mut under_way = FuturesUnordered::new();
    loop {
        let room = AT_ONCE.saturating_sub(u32::try_from(under_way.len()).unwrap_or(AT_ONCE));
        let looked = async {
            if std::mem::take(&mut alone) {
                program.store.free_history().await?;
            }
            let turns = claim(&program, room).await?;
            let next = if turns.is_empty() { program.store.next_history().await? } else { None };
            StoreResult::Ok((turns, next))
        };
        let pause = match looked.await {
            Ok((turns, next)) => {
                let pause = if turns.is_empty() { until(&program, next) } else { NOT_BEFORE };
                under_way.extend(turns.into_iter().map(|it| one_turn(&program, it)));
                pause
            }
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(error = %why, "what was said before is not read back just now: {why}");
                AFTER_A_FAULT
            }
        };
        tokio::select! {
            Some(()) = under_way.next() => {}
            () = program.history.wanted.notified() => {}
            () = sleep(pause) => {}
        }
    }
}

fn until(program: &Program, next: Option<Timestamp>) -> Duration {
    let next = next.map(|it| crate::clock::until(it, program.seams.now()));
    next.unwrap_or(LOOKS_AGAIN_AFTER).clamp(NOT_BEFORE, LOOKS_AGAIN_AFTER)
}

/// Those whose turn it is; they are nobody else's for a while.
pub async fn claim(program: &Program, limit: u32) -> StoreResult<Vec<Turn>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let now = program.seams.now();
    let pace_ms = i64::try_from(program.history.pace.as_millis()).unwrap_or(i64::MAX);
    program.store.claim_history(HistoryClaim { now, until: now.plus_s(LEASE_S), pace_ms, limit }).await
}

async fn one_turn(program: &Program, turn: Turn) {
    let account = turn.account;
    let outcome = match take(program, turn).await {
        Ok(outcome) => outcome,
        // The lease runs out, and it is taken again.
        Err(error) => {
            let why = chain(&error);
            tracing::warn!(account.id = %account, error = %why, "what was read back is not kept: {why}");
            "not_kept"
        }
    };
    metrics::counter!("switchboard_history_calls_total", "outcome" => outcome).increment(1);
}
