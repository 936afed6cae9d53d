//! The conversation that is open, line by line. Every line is a signal of its own, so that a bubble
//! changes where it stands.

mod arrange;

use crate::api::inbox::{open_conversation, open_older};
use crate::browser::order::at_once;
use crate::error::AppError;
use crate::in_order;
use crate::prelude::*;
use crate::state::clock::Clock;
use leptos::task::spawn_local;
use model::desk::Draft;
use model::ids::{ConversationId, MessageId};
use model::inbox::{Line, ListedConversation, OpenAccount, OpenConversation};
use model::person::PersonId;
use model::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

pub use arrange::{Place, Run, is_event, is_mine, is_tapped};

/// An answer that takes longer than this is waited for with what is known.
const LATE: Duration = Duration::from_millis(100);

/// A line on the page. `key` is that of its nodes: it stays when a reply of ours becomes a message.
#[derive(Clone)]
pub struct Entry {
    pub key: u32,
    pub line: ArcRwSignal<Arc<Line>>,
    pub place: ArcRwSignal<Place>,
    /// Shown before the server knows of it.
    pub is_pending: ArcRwSignal<bool>,
}

#[derive(Clone, Copy)]
pub struct OpenThread {
    /// `None` while none is open.
    pub conversation: RwSignal<Option<ListedConversation>>,
    pub account: RwSignal<Option<OpenAccount>>,
    pub delivered_until: RwSignal<Timestamp>,
    pub seen_until: RwSignal<Timestamp>,
    /// Up to where somebody of ours has looked.
    pub read_until: RwSignal<Timestamp>,
    pub has_older: RwSignal<bool>,
    pub is_loading: RwSignal<bool>,
    /// What its reader began and has not sent, as it was when it was opened.
    pub drafts: RwSignal<Vec<Draft>>,
    /// Why it is not open.
    pub problem: RwSignal<Option<AppError>>,
    /// Oldest first; those that are pending last.
    pub entries: RwSignal<Vec<Entry>>,
    /// The one that was asked for last.
    wanted: StoredValue<Option<ConversationId>>,
    last_key: StoredValue<u32>,
    pub me: PersonId,
    clock: Clock,
}

impl OpenThread {
    /// Gives itself to everything below.
    pub fn provide(me: PersonId, clock: Clock) -> Self {
        let it = Self::new(me, clock);
        provide_context(it);
        Effect::new(move || {
            clock.is_local.track();
            it.arrange();
        });
        it
    }

    fn new(me: PersonId, clock: Clock) -> Self {
        Self {
            conversation: RwSignal::new(None),
            account: RwSignal::new(None),
            delivered_until: RwSignal::new(Timestamp(0)),
            seen_until: RwSignal::new(Timestamp(0)),
            read_until: RwSignal::new(Timestamp(0)),
            has_older: RwSignal::new(false),
            is_loading: RwSignal::new(false),
            drafts: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
            entries: RwSignal::new(Vec::new()),
            wanted: StoredValue::new(None),
            last_key: StoredValue::new(0),
            me,
            clock,
        }
    }

    /// Shows this conversation. What was shown of the same one before stays in place.
    pub fn open(self, it: OpenConversation) {
        if !self.is_open(it.conversation.id) {
            _ = self.entries.try_set(Vec::new());
        }
        let is_first = self.entries.try_with_untracked(Vec::is_empty) != Some(false);
        _ = self.problem.try_set(None);
        _ = self.conversation.try_set(Some(it.conversation));
        _ = self.drafts.try_set(it.drafts);
        _ = self.account.try_set(Some(it.account));
        _ = self.delivered_until.try_set(it.delivered_until);
        _ = self.seen_until.try_set(it.seen_until);
        _ = self.read_until.try_set(it.read_until);
        if is_first {
            _ = self.has_older.try_set(it.has_older);
        } else {
            self.forget_what_is_not_in(&it.lines);
        }
        self.put(it.lines);
    }

    fn is_open(self, id: ConversationId) -> bool {
        self.conversation.try_with_untracked(|it| it.as_ref().is_some_and(|it| it.id == id)) == Some(true)
    }

    pub fn close(self) {
        _ = self.is_loading.try_set(false);
        _ = self.problem.try_set(None);
        _ = self.conversation.try_set(None);
        _ = self.account.try_set(None);
        _ = self.entries.try_set(Vec::new());
    }

    /// Opens another conversation. The one before stays until the answer is there, unless that is late: then what
    /// the list knows of the new one is shown.
    pub fn turn_to(self, id: Option<ConversationId>, known: Option<ListedConversation>) {
        _ = self.wanted.try_set_value(id);
        let Some(id) = id else { return self.close() };
        let answer = at_once(open_conversation(id));
        let is_wanted = move || self.wanted.try_get_value() == Some(Some(id));
        let show_known = move || {
            self.close();
            _ = self.conversation.try_set(known);
            _ = self.is_loading.try_set(true);
        };
        if self.conversation.try_with_untracked(Option::is_none) == Some(true) {
            show_known();
        } else {
            let is_still_asked = move || is_wanted() && !self.is_open(id);
            set_timeout(
                move || {
                    if is_still_asked() {
                        show_known();
                    }
                },
                LATE,
            );
        }
        spawn_local(async move {
            let answer = answer.await;
            if !is_wanted() {
                return;
            }
            _ = self.is_loading.try_set(false);
            match answer {
                Ok(opened) => self.open(opened),
                Err(error) => {
                    self.close();
                    _ = self.problem.try_set(Some(error));
                }
            }
        });
    }

    /// Asks for lines before the first.
    pub fn load_older(self) {
        let (Some(true), Some(false)) = (self.has_older.try_get_untracked(), self.is_loading.try_get_untracked())
        else {
            return;
        };
        let id = self.conversation.try_with_untracked(|it| it.as_ref().map(|it| it.id)).flatten();
        let first = self.shown().first().map(|it| it.line.with_untracked(|it| (it.at, it.id)));
        let (Some(id), Some((at, first))) = (id, first) else { return };
        _ = self.is_loading.try_set(true);
        spawn_local(async move {
            let answer = open_older(id, at, first).await;
            if !self.is_open(id) {
                return;
            }
            _ = self.is_loading.try_set(false);
            if let Ok((lines, has_older)) = answer {
                _ = self.has_older.try_set(has_older);
                self.put(lines);
            }
        });
    }

    /// These lines are so now: in place where they are shown already, else where they belong. One of a
    /// reply of ours takes the place of its pending bubble.
    pub fn put(self, lines: Vec<Line>) {
        self.change(lines, false);
    }

    /// What was just sent, until the server tells of it.
    pub fn show_pending(self, lines: Vec<Line>) {
        self.change(lines, true);
    }

    /// The server has queued the reply, as these messages, in the order of its parts.
    pub fn name_pending(self, client_id: &str, messages: &[MessageId]) {
        for entry in self.shown() {
            let part = entry.line.with_untracked(|it| (it.client_id.as_deref() == Some(client_id)).then_some(it.part));
            let id = part.and_then(|it| usize::try_from(it).ok()).and_then(|it| messages.get(it));
            if let Some(&id) = id
                && entry.line.with_untracked(|it| it.id) != id
            {
                entry.line.update(|it| Arc::make_mut(it).id = id);
            }
        }
    }

    /// What was sent did not get to the server, or was refused.
    pub fn drop_pending(self, client_id: &str) {
        self.retain(|entry| {
            !entry.is_pending.get_untracked()
                || entry.line.with_untracked(|it| it.client_id.as_deref() != Some(client_id))
        });
    }

    /// These are not there any more.
    pub fn gone(self, ids: &[MessageId]) {
        self.retain(|entry| !ids.contains(&entry.line.with_untracked(|it| it.id)));
    }

    /// The customer has got, and has seen, what we sent up to here.
    pub fn set_watermarks(self, delivered_until: Timestamp, seen_until: Timestamp) {
        _ = self.delivered_until.try_set(delivered_until);
        _ = self.seen_until.try_set(seen_until);
        self.arrange();
    }

    pub fn shown(self) -> Vec<Entry> {
        self.entries.try_get_untracked().unwrap_or_default()
    }

    pub fn find(self, id: MessageId) -> Option<Entry> {
        self.shown().into_iter().find(|it| it.line.with_untracked(|it| it.id) == id)
    }

    /// What quotes a message shows some of its words, and changes with it.
    pub fn with_those_that_quote(self, mut ids: Vec<MessageId>) -> Vec<MessageId> {
        for entry in self.shown() {
            let line = entry.line.get_untracked();
            if line.reply_to.as_ref().is_some_and(|it| ids.contains(&it.id)) && !ids.contains(&line.id) {
                ids.push(line.id);
            }
        }
        ids
    }

    fn change(self, lines: Vec<Line>, is_pending: bool) {
        let mut entries = self.shown();
        let n_before = entries.len();
        for line in lines {
            match entries.iter().find(|it| it.line.with_untracked(|it| is_same(it, &line))) {
                // The server's word stands, whichever came first.
                Some(_) if is_pending => {}
                Some(entry) => {
                    if entry.is_pending.get_untracked() {
                        entry.is_pending.set(false);
                    }
                    if entry.line.with_untracked(|it| **it != line) {
                        entry.line.set(Arc::new(line));
                    }
                }
                None => entries.push(self.entry(line, is_pending)),
            }
        }
        let before: Vec<u32> = entries.iter().map(|it| it.key).collect();
        in_order::by_key(&mut entries, |it| {
            let (at, id) = it.line.with_untracked(|it| (it.at, it.id));
            (it.is_pending.get_untracked(), at, id)
        });
        let moved = entries.iter().map(|it| it.key).ne(before);
        if moved || entries.len() != n_before {
            _ = self.entries.try_set(entries);
        }
        self.arrange();
    }

    fn entry(self, line: Line, is_pending: bool) -> Entry {
        _ = self.last_key.try_update_value(|it| *it += 1);
        Entry {
            key: self.last_key.try_get_value().unwrap_or_default(),
            line: ArcRwSignal::new(Arc::new(line)),
            place: ArcRwSignal::new(Place::default()),
            is_pending: ArcRwSignal::new(is_pending),
        }
    }

    fn retain(self, keep: impl Fn(&Entry) -> bool) {
        let mut entries = self.shown();
        let n_before = entries.len();
        entries.retain(keep);
        if entries.len() != n_before {
            _ = self.entries.try_set(entries);
            self.arrange();
        }
    }

    /// Within the stretch that `lines` cover, whatever is not among them is gone.
    fn forget_what_is_not_in(self, lines: &[Line]) {
        let Some(from) = lines.iter().map(|it| (it.at, it.id)).min() else { return };
        self.retain(|entry| {
            entry.is_pending.get_untracked()
                || entry.line.with_untracked(|it| (it.at, it.id) < from || lines.iter().any(|new| is_same(it, new)))
        });
    }

    /// Where each line stands among its neighbours.
    fn arrange(self) {
        let until = (self.delivered_until.try_get_untracked(), self.seen_until.try_get_untracked());
        let (Some(delivered), Some(seen)) = until else { return };
        let entries = self.shown();
        let day = |at| untrack(|| self.clock.day(at));
        let places = {
            let lines: Vec<_> = entries.iter().map(|it| it.line.get_untracked()).collect();
            let lines: Vec<&Line> = lines.iter().map(Arc::as_ref).collect();
            arrange::places(&lines, self.me, delivered, seen, day)
        };
        for (entry, place) in entries.iter().zip(places) {
            if entry.place.with_untracked(|it| *it != place) {
                entry.place.set(place);
            }
        }
    }
}

fn is_same(a: &Line, b: &Line) -> bool {
    a.id == b.id || (a.client_id.is_some() && a.client_id == b.client_id && a.part == b.part)
}

#[cfg(test)]
mod tests;
