//! Sign-in sessions. The store knows a session by the fingerprint of its id only, so that a copy
//! of the database signs nobody in.

use super::StoreResult;
use super::people::PersonChange;
use async_trait::async_trait;
use model::people::OpenSession;
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
pub trait Sessions: Send + Sync + 'static {
    /// Adds the session; `false` if its id is taken.
    async fn insert_session(&self, session: SessionRow) -> StoreResult<bool>;

    /// Replaces what the session holds, or adds it.
    async fn save_session(&self, session: SessionRow) -> StoreResult<()>;

    /// The session's data, unless it has run out.
    async fn find_session(&self, fingerprint: String, now: Timestamp) -> StoreResult<Option<StoredSession>>;

    /// Where a person is signed in: at most `limit`, used last first.
    async fn list_sessions(&self, person: PersonId, now: Timestamp, limit: u32) -> StoreResult<Vec<OpenSession>>;

    /// A person ends one of their own sessions, or all but one: which ended.
    async fn end_sessions(&self, change: PersonChange, which: Ending) -> StoreResult<Vec<String>>;

    async fn delete_session(&self, fingerprint: String) -> StoreResult<()>;

    /// Removes what ran out before `now`, and says how many.
    async fn purge_sessions(&self, now: Timestamp) -> StoreResult<u64>;
}

#[derive(Debug, Clone)]
pub struct SessionRow {
    pub fingerprint: String,
    pub person: Option<PersonId>,
    /// JSON, opaque here.
    pub data: String,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

/// Sessions by their fingerprints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    One(String),
    AllBut(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    pub data: String,
    pub expires_at: Timestamp,
}
