//! What stands in the composer of one conversation. Reply and note are written apart, in one field.

use super::cards::Cards;
use super::draft::Keeping;
use super::held::Held;
use super::saved::Saved;
use super::taking::Taken;
use super::typing::Typing;
use super::variables::Between;
use crate::prelude::*;
use crate::state::composing::Composing;
use crate::state::liking::Liking;
use crate::state::thread::OpenThread;
use leptos::html;
use model::desk::DraftMode;
use model::ids::ConversationId;
use model::inbox::ListedConversation;
use model::person::Me;
use model::platform::Platform;
use model::time::Timestamp;
use web_sys::File;

#[derive(Clone, Copy)]
pub struct Writing {
    pub conversation: ConversationId,
    pub platform: Platform,
    /// What the field is for now.
    pub mode: RwSignal<DraftMode>,
    /// The reply, as it stands in the field.
    pub text: RwSignal<String>,
    /// The note.
    pub note: RwSignal<String>,
    pub field: NodeRef<html::Textarea>,
    pub files: RwSignal<Vec<Taken>>,
    /// What the customer can tap under the message.
    pub chips: RwSignal<Vec<String>>,
    pub problems: RwSignal<Vec<String>>,
    pub panel: RwSignal<Option<Panel>>,
    pub saved: Saved,
    pub cards: RwSignal<Cards>,
    /// Somebody wrote before the reply could go.
    pub held: RwSignal<Option<Held>>,
    /// Send was pressed while files were still on their way: it goes when they are there.
    pub waits_for_files: RwSignal<Option<When>>,
    pub composing: Composing,
    pub typing: Typing,
    pub(super) thread: OpenThread,
    pub(super) me: StoredValue<Me>,
    pub(super) keeping: [Keeping; 2],
    wants_focus: StoredValue<bool>,
    pub(super) liking: Option<Liking>,
    last_key: StoredValue<u32>,
}

/// What is open beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    Emoji,
    Saved,
    Chips,
    Cards,
    Posts,
    Voice,
    Later,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Now,
    At(Timestamp),
}

impl Writing {
    pub fn new(conversation: &ListedConversation, thread: OpenThread, composing: Composing, me: Me) -> Self {
        let id = conversation.id;
        let panel = RwSignal::new(None);
        Self {
            conversation: id,
            platform: conversation.platform,
            mode: RwSignal::new(DraftMode::Reply),
            text: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
            field: NodeRef::new(),
            files: RwSignal::new(Vec::new()),
            chips: RwSignal::new(Vec::new()),
            problems: RwSignal::new(Vec::new()),
            panel,
            saved: Saved::new(panel),
            cards: RwSignal::new(Cards::default()),
            held: RwSignal::new(None),
            waits_for_files: RwSignal::new(None),
            composing,
            typing: Typing::new(id),
            thread,
            me: StoredValue::new(me),
            liking: use_context(),
            keeping: [DraftMode::Reply, DraftMode::Note].map(|it| Keeping::new(id, it)),
            wants_focus: StoredValue::new(false),
            last_key: StoredValue::new(0),
        }
    }

    pub fn enter_sends(self) -> bool {
        self.liking.is_none_or(|it| it.now.with(|it| it.enter_sends))
    }

    /// As they are called now: a name may come after the words.
    pub fn between(self) -> Between {
        let customer = self.thread.conversation.with(|it| {
            let contact = it.as_ref().filter(|it| it.id == self.conversation).map(|it| &it.contact);
            contact.and_then(|it| it.name.clone().or_else(|| it.username.clone()))
        });
        Between { customer, agent: self.me.with_value(|it| it.name.clone()) }
    }

    pub fn is_note(self) -> bool {
        self.mode.get() == DraftMode::Note
    }

    /// A message, or a comment.
    pub fn answers(self) -> bool {
        self.composing.reply_to.with(Option::is_some) || self.composing.comment.with(Option::is_some)
    }

    pub const fn text_of(self, mode: DraftMode) -> RwSignal<String> {
        match mode {
            DraftMode::Reply => self.text,
            DraftMode::Note => self.note,
        }
    }

    /// What stands in the field.
    pub fn shown(self) -> RwSignal<String> {
        self.text_of(self.mode.get())
    }

    pub fn turn_to(self, mode: DraftMode) {
        if self.mode.get_untracked() != mode {
            self.panel.set(None);
            self.saved.slash.set(None);
            self.problems.set(Vec::new());
            self.mode.set(mode);
        }
        self.focus();
    }

    pub fn set_text(self, mode: DraftMode, text: String) {
        _ = self.text_of(mode).try_set(text);
        self.fill_field();
    }

    /// Puts into the field what it is to show.
    pub fn fill_field(self) {
        let Some(field) = self.field.try_get_untracked().flatten() else { return };
        let Some(mode) = self.mode.try_get_untracked() else { return };
        self.text_of(mode).with_untracked(|text| {
            // Else the caret would jump.
            if field.value() != *text {
                field.set_value(text);
            }
        });
        if self.wants_focus.try_update_value(std::mem::take) == Some(true) {
            _ = field.focus();
        }
    }

    /// The person typed.
    pub fn wrote(self, text: String) {
        let mode = self.mode.get_untracked();
        if mode == DraftMode::Reply && self.thread.account.with_untracked(|it| it.as_ref().is_some_and(|it| it.typing))
        {
            self.typing.wrote(text.trim().is_empty());
        }
        let caret = self.field.get_untracked().and_then(|it| it.selection_start().ok().flatten());
        self.saved.look_for_slash(&text, caret, mode == DraftMode::Note);
        self.text_of(mode).set(text);
        self.problems.set(Vec::new());
    }

    /// Where the caret is, in place of what is chosen.
    pub fn insert(self, what: &str) {
        let Some(field) = self.field.get_untracked() else { return };
        let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or(u32::MAX);
        let start = field.selection_start().ok().flatten().unwrap_or(end);
        let stop = field.selection_end().ok().flatten().unwrap_or(end);
        self.insert_over(start, stop, what);
    }

    /// In place of what stands between the two, in the field's own measure.
    pub fn insert_over(self, start: u32, stop: u32, what: &str) {
        let Some(field) = self.field.get_untracked() else { return };
        if field.set_range_text_with_start_and_end(what, start, stop).is_err() {
            return;
        }
        let after = start + u32::try_from(what.encode_utf16().count()).unwrap_or_default();
        _ = field.set_selection_range(after, after);
        self.wrote(field.value());
    }

    pub fn focus(self) {
        if let Some(field) = self.field.try_get_untracked().flatten() {
            _ = field.focus();
        } else {
            // It is about to be there.
            _ = self.wants_focus.try_set_value(true);
        }
    }

    pub fn attach(self, files: Vec<File>) {
        let taken = files.into_iter().map(|it| Taken::begin(self.next_key(), it, self.conversation));
        let taken: Vec<_> = taken.collect();
        if !taken.is_empty() {
            self.problems.set(Vec::new());
            self.files.update(|it| it.extend(taken));
            self.mode.set(DraftMode::Reply);
        }
    }

    pub fn remove(self, key: u32) {
        let removed = self.files.with_untracked(|it| it.iter().find(|it| it.key == key).cloned());
        if let Some(file) = removed {
            file.remove();
            self.files.update(|it| it.retain(|it| it.key != key));
        }
    }

    pub(super) fn taken(self, files: Vec<model::media::UploadedMedia>) -> Vec<Taken> {
        files.into_iter().map(|it| Taken::of_draft(self.next_key(), it)).collect()
    }

    fn next_key(self) -> u32 {
        self.last_key.update_value(|it| *it += 1);
        self.last_key.get_value()
    }
}
