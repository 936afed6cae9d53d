//! The way into the journal: what several requests bring at the same time is written together.

use crate::program::Program;
use crate::start::chain;
use crate::store::intake::NewInbound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// The most that one unit of work writes; a body with more is written whole all the same.
const AT_ONCE: usize = 256;

/// The most that may wait: under a flood that the database cannot take, Meta is asked to come again
/// before memory ends.
const MOST_WAITING: usize = 50_000;

/// Meta gives up after five seconds.
const PATIENCE: Duration = Duration::from_secs(4);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Full,
    NotWritten,
}

#[derive(Default)]
pub(super) struct Journal(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    posts: Vec<Post>,
    n_rows: usize,
    /// Since the program started.
    n_arrived: u64,
    /// Somebody is writing, and will look again when done.
    writing: bool,
}

/// The rows of one request.
struct Post {
    rows: Vec<NewInbound>,
    tell: oneshot::Sender<()>,
}

impl Journal {
    /// How many rows came since the program started.
    pub(super) fn n_arrived(&self) -> u64 {
        lock(&self.0).n_arrived
    }

    /// Returns when `rows` are durable.
    pub(super) async fn write(&self, program: &Program, rows: Vec<NewInbound>) -> Result<(), Refused> {
        if rows.is_empty() {
            return Ok(());
        }
        let (tell, told) = oneshot::channel();
        {
            let mut queue = lock(&self.0);
            if queue.n_rows + rows.len() > MOST_WAITING && queue.n_rows > 0 {
                return Err(Refused::Full);
            }
            queue.n_rows += rows.len();
            queue.n_arrived += rows.len() as u64;
            queue.posts.push(Post { rows, tell });
            if !queue.writing {
                queue.writing = true;
                // A task of its own: whoever asked may hang up, the others still want their answer.
                tokio::spawn(write_all(Arc::clone(&self.0), program.clone()));
            }
        }
        match tokio::time::timeout(PATIENCE, told).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Refused::NotWritten),
        }
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the turn back however the writing ends.
struct Turn(Arc<Mutex<Queue>>);

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.0).writing = false;
    }
}

async fn write_all(queue: Arc<Mutex<Queue>>, program: Program) {
    let turn = Turn(queue);
    while let Some((rows, tell)) = next(&turn.0) {
        match program.store.insert_inbound(rows).await {
            Ok(n_new) => {
                metrics::counter!("switchboard_journal_rows_total").increment(n_new);
                metrics::counter!("switchboard_journal_writes_total").increment(1);
                for told in tell {
                    let _ = told.send(());
                }
                program.intake.wanted.notify_waiters();
            }
            // Those who wait are told by the dropped channels.
            Err(error) => tracing::error!(error = %chain(&error), "what Meta sent could not be written"),
        }
    }
}

/// What is written next, and whom to tell. With nothing left the turn ends under the same lock, so
/// that nobody joins a queue that is no longer looked at.
fn next(queue: &Mutex<Queue>) -> Option<(Vec<NewInbound>, Vec<oneshot::Sender<()>>)> {
    let mut queue = lock(queue);
    let mut rows = Vec::new();
    let mut tell = Vec::new();
    let n_posts = queue
        .posts
        .iter()
        .scan(0, |n_rows, post| {
            *n_rows += post.rows.len();
            Some(*n_rows)
        })
        .take_while(|n_rows| *n_rows <= AT_ONCE)
        .count()
        .max(1)
        .min(queue.posts.len());
    for post in queue.posts.drain(..n_posts) {
        rows.extend(post.rows);
        tell.push(post.tell);
    }
    queue.n_rows -= rows.len();
    if rows.is_empty() {
        queue.writing = false;
        return None;
    }
    Some((rows, tell))
}
