//! The draft of each mode, in and out of the composer.

use super::draft::{Keeping, none};
use super::taking::Taken;
use super::writing::Writing;
use crate::state::clock::browser_now;
use model::desk::{Draft, DraftMode};

impl Writing {
    /// What is to be kept until it is sent.
    pub fn draft(self, mode: DraftMode) -> Draft {
        let text = self.text_of(mode).get();
        let at = browser_now();
        if mode == DraftMode::Note {
            return Draft { text, at, ..none(mode) };
        }
        Draft {
            mode,
            text,
            chips: self.chips.get(),
            files: self.files.with(|it| it.iter().filter_map(Taken::kept).collect()),
            reply_to: self.composing.reply_to.with(|it| it.as_ref().map(|it| it.id)),
            at,
        }
    }

    /// What was typed before the page was live stays; else what was left here the last time.
    pub fn begin(self) {
        let typed = self.field.get_untracked().map(|it| it.value()).unwrap_or_default();
        for keeping in self.keeping {
            if let Some(draft) = keeping.find(browser_now()) {
                self.put_back(draft);
                keeping.save_soon();
            }
        }
        if !typed.is_empty() {
            self.text.set(typed);
            self.keep_draft(DraftMode::Reply);
        }
    }

    /// What the server knows of, from here or from another browser.
    pub fn take_drafts(self, drafts: Vec<Draft>) {
        for draft in drafts {
            if self.keeping_of(draft.mode).is_behind(&draft) {
                self.put_back(draft);
            }
        }
    }

    pub fn keep_draft(self, mode: DraftMode) {
        let draft = self.draft(mode);
        // While another conversation is being opened, what is answered is already forgotten.
        let is_here =
            self.thread.conversation.with_untracked(|it| it.as_ref().is_some_and(|it| it.id == self.conversation));
        if is_here {
            self.keeping_of(mode).stands(draft);
        }
    }

    fn keeping_of(self, mode: DraftMode) -> Keeping {
        let [reply, note] = self.keeping;
        match mode {
            DraftMode::Reply => reply,
            DraftMode::Note => note,
        }
    }

    fn put_back(self, draft: Draft) {
        self.keeping_of(draft.mode).takes(draft.clone());
        self.set_text(draft.mode, draft.text);
        if draft.mode == DraftMode::Reply {
            self.chips.set(draft.chips);
            self.files.set(self.taken(draft.files));
            if let Some(answered) = draft.reply_to.and_then(|it| self.thread.find(it)) {
                self.composing.reply_to.set(Some(answered.line.get_untracked()));
            }
        }
    }
}
