//! Reading back what was said before: what is to be read, how far that is, and what came of it.
//!
//! One reading is a row. First the conversations are listed, a page at a time, then each is read, its newest page
//! first. How far it is stands in the row of the reading and of each conversation, and moves in the unit of work that
//! keeps what was read: whoever is killed between two pages goes on with the next, and what two processes read at once
//! counts once.

use super::StoreResult;
use super::audit::Deed;
use super::intake::{Applied, Applier};
use async_trait::async_trait;
use model::ids::{AccountId, BackfillId, ContactId, ConversationId};
use model::meta::event::Event;
use model::people::Refusal;
use model::platform::Platform;
use model::time::{HOUR_S, Timestamp};
use serde::{Deserialize, Serialize};

#[async_trait]
pub trait History: Send + Sync + 'static {
    /// Asks for it, in nobody's name. The same that is under way goes on at once, and further back if it must.
    async fn ask_history(&self, new: NewBackfill) -> StoreResult<()>;

    /// The same for an admin, or for somebody who looks at one conversation. `false`: there is no such account.
    async fn ask_history_as(&self, deed: Deed, new: NewBackfill) -> StoreResult<Result<bool, Refusal>>;

    /// Stops reading the account back. `false`: there is no such account.
    async fn stop_history(&self, deed: Deed, account: AccountId) -> StoreResult<Result<bool, Refusal>>;

    /// What is to be asked of Meta now, of each account one thing at the account's pace. Nobody else gets it until the
    /// lease ends. What has nothing left to read is done.
    async fn claim_history(&self, claim: HistoryClaim) -> StoreResult<Vec<Turn>>;

    /// When there is something to ask next.
    async fn next_history(&self) -> StoreResult<Option<Timestamp>>;

    /// Nobody else serves this database: what was claimed is free again.
    async fn free_history(&self) -> StoreResult<()>;

    /// A page of the list, and how far that is now.
    async fn save_listed(&self, page: ListedPage) -> StoreResult<()>;

    /// A page of a conversation goes into the inbox.
    async fn save_recalled(&self, page: RecalledPage, by: Applier) -> StoreResult<Kept>;

    /// It is tried again later.
    async fn put_off_history(&self, turn: &Turn, put_off: PutOff) -> StoreResult<()>;

    /// How much of its limits an account has used.
    async fn save_history_usage(&self, account: AccountId, percent: i32) -> StoreResult<()>;

    /// It cannot be read, and why.
    async fn fail_history(&self, id: BackfillId, why: String, now: Timestamp) -> StoreResult<()>;

    /// Readings of the whole account, newest first.
    async fn list_history(&self, account: AccountId, limit: u32) -> StoreResult<Vec<ListedBackfill>>;

    /// The newest of one conversation.
    async fn find_history_of(&self, contact: ContactId) -> StoreResult<Option<ListedBackfill>>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Connected,
    Requested,
    /// Webhooks did not come for a while.
    Gap,
}

impl Why {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Requested => "requested",
            Self::Gap => "gap",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Connected, Self::Requested, Self::Gap].into_iter().find(|it| it.word() == word)
    }
}

/// Meta tries for an hour to tell us before it gives up; what it could not tell in that time before a gap is missing too.
pub const GAP_BEFORE_S: i64 = 2 * HOUR_S;

#[derive(Debug, Clone)]
pub struct NewBackfill {
    pub id: BackfillId,
    pub account: AccountId,
    /// Only this conversation.
    pub of: Option<(ContactId, ConversationId)>,
    pub why: Why,
    /// Nothing that is older.
    pub since: Option<Timestamp>,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy)]
pub struct HistoryClaim {
    pub now: Timestamp,
    pub until: Timestamp,
    /// Between two calls for one account.
    pub pace_ms: i64,
    pub limit: u32,
}

/// One call to make.
#[derive(Debug, Clone)]
pub struct Turn {
    pub id: BackfillId,
    pub account: AccountId,
    pub platform: Platform,
    pub account_external_id: String,
    pub why: Why,
    pub since: Option<Timestamp>,
    /// In a row, without success.
    pub tries: i32,
    pub listing: Listing,
    pub todo: ToDo,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToDo {
    /// The next page of conversations.
    List,
    /// Which conversation is this person's?
    Find {
        person: String,
    },
    Read(Thread),
}

/// A conversation to read, as Meta calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    pub platform_id: String,
    pub person: String,
    pub called: Option<String>,
    /// Where its next page begins.
    pub place: Option<String>,
}

/// How far listing the conversations is. They come newest first, and whatever happens in one meanwhile moves it up,
/// past what was read: so the list is read again, as far as what was newest before, until that is one page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Listing {
    pub is_done: bool,
    pub after: Option<String>,
    /// When something happened in the newest that this pass has met.
    pub newest: Option<i64>,
    /// What is older was found by the pass before.
    pub until: Option<i64>,
    pub n_passes: u32,
    /// Of this pass.
    pub n_pages: u32,
    /// How much is asked for at once, if less than usual: Meta sometimes cannot give as much.
    pub limit: Option<u32>,
}

#[derive(Debug, Clone)]
pub struct NewThread {
    pub platform_id: String,
    pub person: String,
    pub called: Option<String>,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct ListedPage {
    pub id: BackfillId,
    pub was: Listing,
    pub is: Listing,
    pub threads: Vec<NewThread>,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct RecalledPage {
    pub id: BackfillId,
    pub platform: Platform,
    pub account_external_id: String,
    pub thread: Thread,
    /// Where the next one begins; `None` if that was all.
    pub next: Option<String>,
    pub events: Vec<Event>,
    /// What Meta names, and tells nothing of.
    pub n_unavailable: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    Kept {
        n_new: i32,
        applied: Applied,
    },
    /// What comes in is being applied, or they are being deleted: again in a moment.
    NotNow,
    /// It was stopped, or another process was faster.
    Was,
}

#[derive(Debug, Clone)]
pub struct PutOff {
    pub until: Timestamp,
    /// What holds it up, in one word.
    pub why: Option<&'static str>,
    pub tries: i32,
    /// Asked for less at once.
    pub listing: Option<Listing>,
    /// Nothing is read for the whole account until then.
    pub holds_account: bool,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackfillState {
    Waiting,
    Running,
    Done,
    Failed,
    Stopped,
}

impl BackfillState {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "waiting" => Self::Waiting,
            "running" => Self::Running,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "stopped" => Self::Stopped,
            _ => return None,
        })
    }

    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBackfill {
    pub id: BackfillId,
    pub why: Why,
    pub state: BackfillState,
    pub since: Option<Timestamp>,
    pub is_listing: bool,
    pub n_found: i32,
    pub n_conversations: i32,
    pub n_messages: i32,
    pub n_known: i32,
    pub n_unavailable: i32,
    pub error: Option<String>,
    /// Not before.
    pub retry_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}
