//! What is older than an account's rule says goes, once a day, a piece at a time. Each piece is a unit of work: whoever
//! is killed between two of them goes on with what is left. Contacts, conversations, who has them and what the numbers
//! count stay.

use crate::auth::{Caller, Client};
use crate::media::sweep::{SweepError, sweep_marked};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreError;
use crate::store::retention::ToPurge;
use crate::teams::change;
use model::ids::{AccountId, ConversationId, InboundId};
use model::may::Act;
use model::retention::{Kept, Rule, What, WouldGo};
use model::teams::TeamRefusal;
use model::time::DAY_S;
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

#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sweep(#[from] SweepError),
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing is due.
    Nothing,
    Done,
    /// Somebody who reads must end first.
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

/// Goes through one rule after the other. Where it is in that it need not remember: from the beginning it finds what is
/// left.
pub struct Purger {
    program: Program,
    at: Option<(ToPurge, Place)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// What was found is gone through; then it is looked on after this one.
    Said {
        found: VecDeque<ConversationId>,
        next: Next<ConversationId>,
    },
    Journal(Option<InboundId>),
    /// Files, and what the database still knows.
    Forget,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next<T> {
    After(Option<T>),
    End,
}

impl Purger {
    pub const fn new(program: Program) -> Self {
        Self { program, at: None }
    }

    pub async fn step(&mut self) -> Result<Step, RetentionError> {
        let (store, now) = (&self.program.store, self.program.seams.now());
        let Some(it) = store.begin_retention(now.plus_s(-EVERY_S), now).await? else {
            self.at = None;
            return Ok(Step::Nothing);
        };
        let is_same = |at: &ToPurge| (at.account, at.what, at.before) == (it.account, it.what, it.before);
        let place = match self.at.take().filter(|(at, _)| is_same(at)) {
            Some((_, place)) => place,
            None => Place::Said { found: VecDeque::new(), next: Next::After(None) },
        };
        let next = match place {
            Place::Said { found, next } => self.purge(it, found, next).await?,
            Place::Journal(after) => self.purge_journal(it, after).await?,
            Place::Forget => return self.forget(it).await,
        };
        self.at = Some((it, next));
        Ok(Step::Done)
    }

    async fn purge(
        &self,
        it: ToPurge,
        mut found: VecDeque<ConversationId>,
        next: Next<ConversationId>,
    ) -> Result<Place, RetentionError> {
        let store = &self.program.store;
        if let Some(of) = found.front().copied() {
            if !store.purge_old(it, of, AT_ONCE, self.program.seams.now()).await? {
                found.pop_front();
            }
            return Ok(Place::Said { found, next });
        }
        match next {
            Next::After(after) => {
                let part = store.list_old(it, after).await?;
                let next = part.next.map_or(Next::End, |it| Next::After(Some(it)));
                Ok(Place::Said { found: part.conversations.into(), next })
            }
            // Files are in no journal.
            Next::End if it.what == What::Media => Ok(Place::Forget),
            Next::End => Ok(Place::Journal(None)),
        }
    }

    async fn purge_journal(&self, it: ToPurge, after: Option<InboundId>) -> Result<Place, RetentionError> {
        let store = &self.program.store;
        let part = store.old_journal(it, after).await?;
        if !part.rows.is_empty() {
            store.delete_inbound(part.rows.into_iter().map(|it| it.0).collect()).await?;
        }
        Ok(part.next.map_or(Place::Forget, |next| Place::Journal(Some(next))))
    }

    async fn forget(&mut self, it: ToPurge) -> Result<Step, RetentionError> {
        let (store, seams) = (&self.program.store, &self.program.seams);
        if it.has_gone {
            sweep_marked(&self.program).await?;
            if !store.forget_deleted().await? {
                self.at = Some((it, Place::Forget));
                return Ok(Step::NotNow);
            }
        }
        store.end_retention(it, seams.new_id(), seams.new_id(), seams.now()).await?;
        tracing::info!(account.id = %it.account, what = it.what.word(), "what is older than its rule is gone");
        Ok(Step::Done)
    }
}
