//! What stands beside the thread: who the customer is. Beside it on a wide screen, where this browser
//! remembers whether it is wanted; over it, or in its place, on a smaller one.

use crate::api::desk::open_details;
use crate::browser::order::after_paint;
use crate::browser::storage;
use crate::error::AppError;
use crate::prelude::*;
use crate::state::thread::OpenThread;
use leptos::task::spawn_local;
use model::desk::Details;
use model::ids::ConversationId;

const KEPT: &str = "details-beside";
/// As in the style sheet.
const NARROW: &str = "(max-width: 80rem)";

#[derive(Clone, Copy)]
pub struct OpenDetails {
    /// Of the conversation that is open, once they came.
    pub details: RwSignal<Option<Details>>,
    pub problem: RwSignal<Option<AppError>>,
    /// There is room beside the thread.
    is_wide: RwSignal<bool>,
    /// They are wanted there.
    is_beside: RwSignal<bool>,
    /// They are drawn over the thread.
    is_over: RwSignal<bool>,
    conversation: Memo<Option<ConversationId>>,
}

impl OpenDetails {
    /// Gives itself to everything below.
    pub fn provide(thread: OpenThread) -> Self {
        let it = Self {
            details: RwSignal::new(None),
            problem: RwSignal::new(None),
            is_wide: RwSignal::new(true),
            is_beside: RwSignal::new(true),
            is_over: RwSignal::new(false),
            conversation: Memo::new(move |_| thread.conversation.with(|it| it.as_ref().map(|it| it.id))),
        };
        provide_context(it);
        Effect::new(move || {
            let measure = move || {
                let is_narrow = window().match_media(NARROW).ok().flatten().is_some_and(|it| it.matches());
                if it.is_wide.try_get_untracked() == Some(is_narrow) {
                    it.is_wide.set(!is_narrow);
                }
            };
            measure();
            if storage::read(KEPT) == Some(false) {
                it.is_beside.set(false);
            }
            let resized = window_event_listener_untyped("resize", move |_| measure());
            on_cleanup(move || resized.remove());
        });
        Effect::new(move || {
            it.conversation.track();
            _ = it.is_over.try_set(false);
            _ = it.details.try_set(None);
            _ = it.problem.try_set(None);
        });
        // Whatever changes about a conversation raises its revision.
        let wanted = Memo::new(move |_| {
            let revision = thread.conversation.with(|it| it.as_ref().map(|it| it.revision));
            it.conversation.get().zip(revision).filter(|_| it.is_open())
        });
        Effect::new(move || {
            if wanted.get().is_some() {
                after_paint(move || it.load());
            }
        });
        it
    }

    pub fn is_open(self) -> bool {
        if self.is_wide.get() { self.is_beside.get() } else { self.is_over.get() }
    }

    pub fn is_beside(self) -> bool {
        self.conversation.get().is_some() && self.is_beside.get()
    }

    pub fn is_over(self) -> bool {
        self.is_over.get() && !self.is_wide.get()
    }

    pub fn set_open(self, is_open: bool) {
        if self.is_wide.get_untracked() {
            self.is_beside.set(is_open);
            storage::keep(KEPT, &is_open);
        } else {
            self.is_over.set(is_open);
        }
    }

    pub fn toggle(self) {
        self.set_open(!untrack(|| self.is_open()));
    }

    pub fn load(self) {
        spawn_local(self.ask());
    }

    pub async fn ask(self) {
        let Some(id) = self.open_conversation() else { return };
        let answer = open_details(id).await;
        if self.open_conversation() != Some(id) {
            return;
        }
        match answer {
            Ok(details) => {
                _ = self.problem.try_set(None);
                if self.details.try_with_untracked(|it| it.as_ref() != Some(&details)) == Some(true) {
                    _ = self.details.try_set(Some(details));
                }
            }
            Err(error) => _ = self.problem.try_set(Some(error)),
        }
    }

    pub fn open_conversation(self) -> Option<ConversationId> {
        self.conversation.try_get_untracked().flatten()
    }
}
