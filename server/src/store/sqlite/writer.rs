//! SQLite's one writer. Units of work queue up while a commit waits for the disk; the next commit
//! carries all of them, so that many small writes share one fsync. What fails is undone alone, and
//! nobody is told "done" before the commit is durable.
//!
//! The driver runs each statement on a thread of its own. The writer waits for it on another: to wake a
//! task among those of the whole program for every statement would cost more than most statements do.

use super::statements::changes::insert_changes;
use crate::store::changes::NewChange;
use crate::store::signal::{Signal, watching};
use crate::store::{StoreError, StoreResult};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::panic::AssertUnwindSafe;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc, oneshot};

/// A commit takes at most this many units, so that the first of them does not wait for ever.
const MOST_IN_ONE_COMMIT: usize = 256;

/// How many units may wait before callers have to; it bounds memory under a flood.
const QUEUE: usize = 4096;

pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    signal: Signal,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

enum Job {
    /// Runs together with others in one commit.
    Grouped(Unit),
    /// Takes long: those before it in a commit would wait for it, so it only ever comes first.
    Long(Unit),
    /// Runs alone and handles its own transactions: migrations.
    Alone(Unit),
    Close,
}

/// Gets the connection, or why there is no transaction to run in.
type Unit = Box<dyn for<'c> FnOnce(Result<&'c mut SqliteConnection, String>) -> BoxFuture<'c, Outcome> + Send>;

/// Tells whoever waits that the commit went well, or why it did not.
type AfterCommit = Box<dyn FnOnce(Result<(), String>) + Send>;

/// What became of a unit, and whom to tell.
enum Outcome {
    /// Tell the feed with the commit, and them after it.
    Keep(Vec<NewChange>, AfterCommit),
    /// Undo it, then tell them.
    Undo(Box<dyn FnOnce() + Send>),
}

impl Writer {
    pub(super) async fn start(options: &SqliteConnectOptions, signal: Signal) -> Result<Self, sqlx::Error> {
        let connection = options.connect().await?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (end, ended) = oneshot::channel();
        let runtime = Handle::current();
        let run = move || {
            runtime.block_on(work(connection, jobs));
            let _ = end.send(());
        };
        std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(run)?;
        Ok(Self { queue, signal, ended: Mutex::new(Some(ended)) })
    }

    pub(super) async fn write<T, F>(&self, what: &'static str, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.ask(what, Job::Grouped, unit).await
    }

    pub(super) async fn write_long<T, F>(&self, what: &'static str, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.ask(what, Job::Long, unit).await
    }

    pub(super) async fn alone<T, F>(&self, what: &'static str, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.ask(what, Job::Alone, unit).await
    }

    async fn ask<T, F>(&self, what: &'static str, job: fn(Unit) -> Job, unit: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let closed = || StoreError::Closed { doing: what };
        self.queue.send(job(with_outcome(what, unit, tell, self.signal.clone()))).await.map_err(|_| closed())?;
        told.await.map_err(|_| closed())?
    }

    /// Finishes what is queued, then closes the connection.
    pub(super) async fn close(&self) {
        let _ = self.queue.send(Job::Close).await;
        if let Some(ended) = self.ended.lock().await.take() {
            let _ = ended.await;
        }
    }
}

/// Wraps `unit` so that the loop below need not know what it returns.
fn with_outcome<T, F>(what: &'static str, unit: F, tell: oneshot::Sender<StoreResult<T>>, signal: Signal) -> Unit
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
{
    Box::new(move |conn| {
        let conn = match conn {
            Ok(conn) => conn,
            Err(reason) => {
                let refused = move || drop(tell.send(Err(StoreError::Commit { doing: what, reason })));
                return std::future::ready(Outcome::Undo(Box::new(refused))).boxed();
            }
        };
        async move {
            match AssertUnwindSafe(watching(async { unit(conn).await })).catch_unwind().await {
                Ok((Ok(value), changes)) => {
                    let has_changes = !changes.is_empty();
                    let tell = move |committed: Result<(), String>| {
                        // Here and not by whoever asked, who may have gone away meanwhile.
                        if committed.is_ok() && has_changes {
                            signal.fire();
                        }
                        let failed = |reason| StoreError::Commit { doing: what, reason };
                        drop(tell.send(committed.map(|()| value).map_err(failed)));
                    };
                    Outcome::Keep(changes, Box::new(tell))
                }
                Ok((Err(error), _)) => Outcome::Undo(Box::new(move || drop(tell.send(Err(error))))),
                Err(_) => Outcome::Undo(Box::new(move || {
                    metrics::counter!("switchboard_panics_total", "where" => "worker").increment(1);
                    drop(tell.send(Err(StoreError::Panicked { doing: what })));
                })),
            }
        }
        .boxed()
    })
}

async fn work(mut conn: SqliteConnection, mut jobs: mpsc::Receiver<Job>) {
    let mut next = jobs.recv().await;
    while let Some(job) = next.take() {
        let leftover = match job {
            Job::Grouped(first) | Job::Long(first) => group(&mut conn, first, &mut jobs).await,
            Job::Alone(unit) => {
                match unit(Ok(&mut conn)).await {
                    Outcome::Keep(_, tell) => tell(Ok(())),
                    Outcome::Undo(tell) => tell(),
                }
                None
            }
            Job::Close => break,
        };
        next = match leftover {
            Some(job) => Some(job),
            None => jobs.recv().await,
        };
    }
    if let Err(error) = conn.close().await {
        tracing::warn!(error = %error, "the database did not close cleanly");
    }
}

/// What one commit carries.
#[derive(Default)]
struct Group {
    changes: Vec<NewChange>,
    tell: Vec<AfterCommit>,
    in_savepoint: bool,
}

/// One commit: `first` and whatever waits behind it. Gives back a job that must run by itself.
async fn group(conn: &mut SqliteConnection, first: Unit, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    if let Err(reason) = statement(conn, "begin immediate").await {
        refuse(first, reason).await;
        return None;
    }
    let mut group = Group::default();
    if !group.run_first(conn, first).await {
        return None;
    }
    let mut leftover = None;
    for _ in 1..MOST_IN_ONE_COMMIT {
        match jobs.try_recv() {
            Ok(Job::Grouped(unit)) => group.run(conn, unit).await,
            Ok(other) => {
                leftover = Some(other);
                break;
            }
            Err(_) => break,
        }
    }
    let committed = commit(conn, &group.changes).await;
    let outcome = if committed.is_ok() { "committed" } else { "failed" };
    metrics::counter!("switchboard_store_commits_total").increment(1);
    metrics::counter!("switchboard_store_writes_total", "outcome" => outcome).increment(group.tell.len() as u64);
    for tell in group.tell {
        tell(committed.clone());
    }
    leftover
}

impl Group {
    /// Without a savepoint: to undo it is to undo the transaction, which holds nothing else yet. `false` then.
    async fn run_first(&mut self, conn: &mut SqliteConnection, unit: Unit) -> bool {
        match unit(Ok(conn)).await {
            Outcome::Keep(changes, tell) => {
                self.keep(changes, tell);
                true
            }
            Outcome::Undo(tell) => {
                undo(conn, "rollback", tell).await;
                false
            }
        }
    }

    async fn run(&mut self, conn: &mut SqliteConnection, unit: Unit) {
        // The last one ends with the commit.
        let sql = if self.in_savepoint { "release unit; savepoint unit" } else { "savepoint unit" };
        if let Err(reason) = statement(conn, sql).await {
            return refuse(unit, reason).await;
        }
        self.in_savepoint = true;
        match unit(Ok(conn)).await {
            Outcome::Keep(changes, tell) => self.keep(changes, tell),
            Outcome::Undo(tell) => undo(conn, "rollback to unit", tell).await,
        }
    }

    fn keep(&mut self, changes: Vec<NewChange>, tell: AfterCommit) {
        self.changes.extend(changes);
        self.tell.push(tell);
    }
}

async fn refuse(unit: Unit, reason: String) {
    if let Outcome::Undo(tell) = unit(Err(reason)).await {
        tell();
    }
}

async fn undo(conn: &mut SqliteConnection, sql: &'static str, tell: Box<dyn FnOnce() + Send>) {
    if let Err(reason) = statement(conn, sql).await {
        tracing::error!(reason, "a unit of work could not be undone alone");
    }
    metrics::counter!("switchboard_store_writes_total", "outcome" => "undone").increment(1);
    tell();
}

async fn commit(conn: &mut SqliteConnection, changes: &[NewChange]) -> Result<(), String> {
    let committed = match insert_changes(conn, changes).await {
        Ok(()) => statement(conn, "commit").await,
        Err(error) => Err(crate::start::chain(&error)),
    };
    if let Err(reason) = &committed {
        tracing::error!(reason, "a commit failed");
        // After a full disk or a broken one, SQLite may or may not have ended the transaction.
        drop(statement(conn, "rollback").await);
    }
    committed
}

async fn statement(conn: &mut SqliteConnection, sql: &'static str) -> Result<(), String> {
    sqlx::raw_sql(sql).execute(conn).await.map(|_| ()).map_err(|error| error.to_string())
}
