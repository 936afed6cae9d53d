//! Where the log stands: at its end as long as somebody is within sight of it, and otherwise still,
//! whatever comes above or below.

use crate::prelude::*;
use crate::state::thread::OpenThread;
use leptos::html;
use model::thread::Direction;
use model::time::Timestamp;
use send_wrapper::SendWrapper;
use web_sys::wasm_bindgen::JsCast as _;
use web_sys::wasm_bindgen::closure::Closure;
use web_sys::{MutationObserver, MutationObserverInit, ResizeObserver};

/// Within so many pixels of the end, it is the end that is looked at.
const END: i32 = 100;
/// Older lines are asked for when fewer pixels than this are left above.
const NEAR_TOP: i32 = 600;

#[derive(Clone, Copy)]
pub struct Scroll {
    pub is_at_end: RwSignal<bool>,
    /// So many messages came below, unseen.
    pub n_new: RwSignal<usize>,
    thread: OpenThread,
    place: NodeRef<html::Div>,
    /// While older lines come: what is to stay as far from the end.
    from_end: StoredValue<Option<i32>>,
    /// Where it stood when it was last looked at.
    top: StoredValue<i32>,
}

impl Scroll {
    pub fn keep(thread: OpenThread, place: NodeRef<html::Div>) -> Self {
        let it = Self {
            is_at_end: RwSignal::new(true),
            n_new: RwSignal::new(0),
            thread,
            place,
            from_end: StoredValue::new(None),
            top: StoredValue::new(0),
        };
        it.watch();
        it.count_new();
        it
    }

    /// After every change of the lines and of the room for them, before anybody sees it.
    fn watch(self) {
        Effect::new(move || {
            let Some(log) = self.place.get() else { return };
            let settle = Closure::<dyn FnMut()>::new(move || self.settle());
            let callback = settle.as_ref().unchecked_ref();
            let (Ok(lines), Ok(room)) = (MutationObserver::new(callback), ResizeObserver::new(callback)) else {
                return;
            };
            let wanted = MutationObserverInit::new();
            wanted.set_child_list(true);
            wanted.set_subtree(true);
            wanted.set_character_data(true);
            if lines.observe_with_options(&log, &wanted).is_err() {
                return;
            }
            room.observe(&log);
            // What is in a line may become taller later: a video, or words once their font is there.
            if let Some(lines) = log.first_element_child() {
                room.observe(&lines);
            }
            self.settle();
            let watching = SendWrapper::new((lines, room, settle));
            on_cleanup(move || {
                let (lines, room, _settle) = watching.take();
                lines.disconnect();
                room.disconnect();
            });
        });
    }

    fn count_new(self) {
        Effect::new(move |before: Option<(Option<u32>, Option<Timestamp>)>| {
            let id = self.thread.conversation.with(|it| it.as_ref().map(|it| it.id));
            let entries = self.thread.entries.get();
            let first = entries.first().map(|it| it.key);
            let newest = entries.iter().map(|it| it.line.with_untracked(|it| it.at)).max();
            let (before_first, before_newest) = before.unwrap_or_default();
            // Another conversation begins at its end.
            if id.is_none() || before_first.is_none() || !entries.iter().any(|it| Some(it.key) == before_first) {
                _ = self.n_new.try_set(0);
                _ = self.is_at_end.try_set(true);
                return (first, newest);
            }
            let is_after = |at: Timestamp| before_newest.is_none_or(|before| at > before);
            let n_came = entries
                .iter()
                .filter(|it| it.line.with_untracked(|it| it.direction == Direction::In && is_after(it.at)))
                .count();
            let sent = entries.last().is_some_and(|it| it.is_pending.get_untracked());
            if sent && newest != before_newest {
                self.to_end();
            } else if n_came > 0 && !self.is_at_end.get_untracked() {
                self.n_new.update(|it| *it += n_came);
            }
            (first, newest)
        });
    }

    pub fn to_end(self) {
        _ = self.is_at_end.try_set(true);
        _ = self.n_new.try_set(0);
        self.settle();
    }

    pub fn load_older(self) {
        if let Some(log) = self.place.get_untracked()
            && self.thread.has_older.get_untracked()
            && !self.thread.is_loading.get_untracked()
        {
            self.from_end.set_value(Some(log.scroll_height() - log.scroll_top()));
            self.thread.load_older();
        }
    }

    /// It was scrolled.
    pub fn moved(self) {
        let Some(log) = self.place.get_untracked() else { return };
        let left = log.scroll_height() - log.scroll_top() - log.client_height();
        let went_up = log.scroll_top() < self.top.get_value();
        self.top.set_value(log.scroll_top());
        // Lines that became taller have moved the end away; nobody has left it.
        let is_at_end = left <= END || (!went_up && self.is_at_end.get_untracked());
        if self.is_at_end.get_untracked() != is_at_end {
            self.is_at_end.set(is_at_end);
        }
        if is_at_end && self.n_new.get_untracked() > 0 {
            self.n_new.set(0);
        }
        if self.from_end.get_value().is_some() {
            self.from_end.set_value(Some(log.scroll_height() - log.scroll_top()));
        }
        if log.scroll_top() < NEAR_TOP && log.scroll_height() > log.client_height() {
            self.load_older();
        }
    }

    fn settle(self) {
        let Some(log) = self.place.try_get_untracked().flatten() else { return };
        let from_end = self.from_end.try_get_value().flatten();
        if self.is_at_end.try_get_untracked() == Some(true) {
            log.set_scroll_top(log.scroll_height());
        } else if let Some(from_end) = from_end {
            log.set_scroll_top(log.scroll_height() - from_end);
        }
        _ = self.top.try_set_value(log.scroll_top());
        if self.thread.is_loading.try_get_untracked() == Some(false) {
            _ = self.from_end.try_set_value(None);
        }
    }
}
