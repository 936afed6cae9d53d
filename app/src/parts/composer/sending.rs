//! From Send to the server's word. Replies go one after another, so that they stay in their order;
//! what does not get through is tried again with the same `client_id`, and so is sent once.

use crate::api::reply::send_reply;
use crate::browser::retry;
use crate::error::AppError;
use crate::state::clock::browser_now;
use crate::state::thread::OpenThread;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::failure::Failure;
use model::ids::ConversationId;
use model::inbox::Line;
use model::outgoing::{Replied, Reply};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

pub const NO_CONNECTION: &str = "Not sent yet: no connection";
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

thread_local! {
    // Of the page and not of a part of it: what is under way outlives the conversation's pane.
    static QUEUE: RefCell<VecDeque<Delivery>> = const { RefCell::new(VecDeque::new()) };
}

struct Delivery {
    conversation: ConversationId,
    reply: Reply,
    thread: OpenThread,
    /// Told the problems if it was refused.
    bring_back: Box<dyn FnOnce(Vec<String>)>,
    pause: Duration,
}

/// Shows the bubbles and sends what they stand for.
pub fn send(
    thread: OpenThread,
    conversation: ConversationId,
    reply: Reply,
    lines: Vec<Line>,
    bring_back: impl FnOnce(Vec<String>) + 'static,
) {
    unsent::keep(conversation, &reply, browser_now());
    thread.show_pending(lines);
    let delivery = Delivery { conversation, reply, thread, bring_back: Box::new(bring_back), pause: FIRST_PAUSE };
    let is_first = QUEUE.with_borrow_mut(|queue| {
        queue.push_back(delivery);
        queue.len() == 1
    });
    if is_first {
        go_on();
    }
}

fn go_on() {
    let Some((conversation, reply)) =
        QUEUE.with_borrow(|queue| queue.front().map(|it| (it.conversation, it.reply.clone())))
    else {
        return;
    };
    spawn_local(async move {
        match send_reply(conversation, reply).await {
            Err(AppError::Unavailable) => wait(),
            Ok(Replied::Queued { messages }) => end(|it| {
                it.show_failure(None);
                it.thread.name_pending(&it.reply.client_id, &messages);
            }),
            Ok(Replied::Refused { problems }) => {
                end(|it| it.refused(problems.into_iter().map(|it| it.words).collect()));
            }
            // Nothing that is sent says yet what was seen.
            Ok(Replied::Held { unseen }) => end(|it| it.refused(vec![unseen.preview])),
            Err(error) => end(|it| it.refused(vec![error.to_string()])),
        }
    });
}

fn end(what: impl FnOnce(Delivery)) {
    if let Some(delivery) = QUEUE.with_borrow_mut(VecDeque::pop_front) {
        unsent::forget(&delivery.reply.client_id);
        what(delivery);
    }
    go_on();
}

fn wait() {
    let pause = QUEUE.with_borrow_mut(|queue| {
        let it = queue.front_mut()?;
        let pause = it.pause;
        it.pause = (pause * 2).min(LONGEST_PAUSE);
        Some(pause)
    });
    QUEUE.with_borrow(|queue| queue.iter().for_each(Delivery::show_no_connection));
    if let Some(pause) = pause {
        retry::after_or_online(pause, go_on);
    }
}

impl Delivery {
    fn refused(self, problems: Vec<String>) {
        self.thread.drop_pending(&self.reply.client_id);
        (self.bring_back)(problems);
    }

    fn show_no_connection(&self) {
        self.show_failure(Some(&Failure { message: NO_CONNECTION.to_owned(), retryable: true, ..Failure::default() }));
    }

    fn show_failure(&self, failure: Option<&Failure>) {
        for entry in self.thread.shown() {
            let changes = entry.line.with_untracked(|it| {
                it.client_id.as_ref() == Some(&self.reply.client_id) && it.failure.as_ref() != failure
            });
            if changes && entry.is_pending.get_untracked() {
                entry.line.update(|it| it.failure = failure.cloned());
            }
        }
    }
}

/// Whether this page is sending it already.
pub fn is_under_way(client_id: &str) -> bool {
    QUEUE.with_borrow(|queue| queue.iter().any(|it| it.reply.client_id == client_id))
}

/// What the server has not confirmed, kept in this browser in case the page is left meanwhile.
pub mod unsent {
    use crate::browser::storage;
    use model::ids::ConversationId;
    use model::outgoing::Reply;
    use model::time::{MINUTE_S, Timestamp};
    use serde::{Deserialize, Serialize};

    /// Later than this nobody expects it to go by itself.
    const FRESH_S: i64 = 10 * MINUTE_S;
    const PREFIX: &str = "unsent:";

    #[derive(Serialize, Deserialize)]
    pub struct Unsent {
        conversation: ConversationId,
        pub reply: Reply,
        at: Timestamp,
    }

    impl Unsent {
        pub fn is_fresh(&self, now: Timestamp) -> bool {
            now.since_ms(self.at) < FRESH_S * 1000
        }
    }

    pub fn keep(conversation: ConversationId, reply: &Reply, at: Timestamp) {
        let key = format!("{PREFIX}{}", reply.client_id);
        storage::keep(&key, &Unsent { conversation, reply: reply.clone(), at });
    }

    pub fn forget(client_id: &str) {
        storage::forget(&format!("{PREFIX}{client_id}"));
    }

    /// Oldest first.
    pub fn of(conversation: ConversationId) -> Vec<Unsent> {
        let keys = storage::keys().into_iter().filter(|it| it.starts_with(PREFIX));
        let mut all: Vec<Unsent> = keys.filter_map(|it| storage::read(&it)).collect();
        all.retain(|it| it.conversation == conversation);
        all.sort_by_key(|it| it.at);
        all
    }
}
