//! The store on SQLite: one writer whose commits carry many units of work, and a pool of readers.

mod feed;
mod forget;
mod lock;
mod search;
mod voices;
mod writer;

use super::migrate;
use super::signal::Signal;
use super::{Ground, Migrated, StoreError, StoreResult, doing};
use crate::start::StartError;
use futures::future::BoxFuture;
use lock::Lock;
use model::ids::ConversationId;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use writer::Writer;

pub(super) type Driver = sqlx::Sqlite;
pub(super) type Conn = sqlx::SqliteConnection;

#[path = "statements/mod.rs"]
mod statements;

/// There is one writer: what runs in it has everything to itself.
const LANE_GROUPS: u32 = 1;
const FOR_UPDATE: &str = "";
/// Of people: who acts on them waits, and whoever only refers to them does not.
const FOR_NO_KEY_UPDATE: &str = "";
/// The person `p` stays as they are until the commit.
const FOR_SHARE_OF_P: &str = "";
const UNLESS_LOCKED: &str = "";
/// Left to itself it would go through all that are snoozed.
const ALONG_SNOOZED: &str = " indexed by conversations_snoozed_until";

async fn hold_lanes(_conn: &mut Conn, _group: u32) -> StoreResult<bool> {
    Ok(true)
}

async fn hold_conversation(_conn: &mut Conn, _id: ConversationId) -> StoreResult<()> {
    Ok(())
}

async fn hold_claims(_conn: &mut Conn) -> StoreResult<()> {
    Ok(())
}

async fn hold_assigning(_conn: &mut Conn) -> StoreResult<()> {
    Ok(())
}

static MIGRATOR: Migrator = sqlx::migrate!("../migrations/sqlite");

const STATEMENTS: usize = 400;

/// Reads wait for nothing in WAL mode, so a few connections serve many people; each costs memory.
const READERS: u32 = 4;

pub(super) struct Pools {
    path: PathBuf,
    readers: SqlitePool,
    writer: Writer,
    signal: Signal,
    serving: Mutex<Option<Lock>>,
}

/// A new database is readable by nobody else; SQLite gives the files beside it the same rights.
fn only_ours(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

impl Pools {
    pub(super) async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        only_ours(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // A webhook is acknowledged only when it survives a power cut; group commit pays for it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Rows of many conversations share a page of the log that is written once and copied back later.
            .pragma("wal_autocheckpoint", "8000")
            // After a moment of much writing the log gives its room back; 64 MB are twice what it has otherwise.
            .pragma("journal_size_limit", "67108864")
            // What is deleted is overwritten, in its page and as a page that is free.
            .pragma("secure_delete", "on")
            // Intake alone has some eighty, of a few sizes each.
            .statement_cache_capacity(STATEMENTS)
            .busy_timeout(Duration::from_secs(5));
        let signal = Signal::default();
        // What undoes a unit alone is kept in memory: in a temporary file every page would be written once more.
        let to_write = options.clone().create_if_missing(true).pragma("temp_store", "memory");
        let writer = Writer::start(&to_write, signal.clone()).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(10))
            // A file does not hang up.
            .test_before_acquire(false)
            .connect_lazy_with(options.read_only(true));
        Ok(Self { path: path.to_owned(), readers, writer, signal, serving: Mutex::new(None) })
    }

    pub(super) async fn read(&self) -> Result<PoolConnection<Driver>, sqlx::Error> {
        self.readers.acquire().await
    }

    /// Runs `unit` in a transaction and returns once it is durable. Units of one commit are apart
    /// from one another: one that fails is undone alone.
    pub(super) async fn write<T, F>(&self, what: &'static str, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.writer.write(what, unit).await
    }

    /// The same for one that takes longer than others, so that they need not wait for it.
    pub(super) async fn write_long<T, F>(&self, what: &'static str, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.writer.write_long(what, unit).await
    }
}

impl Pools {
    /// The lock of whoever serves this database; `None` if we hold it already.
    fn unless_served(&self) -> Result<Option<Lock>, StartError> {
        if self.serving().is_some() {
            return Ok(None);
        }
        let lock = Lock::try_now(&self.path, "serving")?;
        lock.map(Some).ok_or_else(|| {
            StartError::new(format!(
                "another switchboard is already serving sqlite://{}: stop it first (SQLite takes one, Postgres several)",
                self.path.display()
            ))
        })
    }

    fn serving(&self) -> MutexGuard<'_, Option<Lock>> {
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Ground for Pools {
    async fn ping(&self) -> StoreResult<()> {
        let doing = doing("ask the database for a sign of life");
        sqlx::query("select 1").execute(&self.readers).await.map(|_| ()).map_err(doing)
    }

    async fn copy_to(&self, file: &Path) -> StoreResult<()> {
        let to = file.to_str().ok_or(StoreError::Unsupported("the file's name is not UTF-8"))?;
        let doing = doing("copy the database");
        sqlx::query("vacuum into $1").bind(to).execute(&self.readers).await.map(|_| ()).map_err(doing)
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }

    async fn migrations(&self) -> StoreResult<migrate::State> {
        let what = "read which migrations were applied";
        self.writer
            .alone(what, |conn| Box::pin(async { Ok(migrate::state(&MIGRATOR, conn).await) }))
            .await?
            .map_err(|error| doing(what)(error.into()))
    }

    async fn migrate(&self) -> Result<Migrated, StartError> {
        // SQLite has no lock of its own that spans several transactions.
        let _alone = Lock::wait(&self.path, "migrating").await?;
        if matches!(self.migrations().await, Ok(migrate::State::UpToDate)) {
            return Ok(Migrated::default());
        }
        let _nobody_else_serves = self.unless_served()?;
        self.writer
            .alone("migrate the database", |conn| Box::pin(async { Ok(migrate::run(&MIGRATOR, conn).await) }))
            .await
            .map_err(|error| migrate::failed(&error))?
    }

    fn hold_for_serving(&self) -> Result<(), StartError> {
        if let Some(lock) = self.unless_served()? {
            *self.serving() = Some(lock);
        }
        Ok(())
    }
}
