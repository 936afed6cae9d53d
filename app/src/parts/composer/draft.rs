//! What was begun and not sent. Each change is kept in this browser at once and given to the server
//! when the keys rest; what the server has is let go of here. So a draft follows its writer to other
//! browsers, and no reload and no lost connection costs a word.

use crate::api::desk::{SaveDraft, save_draft};
use crate::browser::{beacon, storage};
use crate::prelude::*;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::task::spawn_local;
use model::desk::{Draft, DraftMode};
use model::ids::ConversationId;
use model::time::{HOUR_S, Timestamp};
use std::time::Duration;

/// The server lets go of files that nobody sends; what only this browser knows of does so before.
const FILES_KEPT_S: i64 = 12 * HOUR_S;
const REST: Duration = Duration::from_millis(1500);

/// The draft of one conversation in one mode.
#[derive(Clone, Copy)]
pub struct Keeping {
    conversation: ConversationId,
    mode: DraftMode,
    /// As it stands in the composer, or came into it.
    last: StoredValue<Draft>,
    /// Runs out when the server is told.
    resting: StoredValue<Option<TimeoutHandle>>,
}

impl Keeping {
    pub fn new(conversation: ConversationId, mode: DraftMode) -> Self {
        let last = StoredValue::new(Draft { at: Timestamp(0), ..none(mode) });
        let it = Self { conversation, mode, last, resting: StoredValue::new(None) };
        Effect::new(move || {
            let leaving = window_event_listener_untyped("pagehide", move |_| it.leave());
            on_cleanup(move || leaving.remove());
        });
        // The person goes to another conversation.
        on_cleanup(move || {
            if it.is_awake() {
                it.save();
            }
        });
        it
    }

    /// What this browser has of it and the server does not.
    pub fn find(self, now: Timestamp) -> Option<Draft> {
        let mut it: Draft = storage::read(&self.key())?;
        let_go_of_old_files(&mut it, now);
        Some(it)
    }

    /// This goes into the composer.
    pub fn takes(self, draft: Draft) {
        self.last.set_value(draft);
    }

    /// This is how it stands.
    pub fn stands(self, now: Draft) {
        if self.last.with_value(|it| is_same(it, &now)) {
            return;
        }
        storage::keep(&self.key(), &now);
        self.last.set_value(now);
        self.save_soon();
    }

    /// The server has this one. `true`: it is newer than ours.
    pub fn is_behind(self, theirs: &Draft) -> bool {
        let is_behind = self.last.with_value(|it| theirs.at >= it.at && !is_same(it, theirs));
        if is_behind {
            storage::forget(&self.key());
            self.rest();
        }
        is_behind
    }

    pub fn save_soon(self) {
        self.rest();
        let resting = set_timeout_with_handle(move || self.save(), REST).ok();
        _ = self.resting.try_set_value(resting);
    }

    fn save(self) {
        self.rest();
        let Some(draft) = self.last.try_get_value() else { return };
        let (conversation, key) = (self.conversation, self.key());
        spawn_local(async move {
            let at = draft.at;
            // Another change may have been kept meanwhile.
            if save_draft(conversation, draft).await.is_ok()
                && storage::read::<Draft>(&key).is_some_and(|it| it.at == at)
            {
                storage::forget(&key);
            }
        });
    }

    /// The page goes: nobody waits for an answer any more. What is kept here is kept until the next visit.
    fn leave(self) {
        if !self.is_awake() {
            return;
        }
        self.rest();
        let Some(draft) = self.last.try_get_value() else { return };
        if let Ok(words) = serde_json::to_string(&SaveDraft { conversation: self.conversation, draft }) {
            beacon::send_text("/fn/save_draft", &words);
        }
    }

    fn is_awake(self) -> bool {
        self.resting.try_with_value(Option::is_some) == Some(true)
    }

    fn rest(self) {
        if let Some(resting) = self.resting.try_update_value(Option::take).flatten() {
            resting.clear();
        }
    }

    fn key(self) -> String {
        match self.mode {
            DraftMode::Reply => format!("draft:{}", self.conversation),
            DraftMode::Note => format!("draft:{}:note", self.conversation),
        }
    }
}

pub const fn none(mode: DraftMode) -> Draft {
    Draft { mode, text: String::new(), chips: Vec::new(), files: Vec::new(), reply_to: None, at: Timestamp(0) }
}

fn is_same(a: &Draft, b: &Draft) -> bool {
    a.text == b.text && a.chips == b.chips && a.files == b.files && a.reply_to == b.reply_to
}

fn let_go_of_old_files(draft: &mut Draft, now: Timestamp) {
    if now.since_ms(draft.at) > FILES_KEPT_S * 1000 {
        draft.files.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_files_are_not_sent() {
        let files = vec![crate::parts::composer::reply::tests::picture("a")];
        let mut draft = Draft { files, at: Timestamp(1000), ..none(DraftMode::Note) };
        let_go_of_old_files(&mut draft, Timestamp(1000).plus_s(FILES_KEPT_S));
        assert_eq!(draft.files.len(), 1);
        let_go_of_old_files(&mut draft, Timestamp(2000).plus_s(FILES_KEPT_S));
        assert!(draft.files.is_empty());
    }

    #[test]
    fn a_draft_is_the_same_whenever_it_was_written() {
        let draft = Draft { text: "Hello".to_owned(), ..none(DraftMode::Reply) };
        assert!(is_same(&draft, &Draft { at: Timestamp(7), ..draft.clone() }));
        assert!(!is_same(&draft, &Draft { text: "Hello ".to_owned(), ..draft.clone() }));
    }
}
