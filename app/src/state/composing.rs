//! What the bubbles hand to the composer.

use crate::prelude::*;
use model::inbox::Line;
use std::sync::Arc;

#[derive(Clone, Copy)]
pub struct Composing {
    /// The message that the next reply answers.
    pub reply_to: RwSignal<Option<Arc<Line>>>,
    /// The comment that the next reply answers in private.
    pub comment: RwSignal<Option<Arc<Line>>>,
    /// Words to put back into the field: of a reply that was taken back, or is to be changed. Whoever
    /// takes them leaves `None`.
    pub restore: RwSignal<Option<String>>,
}

impl Composing {
    /// Gives itself to everything below.
    pub fn provide() -> Self {
        let it = Self { reply_to: RwSignal::new(None), comment: RwSignal::new(None), restore: RwSignal::new(None) };
        provide_context(it);
        it
    }

    /// Another conversation was opened.
    pub fn forget(self) {
        _ = self.reply_to.try_set(None);
        _ = self.comment.try_set(None);
        _ = self.restore.try_set(None);
    }
}
