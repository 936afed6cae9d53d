//! The list beside the thread: rows of one view, in order. While somebody points at it or is in it
//! with the keyboard, rows change where they stand, and what moves waits.

pub mod fits;

use crate::api::inbox::open_list;
use crate::error::AppError;
use crate::in_order;
use crate::parts::list::counted_so_far;
use crate::prelude::*;
use crate::state::clock::Clock;
use fits::fits;
use leptos::task::spawn_local;
use model::ids::ConversationId;
use model::inbox::{After, ListPage, ListedConversation, Order};
use model::person::PersonId;
use model::time::Timestamp;
use model::view::{Counts, SavedView, View};
use std::cmp::Reverse;

#[derive(Clone)]
pub struct Row {
    pub id: ConversationId,
    pub conversation: ArcRwSignal<ListedConversation>,
}

#[derive(Clone, Copy)]
pub struct OpenList {
    /// In the order in which they are shown.
    pub rows: RwSignal<Vec<Row>>,
    /// Where the next page begins, if there is one.
    pub next: RwSignal<Option<After>>,
    pub counts: RwSignal<Vec<(View, i64)>>,
    /// What people saved.
    pub saved: RwSignal<Vec<SavedView>>,
    /// So much concerns the reader and is unread.
    pub n_notices: RwSignal<i64>,
    pub is_loading: RwSignal<bool>,
    pub problem: RwSignal<Option<AppError>>,
    /// What was typed and not understood.
    pub not_understood: RwSignal<Vec<String>>,
    /// So many have come or moved up, and wait until nobody is in the list.
    pub n_waiting: RwSignal<usize>,
    /// Somebody points at the list, or has the focus in it.
    is_held: RwSignal<(bool, bool)>,
    view: RwSignal<View>,
    words: RwSignal<String>,
    /// What would be shown if nobody held the list.
    waiting: StoredValue<Vec<Row>>,
    moved: StoredValue<Vec<ConversationId>>,
    order: StoredValue<Order>,
    /// Answers that were asked for before this number are out of date.
    asked: StoredValue<u32>,
    me: PersonId,
    clock: Clock,
}

impl OpenList {
    /// Gives itself to everything below.
    pub fn provide(me: PersonId, clock: Clock, view: View, words: String) -> Self {
        let it = Self::new(me, clock, view, words);
        provide_context(it);
        it
    }

    fn new(me: PersonId, clock: Clock, view: View, words: String) -> Self {
        Self {
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            counts: RwSignal::new(Vec::new()),
            saved: RwSignal::new(Vec::new()),
            n_notices: RwSignal::new(0),
            is_loading: RwSignal::new(false),
            problem: RwSignal::new(None),
            not_understood: RwSignal::new(Vec::new()),
            n_waiting: RwSignal::new(0),
            is_held: RwSignal::new((false, false)),
            view: RwSignal::new(view),
            words: RwSignal::new(words),
            waiting: StoredValue::new(Vec::new()),
            moved: StoredValue::new(Vec::new()),
            order: StoredValue::new(Order::default()),
            asked: StoredValue::new(0),
            me,
            clock,
        }
    }

    /// Shows another view, or what is found in it.
    pub fn turn_to(self, view: View, words: String) {
        _ = self.view.try_set(view);
        _ = self.words.try_set(words);
        self.load();
    }

    /// Which view, and what was searched for in it.
    pub fn shown(self) -> (View, String) {
        (self.view.try_get_untracked().unwrap_or_default(), self.words.try_get_untracked().unwrap_or_default())
    }

    /// Asks for the first page again.
    pub fn load(self) {
        let (view, words) = self.shown();
        self.ask(view, words, None);
    }

    pub fn load_more(self) {
        if self.is_loading.try_get_untracked() != Some(false) {
            return;
        }
        let (view, words) = self.shown();
        if let Some(after) = self.next.try_get_untracked().flatten() {
            self.ask(view, words, Some(after));
        }
    }

    fn ask(self, view: View, words: String, after: Option<After>) {
        _ = self.asked.try_update_value(|it| *it += 1);
        let asked = self.asked.try_get_value();
        _ = self.is_loading.try_set(true);
        spawn_local(async move {
            let answer = open_list(view, Some(words).filter(|it| !it.is_empty()), after).await;
            if self.asked.try_get_value() != asked {
                return;
            }
            _ = self.is_loading.try_set(false);
            match answer {
                Ok(page) if after.is_some() => self.append(page),
                Ok(page) => self.fill(Ok(page)),
                Err(error) => _ = self.problem.try_set(Some(error)),
            }
        });
    }

    pub fn fill(self, page: Result<ListPage, AppError>) {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                _ = self.problem.try_set(Some(error));
                return;
            }
        };
        let known = self.waiting.try_get_value().unwrap_or_default();
        let rows = page.rows.into_iter().map(|it| in_place(&known, it)).collect();
        _ = self.problem.try_set(None);
        _ = self.not_understood.try_set(page.problems);
        _ = self.order.try_set_value(page.order);
        _ = self.next.try_set(page.next);
        _ = self.waiting.try_set_value(rows);
        self.show_all();
    }

    fn append(self, page: ListPage) {
        let known = self.waiting.try_get_value().unwrap_or_default();
        let new: Vec<Row> = page
            .rows
            .into_iter()
            .map(|it| in_place(&known, it))
            .filter(|it| !known.iter().any(|known| known.id == it.id))
            .collect();
        _ = self.problem.try_set(None);
        _ = self.next.try_set(page.next);
        _ = self.waiting.try_update_value(|it| it.extend(new.iter().cloned()));
        _ = self.rows.try_update(|it| it.extend(new));
    }

    pub fn count(self, counts: Counts) {
        if self.counts.try_with_untracked(|it| *it != counts.views) == Some(true) {
            _ = self.counts.try_set(counts.views);
        }
        if self.saved.try_with_untracked(|it| *it != counts.saved) == Some(true) {
            _ = self.saved.try_set(counts.saved);
        }
        _ = self.n_notices.try_set(counts.notifications);
    }

    /// How many stand in what the list shows, as far as that is counted.
    pub fn count_of(self, view: View, words: &str) -> String {
        let saved = self.saved.with(|all| all.iter().find(|it| it.is(view, words)).map(|it| (it.count, it.is_more)));
        let plain = || self.counts.with(|all| all.iter().find(|it| it.0 == view).map_or(0, |it| it.1));
        let (count, is_more) = match saved {
            Some(saved) => saved,
            None if words.is_empty() => (plain(), false),
            None => (0, false),
        };
        counted_so_far(count, is_more)
    }

    /// What the list is called.
    pub fn title(self, view: View, words: &str) -> String {
        let saved = self.saved.with(|all| all.iter().find(|it| it.is(view, words)).map(|it| it.name.clone()));
        saved.unwrap_or_else(|| view.title().to_owned())
    }

    /// This conversation is so now, and fits what was typed; or it is out of sight.
    pub fn update(self, id: ConversationId, now: Option<(ListedConversation, bool)>) {
        let (Some(view), Some(words)) = (self.view.try_get_untracked(), self.words.try_get_untracked()) else { return };
        let Some(order) = self.order.try_get_value() else { return };
        let moment = self.clock.now.try_get_untracked().unwrap_or(Timestamp(0));
        let mut rows = self.waiting.try_get_value().unwrap_or_default();
        let place = rows.iter().position(|it| it.id == id);
        let is_in = |it: &(ListedConversation, bool)| it.1 && (!words.is_empty() || fits(view, &it.0, self.me, moment));
        let now = now.filter(is_in).map(|it| it.0);
        match (place, now) {
            (Some(place), Some(now)) => {
                if rows[place].conversation.with_untracked(|it| it.revision <= now.revision) {
                    rows[place].conversation.set(now);
                }
            }
            (Some(place), None) => _ = rows.remove(place),
            (None, Some(now)) => rows.push(Row { id, conversation: ArcRwSignal::new(now) }),
            (None, None) => return,
        }
        in_order::by_key(&mut rows, |it| it.conversation.with_untracked(|it| sorted_by(order, it)));
        let new_place = rows.iter().position(|it| it.id == id);
        // Behind the last page that was asked for it comes with its own.
        if place.is_none() && new_place.is_some_and(|it| it + 1 == rows.len()) && self.has_more() {
            rows.pop();
        }
        _ = self.waiting.try_set_value(rows);
        if new_place.is_some_and(|new| place.is_none_or(|old| new < old)) {
            _ = self.moved.try_update_value(|it| {
                if !it.contains(&id) {
                    it.push(id);
                }
            });
        }
        self.settle();
    }

    pub fn hold_with_pointer(self, is_inside: bool) {
        _ = self.is_held.try_update(|it| it.0 = is_inside);
        self.settle();
    }

    pub fn hold_with_focus(self, is_inside: bool) {
        _ = self.is_held.try_update(|it| it.1 = is_inside);
        self.settle();
    }

    /// Shows what waits, unless somebody is in the list.
    fn settle(self) {
        if self.is_held.try_get_untracked() == Some((false, false)) {
            self.show_all();
        } else {
            _ = self.n_waiting.try_set(self.moved.try_with_value(Vec::len).unwrap_or_default());
        }
    }

    pub fn show_all(self) {
        let rows = self.waiting.try_get_value().unwrap_or_default();
        let is_new = self.rows.try_with_untracked(|it| it.iter().map(|it| it.id).ne(rows.iter().map(|it| it.id)));
        if is_new == Some(true) {
            _ = self.rows.try_set(rows);
        }
        _ = self.moved.try_update_value(Vec::clear);
        if self.n_waiting.try_get_untracked() != Some(0) {
            _ = self.n_waiting.try_set(0);
        }
    }

    pub fn find(self, id: ConversationId) -> Option<ListedConversation> {
        let rows = self.rows.try_get_untracked()?;
        rows.iter().find(|it| it.id == id).map(|it| it.conversation.get_untracked())
    }

    fn has_more(self) -> bool {
        self.next.try_get_untracked().flatten().is_some()
    }
}

/// A row that is known keeps its nodes.
fn in_place(known: &[Row], now: ListedConversation) -> Row {
    match known.iter().find(|it| it.id == now.id) {
        Some(row) => {
            if row.conversation.with_untracked(|it| *it != now) {
                row.conversation.set(now);
            }
            row.clone()
        }
        None => Row { id: now.id, conversation: ArcRwSignal::new(now) },
    }
}

/// As the server sorts them.
fn sorted_by(order: Order, it: &ListedConversation) -> (i64, Reverse<ConversationId>) {
    let at = order.of(it).0;
    (if order == Order::Newest { -at } else { at }, Reverse(it.id))
}

#[cfg(test)]
mod tests;
