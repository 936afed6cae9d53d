//! Answers in hand are noted together: a unit of work costs about the same for one and for many.

use super::AT_ONCE;
use crate::program::Program;
use crate::start::chain;
use crate::store::sends::Settled;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// What one unit of work notes.
const A_NOTE: usize = 64;
/// What is out besides is answered soon: so long it is waited for, unless there are many already.
const GATHERS_FOR: Duration = Duration::from_millis(5);
const MANY: usize = 16;

#[derive(Default)]
pub(super) struct Settling(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    answers: Vec<Answer>,
    /// Somebody is noting, and will look again when done.
    is_noting: bool,
}

struct Answer {
    settled: Settled,
    tell: oneshot::Sender<()>,
}

impl Settling {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns when it is durable. `false` if it could not be noted with others: then it is noted alone.
pub(super) async fn note(program: &Program, settled: Settled) -> bool {
    let (tell, told) = oneshot::channel();
    {
        let mut queue = program.outbox.settling.queue();
        queue.answers.push(Answer { settled, tell });
        if !queue.is_noting {
            queue.is_noting = true;
            // The end of the program waits for it, as for those who wait here.
            program.workers.spawn(note_all(Turn(program.clone())));
        }
    }
    told.await.is_ok()
}

/// Gives the turn back if the noting breaks off; those who wait are told by the dropped channels.
struct Turn(Program);

impl Drop for Turn {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut queue = self.0.outbox.settling.queue();
            queue.is_noting = false;
            queue.answers.clear();
        }
    }
}

async fn note_all(turn: Turn) {
    let program = &turn.0;
    loop {
        let n_answers = program.outbox.settling.queue().answers.len();
        if n_answers < n_out(program).min(MANY) {
            tokio::time::sleep(GATHERS_FOR).await;
        }
        let Some((settled, tell)) = next(program) else { return };
        let n_settled = settled.len();
        match program.store.settle_sends(settled).await {
            Ok(()) => {
                for told in tell {
                    let _ = told.send(());
                }
            }
            // Those who wait are told by the dropped channels.
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(error = %why, "{n_settled} messages cannot be noted together as sent: {why}");
            }
        }
    }
}

/// Those whose answer is waited for, and those that have it and are not noted.
fn n_out(program: &Program) -> usize {
    AT_ONCE - program.outbox.room.available_permits().min(AT_ONCE)
}

/// With nothing left the turn ends under the same lock, so that nobody joins a queue that is no longer
/// looked at.
fn next(program: &Program) -> Option<(Vec<Settled>, Vec<oneshot::Sender<()>>)> {
    let mut queue = program.outbox.settling.queue();
    let n_taken = queue.answers.len().min(A_NOTE);
    if n_taken == 0 {
        queue.is_noting = false;
        return None;
    }
    Some(queue.answers.drain(..n_taken).map(|it| (it.settled, it.tell)).unzip())
}
