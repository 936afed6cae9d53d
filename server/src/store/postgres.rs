//! The store on Postgres: a pool, a transaction for each unit of work. Concurrent commits share
//! the flush of its log by themselves.

mod feed;
mod forget;
mod listening;
mod search;
mod voices;

use super::migrate;
use super::signal::{Signal, watching};
use super::{Ground, Migrated, StoreError, StoreResult, doing};
use crate::start::StartError;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use listening::Listening;
use model::ids::ConversationId;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;
use tokio::sync::broadcast;

pub(super) type Driver = sqlx::Postgres;
pub(super) type Conn = sqlx::PgConnection;

#[path = "statements/mod.rs"]
mod statements;

/// Several processes, and several workers of each, may apply at the same time.
const LANE_GROUPS: u32 = 4;
const FOR_UPDATE: &str = " for update";
/// Of people: who acts on them waits, and whoever only refers to them does not.
const FOR_NO_KEY_UPDATE: &str = " for no key update";
/// The person `p` stays as they are until the commit.
const FOR_SHARE_OF_P: &str = " for share of p";
const UNLESS_LOCKED: &str = " for update skip locked";
const ALONG_SNOOZED: &str = "";

/// The first half of the advisory locks of intake; the second is the group.
const LANES_LOCK: i32 = 0x5357_4c4e;

/// Takes a group of lanes for this transaction, unless somebody else has it.
async fn hold_lanes(conn: &mut Conn, group: u32) -> StoreResult<bool> {
    sqlx::query_scalar("select pg_try_advisory_xact_lock($1, $2)")
        .bind(LANES_LOCK)
        .bind(i32::try_from(group).unwrap_or(i32::MAX))
        .fetch_one(conn)
        .await
        .map_err(doing("take a group of lanes"))
}

/// Until the commit, for whoever looks at a conversation before they raise it.
async fn hold_conversation(conn: &mut Conn, id: ConversationId) -> StoreResult<()> {
    sqlx::query("select id from conversations where id = $1 for update")
        .bind(id.to_string())
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing("have a conversation alone"))
}

/// Who claims what is to be sent has the outbox to itself until the commit.
const CLAIM_LOCK: i64 = 0x5357_434c_4149_4d00;

async fn hold_claims(conn: &mut Conn) -> StoreResult<()> {
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(CLAIM_LOCK)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing("have the outbox alone"))
}

/// Who lets a rule decide has all of them to itself until the commit: so each sees what the one before gave.
const ASSIGNING_LOCK: i64 = 0x5357_4153_5347_4e00;

async fn hold_assigning(conn: &mut Conn) -> StoreResult<()> {
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(ASSIGNING_LOCK)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing("have the rules alone"))
}

static MIGRATOR: Migrator = sqlx::migrate!("../migrations/postgres");

const STATEMENTS: usize = 400;
const CONNECTIONS: u32 = 16;
const WORDS_KEPT: usize = 1024;
const PATIENCE: Duration = Duration::from_secs(5);
const TRUSTED_FOR: Duration = Duration::from_secs(1);

pub(super) struct Pools {
    pool: PgPool,
    signal: Signal,
    listening: Listening,
    /// What processes say to one another.
    words: broadcast::Sender<String>,
}

impl Pools {
    pub(super) async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("switchboard")
            // Intake alone has some eighty, of a few sizes each.
            .statement_cache_capacity(STATEMENTS)
            // Its notices ("already exists, skipping") tell an operator nothing.
            .options([("client_min_messages", "warning")]);
        // The pool would go on trying for long; whoever starts the program wants to know now.
        let first = tokio::time::timeout(PATIENCE, options.connect()).await;
        first.map_err(|_| sqlx::Error::PoolTimedOut)??.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            // One that was used a moment ago is not asked for a sign of life.
            .test_before_acquire(false)
            .before_acquire(|conn, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRUSTED_FOR {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options.clone());
        Ok(Self {
            pool,
            signal: Signal::default(),
            listening: Listening::new(options),
            words: broadcast::Sender::new(WORDS_KEPT),
        })
    }

    pub(super) async fn read(&self) -> Result<PoolConnection<Driver>, sqlx::Error> {
        self.pool.acquire().await
    }

    /// Runs `unit` in a transaction and returns once it is durable.
    pub(super) async fn write<T, F>(&self, what: &'static str, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        let mut transaction = self.pool.begin().await.map_err(doing(what))?;
        let result = AssertUnwindSafe(watching(async { unit(&mut transaction).await })).catch_unwind().await;
        let outcome = match result {
            Ok((Ok(value), changes)) => {
                let committed = transaction.commit().await;
                if committed.is_ok() && !changes.is_empty() {
                    self.signal.fire();
                }
                committed.map(|()| value).map_err(doing(what))
            }
            Ok((Err(error), _)) => {
                drop(transaction.rollback().await);
                Err(error)
            }
            Err(_) => {
                metrics::counter!("switchboard_panics_total", "where" => "worker").increment(1);
                drop(transaction.rollback().await);
                Err(StoreError::Panicked { doing: what })
            }
        };
        let label = if outcome.is_ok() { "committed" } else { "undone" };
        metrics::counter!("switchboard_store_writes_total", "outcome" => label).increment(1);
        outcome
    }

    /// On SQLite, where all share one writer, what takes long is told apart.
    pub(super) async fn write_long<T, F>(&self, what: &'static str, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.write(what, unit).await
    }
}

#[async_trait::async_trait]
impl Ground for Pools {
    async fn ping(&self) -> StoreResult<()> {
        let doing = doing("ask the database for a sign of life");
        sqlx::query("select 1").execute(&self.pool).await.map(|_| ()).map_err(doing)
    }

    async fn copy_to(&self, _file: &Path) -> StoreResult<()> {
        Err(StoreError::Unsupported("Postgres is copied with pg_dump"))
    }

    async fn close(&self) {
        self.listening.stop();
        self.pool.close().await;
    }

    async fn migrations(&self) -> StoreResult<migrate::State> {
        let what = "read which migrations were applied";
        let mut conn = self.read().await.map_err(doing(what))?;
        migrate::state(&MIGRATOR, &mut *conn).await.map_err(|error| doing(what)(error.into()))
    }

    async fn migrate(&self) -> Result<Migrated, StartError> {
        let conn = self.read().await.map_err(doing("migrate the database"));
        migrate::run(&MIGRATOR, &mut *conn.map_err(|error| migrate::failed(&error))?).await
    }

    fn hold_for_serving(&self) -> Result<(), StartError> {
        Ok(())
    }
}
