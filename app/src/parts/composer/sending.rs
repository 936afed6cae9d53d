//! From Send to the server's word. Replies and notes go one after another, so that they stay in their
//! order; what does not get through is tried again with the same `client_id`, and so is sent once.

use crate::api::desk::add_note;
use crate::api::reply::send_reply;
use crate::browser::retry;
use crate::error::AppError;
use crate::state::clock::browser_now;
use crate::state::thread::OpenThread;
use leptos::task::spawn_local;
use model::desk::{NewNote, Noted, Unseen};
use model::failure::Failure;
use model::ids::{ConversationId, MessageId};
use model::inbox::Line;
use model::outgoing::{Replied, Reply};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;
use unsent::Unsent;

pub const NO_CONNECTION: &str = "Not sent yet: no connection";
const OUTDATED: &str = "Not confirmed yet: reload the page";
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

thread_local! {
    // Of the page and not of a part of it: what is under way outlives the conversation's pane.
    static QUEUE: RefCell<Vec<Delivery>> = const { RefCell::new(Vec::new()) };
}

/// What one press of the button carries.
#[derive(Clone)]
pub enum Outgoing {
    Reply(Reply),
    Note(NewNote),
}

/// Why it comes back.
pub enum Back {
    Refused(Vec<String>),
    Held(Unseen),
}

struct Delivery {
    conversation: ConversationId,
    what: Outgoing,
    thread: OpenThread,
    bring_back: Box<dyn FnOnce(Back)>,
    pause: Duration,
}

/// Shows the bubbles and sends what they stand for.
pub fn send(
    thread: OpenThread,
    conversation: ConversationId,
    what: Outgoing,
    lines: Vec<Line>,
    bring_back: impl FnOnce(Back) + 'static,
) {
    Unsent::of(conversation, &what, browser_now()).keep(what.client_id());
    thread.show_pending(lines);
    let delivery = Delivery { conversation, what, thread, bring_back: Box::new(bring_back), pause: FIRST_PAUSE };
    let is_first = QUEUE.with_borrow_mut(|queue| {
        queue.push(delivery);
        queue.len() == 1
    });
    if is_first {
        go_on();
    }
}

fn go_on() {
    let Some((conversation, what)) =
        QUEUE.with_borrow(|queue| queue.first().map(|it| (it.conversation, it.what.clone())))
    else {
        return;
    };
    spawn_local(async move {
        match ask(conversation, what).await {
            Err(AppError::Unavailable) => wait(NO_CONNECTION),
            // It may have got there. Whatever the next page makes of it, it is sent once.
            Err(AppError::Outdated) => wait(OUTDATED),
            Ok(Ok(messages)) => end(|it| {
                it.show_failure(None);
                it.thread.name_pending(it.what.client_id(), &messages);
            }),
            Ok(Err(back)) => end(|it| it.comes_back(back)),
            Err(error) => end(|it| it.comes_back(Back::Refused(vec![error.to_string()]))),
        }
    });
}

async fn ask(conversation: ConversationId, what: Outgoing) -> Result<Result<Vec<MessageId>, Back>, AppError> {
    Ok(match what {
        Outgoing::Reply(reply) => match send_reply(conversation, reply).await? {
            Replied::Queued { messages } => Ok(messages),
            Replied::Refused { problems } => Err(Back::Refused(problems.into_iter().map(|it| it.words).collect())),
            Replied::Held { unseen } => Err(Back::Held(unseen)),
        },
        Outgoing::Note(note) => match add_note(conversation, note).await? {
            Noted::Added { message } => Ok(vec![message]),
            Noted::Refused { words } => Err(Back::Refused(vec![words])),
        },
    })
}

fn end(what: impl FnOnce(Delivery)) {
    if let Some(delivery) = QUEUE.with_borrow_mut(|queue| (!queue.is_empty()).then(|| queue.remove(0))) {
        unsent::forget(delivery.what.client_id());
        what(delivery);
    }
    go_on();
}

fn wait(words: &str) {
    let pause = QUEUE.with_borrow_mut(|queue| {
        let it = queue.first_mut()?;
        let pause = it.pause;
        it.pause = (pause * 2).min(LONGEST_PAUSE);
        Some(pause)
    });
    QUEUE.with_borrow(|queue| queue.iter().for_each(|it| it.show_waiting(words)));
    if let Some(pause) = pause {
        retry::after_or_online(pause, go_on);
    }
}

impl Outgoing {
    pub fn client_id(&self) -> &str {
        match self {
            Self::Reply(reply) => &reply.client_id,
            Self::Note(note) => &note.client_id,
        }
    }
}

impl Delivery {
    fn comes_back(self, back: Back) {
        self.thread.drop_pending(self.what.client_id());
        (self.bring_back)(back);
    }

    fn show_waiting(&self, words: &str) {
        self.show_failure(Some(&Failure { message: words.to_owned(), retryable: true, ..Failure::default() }));
    }

    fn show_failure(&self, failure: Option<&Failure>) {
        for entry in self.thread.shown() {
            let changes = entry.line.with_untracked(|it| {
                it.client_id.as_deref() == Some(self.what.client_id()) && it.failure.as_ref() != failure
            });
            if changes && entry.is_pending.get_untracked() {
                entry.line.update(|it| Arc::make_mut(it).failure = failure.cloned());
            }
        }
    }
}

/// Whether this page is sending it already.
pub fn is_under_way(client_id: &str) -> bool {
    QUEUE.with_borrow(|queue| queue.iter().any(|it| it.what.client_id() == client_id))
}

/// What the server has not confirmed, kept in this browser in case the page is left meanwhile.
pub mod unsent {
    use super::Outgoing;
    use crate::browser::storage;
    use crate::in_order;
    use borsh::{BorshDeserialize, BorshSerialize};
    use model::desk::{Draft, NewNote};
    use model::ids::ConversationId;
    use model::outgoing::Reply;
    use model::time::{MINUTE_S, Timestamp};

    /// Later than this nobody expects it to go by itself.
    const FRESH_S: i64 = 10 * MINUTE_S;
    const PREFIX: &str = "unsent:";

    #[derive(BorshSerialize, BorshDeserialize)]
    pub struct Unsent {
        conversation: ConversationId,
        reply: Option<Reply>,
        note: Option<NewNote>,
        /// It came back when its writer was elsewhere, and waits to be looked at.
        pub back: Option<Draft>,
        at: Timestamp,
    }

    impl Unsent {
        pub fn of(conversation: ConversationId, what: &Outgoing, at: Timestamp) -> Self {
            let (reply, note) = match what {
                Outgoing::Reply(reply) => (Some(reply.clone()), None),
                Outgoing::Note(note) => (None, Some(note.clone())),
            };
            Self { conversation, reply, note, back: None, at }
        }

        pub const fn that_came_back(conversation: ConversationId, draft: Draft) -> Self {
            Self { conversation, reply: None, note: None, at: draft.at, back: Some(draft) }
        }

        pub fn keep(&self, id: &str) {
            storage::keep(&format!("{PREFIX}{id}"), self);
        }

        pub fn is_fresh(&self, now: Timestamp) -> bool {
            now.since_ms(self.at) < FRESH_S * 1000
        }

        pub fn what(&self) -> Option<Outgoing> {
            self.reply.clone().map(Outgoing::Reply).or_else(|| self.note.clone().map(Outgoing::Note))
        }
    }

    pub fn forget(id: &str) {
        storage::forget(&format!("{PREFIX}{id}"));
    }

    /// Oldest first, each with its id.
    pub fn of(conversation: ConversationId) -> Vec<(String, Unsent)> {
        let keys = storage::keys();
        let ids = keys.iter().filter_map(|it| it.strip_prefix(PREFIX));
        let mut all: Vec<(String, Unsent)> =
            ids.filter_map(|id| Some((id.to_owned(), storage::read(&format!("{PREFIX}{id}"))?))).collect();
        all.retain(|(_, it)| it.conversation == conversation);
        in_order::by_key(&mut all, |(_, it)| it.at);
        all
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use model::desk::DraftMode;
        use model::outgoing::Part;

        /// In browsers. If the same becomes another text, `storage::LAYOUT` becomes another number.
        const KEPT: &str = "AQEAAAAAAAAAAAAAAAAAAAABAQAAAGMBAAAAAAUAAABIZWxsbwAAAAAAAAAAAAEBAAAAAAAAAAABAAAA9gMAAAAAAA\
            AAAAAAAAAAAAAFAAAAYS5qcGcKAAAAaW1hZ2UvanBlZ-gDAAAAAAAAASADAAABWAIAAAAAAAAAAAAAAAAAAAUAAAAA\
            AAAA";

        #[test]
        fn what_an_older_program_left_is_still_sent() {
            let parts = vec![Part::Text { text: "Hello".to_owned(), quick_replies: Vec::new() }];
            let reply =
                Reply { client_id: "c".to_owned(), parts, reply_to: None, comment: None, send_at: None, seen: None };
            let id = ConversationId::from_bits(1);
            let mut left = Unsent::of(id, &Outgoing::Reply(reply), Timestamp(5));
            let file = crate::parts::composer::reply::tests::picture("a");
            left.back = Some(Draft { files: vec![file], ..crate::parts::composer::draft::none(DraftMode::Note) });
            assert_eq!(storage::to_text(&left).as_deref(), Some(KEPT));
            let again: Unsent = storage::of_text(KEPT).unwrap();
            assert!(matches!(again.what(), Some(Outgoing::Reply(it)) if it.client_id == "c"));
            let note = NewNote { client_id: "n".to_owned(), text: "Packed".to_owned() };
            let left = Unsent::of(id, &Outgoing::Note(note), Timestamp(6));
            let again: Unsent = storage::of_text(&storage::to_text(&left).unwrap()).unwrap();
            assert_eq!(again.what().map(|it| it.client_id().to_owned()).as_deref(), Some("n"));
        }
    }
}
