//! Deletes all about customers whom admins asked to delete, and all that accounts hold whose owners asked Meta for it, a
//! step at a time. Each step is a unit of work or can be taken again: whoever is killed between two of them goes on
//! with the next.

use crate::media::sweep::{SweepError, sweep_marked};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreError;
use crate::store::deletions::{JournalOf, Subject, ToDelete};
use model::ids::{AccountId, ContactId, DeletionId, InboundId};
use model::time::Timestamp;
use std::time::Duration;
use tokio::time::sleep;

/// Messages of one step: what comes in meanwhile waits for no longer than some milliseconds.
const AT_ONCE: u32 = 100;
/// Others go before.
const REST: Duration = Duration::from_millis(5);
/// After something that did not work, and for what nobody told: another process was asked.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sweep(#[from] SweepError),
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is nothing to delete.
    Nothing,
    Deleted,
    /// Something must end first: a file that cannot be deleted now, or somebody who reads.
    NotNow,
}

pub fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("deletions", move || work(Eraser::new(worker.clone())));
}

async fn work(mut eraser: Eraser) {
    let program = eraser.program.clone();
    loop {
        let wanted = program.deletions_wanted.notified();
        tokio::pin!(wanted);
        wanted.as_mut().enable();
        match eraser.step().await {
            Ok(Step::Deleted) => {
                sleep(REST).await;
                continue;
            }
            Ok(Step::Nothing | Step::NotNow) => {}
            Err(error) => {
                tracing::warn!(error = %chain(&error), "a deletion waits: {}", chain(&error));
            }
        }
        tokio::select! {
            () = wanted => {}
            () = sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Goes through the journal of one customer after the other. Where it is in that it need not remember.
pub struct Eraser {
    program: Program,
    at: Option<(DeletionId, Place)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Said,
    Journal(Option<InboundId>),
    Contact,
}

impl Eraser {
    pub const fn new(program: Program) -> Self {
        Self { program, at: None }
    }

    pub async fn step(&mut self) -> Result<Step, EraseError> {
        let Some(it) = self.program.store.find_deletion().await? else { return Ok(Step::Nothing) };
        match it.subject {
            Some(Subject::Contact(contact)) => self.delete(&it, contact).await,
            Some(Subject::Account(account)) => self.delete_account(&it, account).await,
            None => self.forget(&it).await,
        }
    }

    fn place_in(&self, it: &ToDelete) -> Place {
        self.at.filter(|at| at.0 == it.id).map_or(Place::Said, |at| at.1)
    }

    async fn delete(&mut self, it: &ToDelete, contact: ContactId) -> Result<Step, EraseError> {
        let (store, now) = (&self.program.store, self.program.seams.now());
        let next = match self.place_in(it) {
            Place::Said if store.delete_piece(it.id, AT_ONCE, now).await? => Place::Said,
            Place::Said => Place::Journal(None),
            Place::Journal(after) => {
                let of = JournalOf { account: it.account, contact, until: it.requested_at };
                let part = store.journal_of(of, after).await?;
                if !part.rows.is_empty() {
                    store.delete_inbound(part.rows.into_iter().map(|it| it.0).collect()).await?;
                }
                part.next.map_or(Place::Contact, |next| Place::Journal(Some(next)))
            }
            Place::Contact => {
                let is_gone = store.delete_contact(it.id, self.program.seams.new_id(), now).await?;
                if is_gone {
                    // What they wrote meanwhile is the first word of somebody new.
                    self.program.intake.wanted.notify_one();
                }
                Place::Said
            }
        };
        self.at = Some((it.id, next));
        Ok(Step::Deleted)
    }

    /// Customers first, then what came for them, last what is nobody's.
    async fn delete_account(&mut self, it: &ToDelete, account: AccountId) -> Result<Step, EraseError> {
        let (store, now) = (&self.program.store, self.program.seams.now());
        let next = match self.place_in(it) {
            Place::Said if store.delete_account_piece(it.id, AT_ONCE, now).await? => Place::Said,
            Place::Said => Place::Journal(None),
            Place::Journal(after) => {
                let next = self.delete_journal_part(account, after).await?;
                next.map_or(Place::Contact, |next| Place::Journal(Some(next)))
            }
            Place::Contact => {
                store.empty_account(it.id, now).await?;
                Place::Said
            }
        };
        self.at = Some((it.id, next));
        Ok(Step::Deleted)
    }

    /// Where to look on; `None` if that was all.
    async fn delete_journal_part(
        &self,
        account: AccountId,
        after: Option<InboundId>,
    ) -> Result<Option<InboundId>, EraseError> {
        let store = &self.program.store;
        let part = store.journal_of_account(account, after).await?;
        if !part.rows.is_empty() {
            store.delete_inbound(part.rows.into_iter().map(|it| it.0).collect()).await?;
        }
        Ok(part.next)
    }

    /// What came for the account after its journal was gone through: once its own row is gone nobody knows whose it is.
    async fn delete_what_came_since(&self, account: AccountId) -> Result<(), EraseError> {
        let mut after = self.delete_journal_part(account, None).await?;
        while after.is_some() {
            after = self.delete_journal_part(account, after).await?;
        }
        Ok(())
    }

    /// Files, and what the database still knows of what it deleted.
    async fn forget(&mut self, it: &ToDelete) -> Result<Step, EraseError> {
        let (store, seams) = (&self.program.store, &self.program.seams);
        sweep_marked(&self.program).await?;
        // An account's own row stays until the last of its files is gone, whoever marked it.
        let since = if it.is_account { Timestamp(0) } else { it.requested_at };
        if store.n_marked_since(it.account, since).await? > 0 {
            tracing::warn!(deletion.id = %it.id, "some files of what is deleted cannot be deleted yet");
            return Ok(Step::NotNow);
        }
        if it.is_account {
            self.delete_what_came_since(it.account).await?;
        }
        if !store.forget_deleted().await? {
            return Ok(Step::NotNow);
        }
        if store.finish_deletion(it.id, seams.new_id(), seams.new_id(), seams.now()).await? {
            tracing::info!(deletion.id = %it.id, "what was to be deleted is deleted");
        }
        Ok(Step::Deleted)
    }
}
