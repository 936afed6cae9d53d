//! Telling the customer that somebody is writing. Best effort: what fails is not tried again.

use crate::api::reply::typing;
use crate::browser::beacon;
use crate::prelude::*;
use crate::state::clock::browser_now;
use leptos::task::spawn_local;
use model::ids::ConversationId;
use model::time::Timestamp;

/// Said again after this long. Meta's own lasts some 20 seconds.
const AGAIN_MS: i64 = 4000;

#[derive(Clone, Copy)]
pub struct Typing {
    conversation: ConversationId,
    /// When it was last said; `None` if it was taken back, or ended with a message.
    said_at: StoredValue<Option<Timestamp>>,
}

impl Typing {
    pub fn new(conversation: ConversationId) -> Self {
        let it = Self { conversation, said_at: StoredValue::new(None) };
        Effect::new(move || {
            let leaving = window_event_listener_untyped("pagehide", move |_| it.leave());
            on_cleanup(move || leaving.remove());
        });
        // The person goes to another conversation.
        on_cleanup(move || it.stop());
        it
    }

    /// The text changed under the person's hands.
    pub fn wrote(self, is_empty: bool) {
        if is_empty {
            self.stop();
            return;
        }
        let now = browser_now();
        let is_fresh = self.said_at.try_get_value().flatten().is_some_and(|it| now.since_ms(it) < AGAIN_MS);
        if !is_fresh {
            _ = self.said_at.try_set_value(Some(now));
            self.say(true);
        }
    }

    pub fn stop(self) {
        if self.forget() {
            self.say(false);
        }
    }

    /// The message itself ends it.
    pub fn sent(self) {
        self.forget();
    }

    fn leave(self) {
        if self.forget() {
            beacon::send("/fn/typing", &[("conversation", &self.conversation.to_string()), ("on", "false")]);
        }
    }

    fn forget(self) -> bool {
        self.said_at.try_update_value(Option::take).flatten().is_some()
    }

    fn say(self, on: bool) {
        let conversation = self.conversation;
        spawn_local(async move { _ = typing(conversation, on).await });
    }
}
