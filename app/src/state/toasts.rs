//! What is said at the edge of the page about something just done, for a few seconds.

use crate::prelude::*;
use model::desk::Step;
use model::ids::ConversationId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Later ones have a higher number.
    pub n: u32,
    pub words: String,
    /// What takes it back, and where.
    pub undo: Option<(ConversationId, Step)>,
}

#[derive(Clone, Copy)]
pub struct Toasts {
    /// One at a time: a new one takes the place of the last.
    pub shown: RwSignal<Option<Toast>>,
    last: StoredValue<u32>,
}

impl Toasts {
    /// Gives itself to everything below.
    pub fn provide() -> Self {
        let it = Self { shown: RwSignal::new(None), last: StoredValue::new(0) };
        provide_context(it);
        it
    }

    pub fn say(self, words: String, undo: Option<(ConversationId, Step)>) {
        _ = self.last.try_update_value(|it| *it += 1);
        let n = self.last.try_get_value().unwrap_or_default();
        _ = self.shown.try_set(Some(Toast { n, words, undo }));
    }

    /// Takes it away, unless another has taken its place.
    pub fn drop(self, n: u32) {
        if self.shown.try_with_untracked(|it| it.as_ref().is_some_and(|it| it.n == n)) == Some(true) {
            _ = self.shown.try_set(None);
        }
    }
}
