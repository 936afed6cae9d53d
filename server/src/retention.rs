//! What is older than an account's rule says goes, once a day, a piece at a time. Each piece is a unit of work: whoever
//! is killed between two of them goes on with what is left. Contacts, conversations, who has them and what the numbers
//! count stay.

use crate::auth::{Caller, Client};
use crate::media::sweep::sweep_marked;
use crate::people::PeopleResult;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::retention::ToPurge;
use crate::teams::change;
use model::ids::{AccountId, ConversationId, InboundId};
use model::may::Act;
use model::retention::{Kept, Rule, What, WouldGo};
use model::teams::TeamRefusal;
use model::time::{DAY_S, Timestamp};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What comes in meanwhile waits for no longer than some milliseconds.
const AT_ONCE: u32 = 100;
/// So many times as long as it worked: nobody waits for it.
const REST: u32 = 4;
const LEAST_REST: Duration = Duration::from_millis(20);
const LOOK_AGAIN: Duration = Duration::from_mins(10);
const EVERY_S: i64 = DAY_S;
/// Meta posts again for 36 hours what it was not thanked for, and the journal knows it by then, whatever the rule says.
const JOURNAL_LEAST_S: i64 = 3 * DAY_S;

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing is due.
    Nothing,
    Done,
    /// Somebody who reads must end first, or a rule did not get on.
    NotNow,
}

pub async fn rules(program: &Program, caller: &Caller, account: AccountId) -> PeopleResult<Vec<Rule>> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.list_retention(account).await?)
}

/// What would go if this were chosen now. Nothing is changed by asking.
pub async fn would_go(program: &Program, caller: &Caller, account: AccountId, kept: Kept) -> PeopleResult<WouldGo> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.count_would_go(account, kept, program.seams.now()).await?)
}

pub async fn set(
    program: &Program,
    caller: &Caller,
    client: &Client,
    account: AccountId,
    kept: Kept,
) -> PeopleResult<Result<(), TeamRefusal>> {
    caller.may(Act::RunTeams)?;
    let set = program.store.set_retention(change(program, caller, client), account, kept).await?;
    program.retention_wanted.notify_one();
    Ok(set)
}

pub fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("retention", move || work(Purger::new(worker.clone())));
}

async fn work(mut purger: Purger) {
    let program = purger.program.clone();
    loop {
        let wanted = program.retention_wanted.notified();
        tokio::pin!(wanted);
        wanted.as_mut().enable();
        let begun = Instant::now();
        match purger.step().await {
            Ok(Step::Done) => {
                sleep((begun.elapsed() * REST).max(LEAST_REST)).await;
                continue;
            }
            Ok(Step::Nothing | Step::NotNow) => {}
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(error = %why, "what is older than it is kept stays for now: {why}");
            }
        }
        tokio::select! {
            () = wanted => {}
            () = sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Goes through one rule after the other, and ends all of them together once the database has forgotten: on Postgres
/// that costs much. Where it is in that it need not remember: from the beginning it finds what is left.
pub struct Purger {
    program: Program,
    at: Option<(ToPurge, Place)>,
    /// Nothing is left that is older than these say.
    through: Vec<ToPurge>,
    /// These did not get on, and the others do not wait for them. They are tried again in the next round.
    stuck: Vec<ToPurge>,
    /// Something went, and the database still knows it.
    has_gone: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// What was found is gone through; then it is looked on after this one.
    Said {
        found: VecDeque<ConversationId>,
        next: Next<ConversationId>,
    },
    Journal(Option<InboundId>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next<T> {
    After(Option<T>),
    End,
}

impl Purger {
    pub const fn new(program: Program) -> Self {
        Self { program, at: None, through: Vec::new(), stuck: Vec::new(), has_gone: false }
    }

    pub async fn step(&mut self) -> StoreResult<Step> {
        let (store, now) = (&self.program.store, self.program.seams.now());
        let but = self.through.iter().chain(&self.stuck).map(|it| (it.account, it.what)).collect();
        let Some(it) = store.begin_retention(now.plus_s(-EVERY_S), but, now).await? else {
            return self.end_round().await;
        };
        self.has_gone |= it.has_gone;
        let is_same = |at: &ToPurge| (at.account, at.what, at.before) == (it.account, it.what, it.before);
        let place = match self.at.take().filter(|(at, _)| is_same(at)) {
            Some((_, place)) => place,
            None => Place::Said { found: VecDeque::new(), next: Next::After(None) },
        };
        let gone_on = match place {
            Place::Said { found, next } => self.purge(it, found, next).await,
            Place::Journal(after) => self.purge_journal(it, after, now).await,
        };
        match gone_on {
            Ok(Some(next)) => self.at = Some((it, next)),
            Ok(None) => self.through.push(it),
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(account.id = %it.account, error = %why, "what is old stays for now: {why}");
                self.stuck.push(it);
            }
        }
        Ok(Step::Done)
    }

    /// Where to go on; `None` if the rule is gone through.
    async fn purge(
        &mut self,
        it: ToPurge,
        mut found: VecDeque<ConversationId>,
        next: Next<ConversationId>,
    ) -> StoreResult<Option<Place>> {
        let store = &self.program.store;
        if let Some(of) = found.front().copied() {
            if store.purge_old(it, of, AT_ONCE, self.program.seams.now()).await? {
                self.has_gone = true;
            } else {
                found.pop_front();
            }
            return Ok(Some(Place::Said { found, next }));
        }
        match next {
            Next::After(after) => {
                let part = store.list_old(it, after).await?;
                let next = part.next.map_or(Next::End, |it| Next::After(Some(it)));
                Ok(Some(Place::Said { found: part.conversations.into(), next }))
            }
            // Files are in no journal.
            Next::End if it.what == What::Media => Ok(None),
            Next::End => Ok(Some(Place::Journal(None))),
        }
    }

    async fn purge_journal(
        &mut self,
        it: ToPurge,
        after: Option<InboundId>,
        now: Timestamp,
    ) -> StoreResult<Option<Place>> {
        let store = &self.program.store;
        let old = ToPurge { before: it.before.min(now.plus_s(-JOURNAL_LEAST_S)), ..it };
        let part = store.old_journal(old, after).await?;
        if !part.rows.is_empty() {
            store.delete_inbound(part.rows.into_iter().map(|it| it.0).collect()).await?;
            self.has_gone = true;
        }
        Ok(part.next.map(|next| Place::Journal(Some(next))))
    }

    /// Whatever is due is gone through, or does not get on.
    async fn end_round(&mut self) -> StoreResult<Step> {
        self.at = None;
        if self.through.is_empty() {
            let is_stuck = !std::mem::take(&mut self.stuck).is_empty();
            return Ok(if is_stuck { Step::NotNow } else { Step::Nothing });
        }
        let (store, seams) = (&self.program.store, &self.program.seams);
        if self.has_gone {
            self.sweep().await;
            if !store.forget_deleted().await? {
                return Ok(Step::NotNow);
            }
            self.has_gone = false;
        }
        while let Some(it) = self.through.last().copied() {
            store.end_retention(it, seams.new_id(), seams.new_id(), seams.now()).await?;
            tracing::info!(account.id = %it.account, what = it.what.word(), "what is older than its rule is gone");
            self.through.pop();
        }
        Ok(Step::Done)
    }

    /// What cannot be deleted keeps its mark, and nothing shows it any more. The sweeper goes on with it: no rule of
    /// anybody waits for a file.
    async fn sweep(&self) {
        if let Err(error) = sweep_marked(&self.program).await {
            let why = chain(&error);
            tracing::warn!(error = %why, "some files that are older than they are kept stay for now: {why}");
        }
    }
}
