//! Replies that come at one time are queued together: a unit of work costs about the same for one and for many.
//! One alone is queued at once; what comes while others are being written waits for that, and then goes together.

use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::sends::{NewReply, Queueing};
use model::ids::ConversationId;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What one unit of work queues: enough to share its cost, few enough that the first does not wait for the last.
const AT_ONCE: usize = 16;

#[derive(Default)]
pub(super) struct Waiting(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    entries: Vec<Entry>,
    /// Somebody is writing, and will look again when done.
    is_writing: bool,
}

struct Entry {
    reply: NewReply,
    tell: oneshot::Sender<Queueing>,
}

impl Waiting {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns when it is durable.
pub(super) async fn queue(program: &Program, reply: NewReply) -> StoreResult<Queueing> {
    if !goes_with_others(&reply) {
        return program.store.queue_reply(reply).await;
    }
    let (tell, told) = oneshot::channel();
    {
        let mut queue = program.outbox.queueing.queue();
        queue.entries.push(Entry { reply: reply.clone(), tell });
        if !queue.is_writing {
            queue.is_writing = true;
            // A task of its own: whoever asked may hang up, the others still want their answer.
            program.workers.spawn(write_all(Turn(program.clone())));
        }
    }
    match told.await {
        Ok(queueing) => Ok(queueing),
        // Together with others it could not be written; was it all the same, it is found by its client id.
        Err(_) => program.store.queue_reply(reply).await,
    }
}

/// A comment may be refused, which undoes the unit of work; files are locked too, and in nobody's order. Without a
/// client id it could not be tried again.
fn goes_with_others(reply: &NewReply) -> bool {
    let has_files = reply.messages.iter().flat_map(|it| &it.attachments).any(|it| it.media.is_some());
    reply.comment.is_none() && reply.client_id.is_some() && !has_files
}

/// Gives the turn back if the writing breaks off; those who wait are told by the dropped channels.
struct Turn(Program);

impl Drop for Turn {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut queue = self.0.outbox.queueing.queue();
            queue.is_writing = false;
            queue.entries.clear();
        }
    }
}

async fn write_all(turn: Turn) {
    let program = &turn.0;
    while let Some((replies, tell)) = next(program) {
        let n_replies = replies.len();
        match program.store.queue_replies(replies).await {
            Ok(queued) => {
                for (tell, queueing) in tell.into_iter().zip(queued) {
                    let _ = tell.send(queueing);
                }
            }
            // Those who wait are told by the dropped channels.
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(error = %why, "{n_replies} replies cannot be queued together: {why}");
            }
        }
    }
}

/// With nothing left the turn ends under the same lock, so that nobody joins a queue that is no longer
/// looked at.
fn next(program: &Program) -> Option<(Vec<NewReply>, Vec<oneshot::Sender<Queueing>>)> {
    let mut queue = program.outbox.queueing.queue();
    if queue.entries.is_empty() {
        queue.is_writing = false;
        return None;
    }
    let all = std::mem::take(&mut queue.entries);
    let (taken, left) = apart(all, |it| it.reply.conversation);
    queue.entries = left;
    Some(taken.into_iter().map(|it| (it.reply, it.tell)).unzip())
}

/// The first ones, each of another conversation; what is left stays in order.
fn apart<T>(all: Vec<T>, conversation: impl Fn(&T) -> ConversationId) -> (Vec<T>, Vec<T>) {
    let mut seen = HashSet::new();
    all.into_iter().partition(|it| seen.insert(conversation(it)) && seen.len() <= AT_ONCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(n: u128) -> ConversationId {
        ConversationId::from_bits(n)
    }

    #[test]
    fn replies_of_one_conversation_go_one_after_the_other() {
        let all = vec![(1, 'a'), (2, 'b'), (1, 'c'), (3, 'd'), (2, 'e')];
        let (taken, left) = apart(all, |it| conversation(it.0));
        assert_eq!(taken, [(1, 'a'), (2, 'b'), (3, 'd')]);
        assert_eq!(left, [(1, 'c'), (2, 'e')]);
    }

    #[test]
    fn so_many_go_at_once_and_the_next_ones_follow() {
        let all: Vec<u128> = (0..40).collect();
        let (taken, left) = apart(all, |it| conversation(*it));
        assert!(taken.iter().copied().eq(0..16));
        assert!(left.iter().copied().eq(16..40));
    }
}
