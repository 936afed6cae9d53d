//! What Meta sends: first the journal, then the inbox.

use super::StoreResult;
use async_trait::async_trait;
use model::ids::InboundId;
use model::intake::Account;
use model::meta::read::Item;
use model::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One item of a webhook, to be made durable.
#[derive(Debug, Clone)]
pub struct NewInbound {
    pub id: InboundId,
    pub dedupe_key: String,
    pub object: String,
    pub account: String,
    pub contact: Option<String>,
    pub app_id: Option<String>,
    pub lane: u32,
    pub fate: Fate,
    pub raw: String,
    pub received_at: Timestamp,
}

impl NewInbound {
    /// The row of one item.
    pub fn of(id: InboundId, item: Item, received_at: Timestamp) -> Self {
        Self {
            id,
            dedupe_key: item.dedupe_key(),
            lane: item.lane(),
            fate: if item.event.is_some() { Fate::Pending } else { Fate::Ignored("not_ours") },
            object: item.object,
            account: item.account,
            contact: item.contact,
            app_id: item.app_id,
            raw: item.raw,
            received_at,
        }
    }
}

/// What happens to a row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Pending,
    /// Nothing for us, and why.
    Ignored(&'static str),
    /// Nothing that this version can read, and what it is.
    Unknown(String),
}

/// Who applies, and when.
#[derive(Debug, Clone)]
pub struct Applier {
    pub group: u32,
    /// Meta's id of our app.
    pub our_app_id: Option<Arc<str>>,
    pub now: Timestamp,
    /// Chance, for the ids of changes.
    pub salt: u64,
}

/// What became of some rows of the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    pub n_applied: usize,
    /// How many for each reason.
    pub ignored: BTreeMap<&'static str, u32>,
    pub unknown: Vec<String>,
    /// Messages whose files are marked now, and are to be deleted.
    pub n_erased: usize,
    /// Where to go on, if there was more than fits in one go.
    pub next_lane: Option<u32>,
    /// Files are to be fetched.
    pub media_wanted: bool,
    /// Conversations that are new or open again: somebody is to be found for them.
    pub n_opened: usize,
    /// Names are to be fetched.
    pub profiles_wanted: bool,
    /// Another process is at it.
    pub held_by_another: bool,
    /// How long the oldest of them had been waiting.
    pub lag_ms: i64,
}

impl Applied {
    pub fn n_rows(&self) -> usize {
        self.n_applied + self.unknown.len() + self.ignored.values().map(|it| *it as usize).sum::<usize>()
    }

    pub fn ignore(&mut self, why: &'static str) {
        *self.ignored.entry(why).or_default() += 1;
    }

    pub fn add(&mut self, more: Self) {
        self.n_applied += more.n_applied;
        for (why, n_rows) in more.ignored {
            *self.ignored.entry(why).or_default() += n_rows;
        }
        self.unknown.extend(more.unknown);
        self.n_erased += more.n_erased;
        self.n_opened += more.n_opened;
        self.media_wanted |= more.media_wanted;
        self.profiles_wanted |= more.profiles_wanted;
        self.lag_ms = self.lag_ms.max(more.lag_ms);
    }
}

/// Which rows of the journal to apply once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    All,
    /// Those that no earlier version understood, and those that failed.
    NotUnderstood,
    One(InboundId),
}

/// One row, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: InboundId,
    pub raw: String,
    pub received_at: Timestamp,
}

#[async_trait]
pub trait Intake: Send + Sync + 'static {
    /// Writes the rows that are not there yet; how many those were. Durable when it returns.
    async fn insert_inbound(&self, rows: Vec<NewInbound>) -> StoreResult<u64>;

    /// Into how many parts the lanes fall that can be applied at the same time.
    fn n_lane_groups(&self) -> u32;

    /// Applies the oldest pending rows of one group of lanes, from `first_lane` on, all in one unit.
    async fn apply_pending(&self, by: Applier, first_lane: u32, limit: u32) -> StoreResult<Applied>;

    /// The oldest pending rows of a group, for trying them one by one.
    async fn pending_inbound(&self, group: u32, limit: u32, now: Timestamp) -> StoreResult<Vec<InboundId>>;

    async fn apply_one(&self, by: Applier, id: InboundId) -> StoreResult<Applied>;

    /// It could not be applied: after the first time again at the first of `tries`, and so on; when they
    /// are used up it stays as failed. Returns when it is tried again.
    async fn postpone_inbound(
        &self,
        id: InboundId,
        tries: Vec<Timestamp>,
        reason: String,
    ) -> StoreResult<Option<Timestamp>>;

    async fn n_pending_inbound(&self) -> StoreResult<i64>;

    /// Marks rows as pending again; how many.
    async fn replay_inbound(&self, which: Replay) -> StoreResult<u64>;

    /// The journal in the order in which it came.
    async fn read_inbound(&self, after: Option<InboundId>, limit: u32) -> StoreResult<Vec<Entry>>;

    /// Removes what is older and was applied, at most `limit` rows; how many.
    async fn purge_inbound(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Removes words about messages that never came.
    async fn purge_waiting(&self, before: Timestamp) -> StoreResult<u64>;

    /// The accounts that intake knows, with their names.
    async fn named_accounts(&self) -> StoreResult<Vec<(Account, String)>>;

    /// Makes those that are not there yet, without a token: enough to receive, not to send.
    async fn insert_accounts(&self, accounts: Vec<(Account, String)>, now: Timestamp) -> StoreResult<()>;
}
