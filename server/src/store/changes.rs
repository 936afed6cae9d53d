//! The feed of changes: what happened, numbered in the order in which everybody reads it. A number
//! can be read only when every lower one can; none is left out, and the lowest go first.

use super::StoreResult;
use async_trait::async_trait;
use model::id::Id as _;
use model::ids::{AccountId, ChangeId};
use model::live::Event;
use model::meta::identity::digest;
use model::person::PersonId;
use model::time::Timestamp;
use tokio::sync::watch;

/// The most that one unit of work numbers or removes.
pub const AT_ONCE: u32 = 1000;

#[async_trait]
pub trait Changes: Send + Sync + 'static {
    /// Writes changes that belong to no other unit of work.
    async fn note_changes(&self, changes: Vec<NewChange>) -> StoreResult<()>;

    /// Numbers at most [`AT_ONCE`] changes that were written without a number, and says how many.
    /// There are such on Postgres only; whoever listens there hears of it, in every process.
    async fn number_changes(&self) -> StoreResult<u32>;

    /// What comes after `seq`, in order.
    async fn changes_after(&self, seq: i64, limit: u32) -> StoreResult<Vec<Change>>;

    async fn feed_bounds(&self) -> StoreResult<FeedBounds>;

    /// Removes at most [`AT_ONCE`] of the changes from before `before`, from the lowest number on,
    /// and says how many. What an endpoint has not got yet stays.
    async fn purge_changes(&self, before: Timestamp) -> StoreResult<u64>;

    /// Marked as changed whenever there may be something new to number or to read: a unit of work of
    /// this process that wrote changes is durable or, on Postgres, some process numbered changes. A
    /// connection that breaks can swallow a word, so look by yourself from time to time.
    fn changes_written(&self) -> watch::Receiver<()>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    pub id: ChangeId,
    pub event: Event,
    /// Only for who may see this account.
    pub account_id: Option<AccountId>,
    /// Only for this person.
    pub person_id: Option<PersonId>,
    pub at: Timestamp,
}

impl NewChange {
    /// An event that is one of its kind, as a revision makes it: the id is made of it and of `at`.
    pub fn new(event: Event, account_id: Option<AccountId>, at: Timestamp) -> Self {
        let digest = digest(&["change", &event.print()]).to_be_bytes();
        let mut chance = [0u8; 10];
        chance.copy_from_slice(&digest[..10]);
        Self { id: ChangeId::compose(at.0, chance), event, account_id, person_id: None, at }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub seq: i64,
    pub event: Event,
    pub account_id: Option<AccountId>,
    pub person_id: Option<PersonId>,
    pub at: Timestamp,
}

/// How far the feed reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedBounds {
    /// The lowest number that is kept; one more than the head if none is.
    pub oldest: i64,
    /// The highest number that was ever given.
    pub head: i64,
}

impl FeedBounds {
    /// Whether everything after `seq` is still here.
    pub const fn reaches_back_to(self, seq: i64) -> bool {
        self.oldest - 1 <= seq && seq <= self.head
    }
}
