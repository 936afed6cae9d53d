//! Saved replies, as far as the composer has asked for them.

use super::slash::{Slash, matching, people, slash};
use super::writing::Panel;
use crate::api::desk::open_saved_replies;
use crate::prelude::*;
use crate::state::clock::browser_now;
use crate::state::desk::Desk;
use leptos::task::spawn_local;
use model::desk::SavedReply;
use model::time::{MINUTE_S, Timestamp};
use std::cell::RefCell;

/// So old they are asked for again.
const OLD_S: i64 = MINUTE_S;

thread_local! {
    // Of the page: another conversation has the same.
    static KNOWN: RefCell<Option<(Timestamp, Vec<SavedReply>)>> = const { RefCell::new(None) };
}

#[derive(Clone, Copy)]
pub struct Saved {
    /// `None` until they are there.
    pub all: RwSignal<Option<Vec<SavedReply>>>,
    pub problem: RwSignal<Option<String>>,
    /// The word after `/` or `@` that is being written.
    pub slash: RwSignal<Option<Slash>>,
    /// What is searched for in the panel.
    pub words: RwSignal<String>,
    /// What fits one or the other.
    pub found: Memo<Vec<SavedReply>>,
    /// Which of them is inserted next.
    pub chosen: RwSignal<usize>,
    /// Where a sign stands that is to stay one.
    left_alone: StoredValue<Option<u32>>,
    desk: Option<Desk>,
}

impl Saved {
    pub fn new(panel: RwSignal<Option<Panel>>) -> Self {
        let (all, slash, words) = (RwSignal::new(None), RwSignal::new(None::<Slash>), RwSignal::new(String::new()));
        let desk = use_context::<Desk>();
        let found = Memo::new(move |_| {
            let is_open = panel.get() == Some(Panel::Saved);
            let wanted = match slash.get() {
                _ if is_open => words.get(),
                Some(Slash { word, is_mention: true, .. }) => {
                    let called = |it: Desk| it.receivers.with(|all| people(&all.people, it.thread.me, &word));
                    return desk.map(called).unwrap_or_default();
                }
                Some(it) => it.word,
                None => return Vec::new(),
            };
            all.with(|all: &Option<Vec<_>>| matching(all.as_deref().unwrap_or_default(), &wanted))
        });
        let chosen = RwSignal::new(0);
        Effect::new(move || {
            found.track();
            chosen.set(0);
        });
        let left_alone = StoredValue::new(None);
        Self { all, problem: RwSignal::new(None), slash, words, found, chosen, left_alone, desk }
    }

    /// The text has changed, and the caret stands there.
    pub fn look_for_slash(self, text: &str, caret: Option<u32>, is_note: bool) {
        let found = caret.and_then(|it| slash(text, it, is_note));
        let start = found.as_ref().map(|it| it.start);
        if start.is_none() || start != self.left_alone.get_value() {
            self.left_alone.set_value(None);
            if let Some(found) = &found
                && self.slash.with_untracked(Option::is_none)
            {
                match self.desk.filter(|_| found.is_mention) {
                    Some(desk) => desk.load_receivers(),
                    None => self.load(false),
                }
            }
            if self.slash.with_untracked(|it| *it != found) {
                self.slash.set(found);
            }
        }
    }

    /// The sign is one, and stays.
    pub fn leave_slash(self) {
        let start = self.slash.with_untracked(|it| it.as_ref().map(|it| it.start));
        self.left_alone.set_value(start);
        self.slash.set(None);
    }

    pub fn load(self, anew: bool) {
        let now = browser_now();
        let is_fresh = KNOWN.with_borrow(|known| {
            let (at, all) = known.as_ref()?;
            self.all.set(Some(all.clone()));
            Some(now.since_ms(*at) < OLD_S * 1000)
        });
        if is_fresh == Some(true) && !anew {
            return;
        }
        spawn_local(async move {
            match open_saved_replies().await {
                Ok(all) => {
                    KNOWN.set(Some((now, all.clone())));
                    _ = self.problem.try_set(None);
                    _ = self.all.try_set(Some(all));
                }
                Err(error) => _ = self.problem.try_set(Some(error.to_string())),
            }
        });
    }

    /// Another one is chosen; `false`: this is none of its keys.
    pub fn moves(self, key: &str) -> bool {
        let n = self.found.with_untracked(Vec::len);
        let step = match key {
            "ArrowDown" => 1,
            "ArrowUp" => n.saturating_sub(1),
            _ => return false,
        };
        if n > 0 {
            self.chosen.update(|it| *it = (*it + step) % n);
        }
        true
    }

    /// Colleagues are offered, and not saved replies.
    pub fn is_mention(self) -> bool {
        self.slash.with(|it| it.as_ref().is_some_and(|it| it.is_mention))
    }

    /// What is offered.
    pub fn what(self) -> &'static str {
        if self.is_mention() { "Colleagues" } else { "Saved replies" }
    }

    pub fn chosen_reply(self) -> Option<SavedReply> {
        self.found.with_untracked(|it| it.get(self.chosen.get_untracked()).cloned())
    }
}
