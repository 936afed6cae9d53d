//! What stands in the composer of one conversation, and what is done with it.

use super::draft::Draft;
use super::reply;
use super::sending::{self, unsent};
use super::taking::{Taken, Taking};
use super::typing::Typing;
use crate::browser::chance;
use crate::state::clock::browser_now;
use crate::state::composing::Composing;
use crate::state::liking::Liking;
use crate::state::thread::OpenThread;
use leptos::html;
use leptos::prelude::*;
use model::id::Id as _;
use model::ids::{ConversationId, MessageId};
use model::inbox::Line;
use model::media::UploadedMedia;
use model::outgoing::{Part, Reply, check, split, text_room};
use model::person::Me;
use model::platform::Platform;
use model::time::Timestamp;
use web_sys::File;

#[derive(Clone, Copy)]
pub struct Writing {
    pub conversation: ConversationId,
    pub platform: Platform,
    /// As it stands in the field.
    pub text: RwSignal<String>,
    pub field: NodeRef<html::Textarea>,
    pub files: RwSignal<Vec<Taken>>,
    /// What the customer can tap under the message.
    pub chips: RwSignal<Vec<String>>,
    pub problems: RwSignal<Vec<String>>,
    pub panel: RwSignal<Option<Panel>>,
    /// Send was pressed while files were still on their way: it goes when they are there.
    pub waits_for_files: RwSignal<Option<When>>,
    pub composing: Composing,
    pub typing: Typing,
    thread: OpenThread,
    me: StoredValue<Me>,
    liking: Option<Liking>,
    last_key: StoredValue<u32>,
}

/// What is open beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    Emoji,
    Chips,
    Later,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Now,
    At(Timestamp),
}

/// What was taken out of the composer to be sent, to be put back if it is refused.
struct Given {
    text: String,
    chips: Vec<String>,
    files: Vec<UploadedMedia>,
    reply_to: Option<Line>,
    comment: Option<Line>,
}

impl Writing {
    pub fn new(
        conversation: ConversationId,
        platform: Platform,
        thread: OpenThread,
        composing: Composing,
        me: Me,
    ) -> Self {
        Self {
            conversation,
            platform,
            text: RwSignal::new(String::new()),
            field: NodeRef::new(),
            files: RwSignal::new(Vec::new()),
            chips: RwSignal::new(Vec::new()),
            problems: RwSignal::new(Vec::new()),
            panel: RwSignal::new(None),
            waits_for_files: RwSignal::new(None),
            composing,
            typing: Typing::new(conversation),
            thread,
            me: StoredValue::new(me),
            liking: use_context(),
            last_key: StoredValue::new(0),
        }
    }

    pub fn enter_sends(self) -> bool {
        self.liking.is_none_or(|it| it.now.with(|it| it.enter_sends))
    }

    pub fn set_text(self, text: String) {
        if let Some(field) = self.field.try_get_untracked().flatten()
            // Else the caret would jump.
            && field.value() != text
        {
            field.set_value(&text);
        }
        _ = self.text.try_set(text);
    }

    /// The person typed.
    pub fn wrote(self, text: String) {
        if self.thread.account.with_untracked(|it| it.as_ref().is_some_and(|it| it.typing)) {
            self.typing.wrote(text.trim().is_empty());
        }
        self.text.set(text);
        self.problems.set(Vec::new());
    }

    /// Where the caret is, in place of what is chosen.
    pub fn insert(self, what: &str) {
        let Some(field) = self.field.get_untracked() else { return };
        let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or(u32::MAX);
        let start = field.selection_start().ok().flatten().unwrap_or(end);
        let stop = field.selection_end().ok().flatten().unwrap_or(end);
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
        }
    }

    pub fn attach(self, files: Vec<File>) {
        let taken = files.into_iter().map(|it| Taken::begin(self.next_key(), it, self.conversation));
        let taken: Vec<_> = taken.collect();
        if !taken.is_empty() {
            self.problems.set(Vec::new());
            self.files.update(|it| it.extend(taken));
        }
    }

    pub fn remove(self, key: u32) {
        let removed = self.files.with_untracked(|it| it.iter().find(|it| it.key == key).cloned());
        if let Some(file) = removed {
            file.remove();
            self.files.update(|it| it.retain(|it| it.key != key));
        }
    }

    /// What is to be kept until it is sent.
    pub fn draft(self) -> Draft {
        Draft {
            text: self.text.get(),
            chips: self.chips.get(),
            files: self.files.with(|it| it.iter().filter_map(Taken::kept).collect()),
            at: browser_now(),
        }
    }

    /// What was typed before the page was live stays; else what was left here the last time.
    pub fn begin(self) {
        let typed = self.field.get_untracked().map(|it| it.value()).unwrap_or_default();
        let kept = Draft::find(self.conversation, browser_now());
        match (kept, typed.is_empty()) {
            (Some(draft), true) => self.put_back(draft),
            (Some(draft), false) => self.put_back(Draft { text: typed, ..draft }),
            (None, _) => self.text.set(typed),
        }
    }

    fn put_back(self, draft: Draft) {
        self.set_text(draft.text);
        self.chips.set(draft.chips);
        let files = draft.files.into_iter().map(|it| Taken::of_draft(self.next_key(), it)).collect();
        self.files.set(files);
    }

    /// What had no answer when the page was left goes on, if that was a moment ago.
    pub fn resume(self) {
        for left in unsent::of(self.conversation) {
            let client_id = left.reply.client_id.clone();
            let arrived = self
                .thread
                .shown()
                .iter()
                .any(|it| it.line.with_untracked(|it| it.client_id.as_ref() == Some(&client_id)));
            if sending::is_under_way(&client_id) {
                continue;
            }
            unsent::forget(&client_id);
            let text = words(&left.reply);
            let given = Given { text, chips: Vec::new(), files: Vec::new(), reply_to: None, comment: None };
            match (arrived, left.is_fresh(browser_now())) {
                (true, _) => {}
                (false, true) => self.deliver(left.reply, given),
                (false, false) => {
                    self.bring_back(given, vec!["This was written earlier and may not have been sent.".to_owned()]);
                }
            }
        }
    }

    pub fn send(self, when: When) {
        self.panel.set(None);
        let text = self.text.get_untracked().trim().to_owned();
        let files = self.files.get_untracked();
        if text.is_empty() && files.is_empty() {
            self.focus();
            return;
        }
        if files.iter().any(|it| it.state.with_untracked(|it| matches!(it, Taking::Going(_)))) {
            self.waits_for_files.set(Some(when));
            return;
        }
        self.waits_for_files.set(None);
        let given = Given {
            text,
            chips: self.chips.get_untracked(),
            files: untrack(|| files.iter().filter_map(Taken::kept).collect()),
            reply_to: self.composing.reply_to.get_untracked(),
            comment: self.composing.comment.get_untracked(),
        };
        let reply = Reply {
            client_id: chance::id(),
            parts: self.parts(&given),
            reply_to: given.reply_to.as_ref().map(|it| it.id),
            comment: given.comment.as_ref().map(|it| it.id),
            send_at: match when {
                When::Now => None,
                When::At(at) => Some(at),
            },
            seen: None,
        };
        let problems = self.problems_of(&reply, &given, files.len());
        if problems.is_empty() {
            self.clear();
            self.deliver(reply, given);
        } else {
            self.problems.set(problems);
        }
        self.focus();
    }

    /// What the person has to change before it can be sent.
    fn problems_of(self, reply: &Reply, given: &Given, n_files: usize) -> Vec<String> {
        if given.files.len() < n_files {
            return vec!["One of the files could not be taken in. Remove it, or try it again.".to_owned()];
        }
        if given.text.is_empty() && !given.chips.is_empty() {
            return vec!["Quick replies stand under words. Write some.".to_owned()];
        }
        let known: Vec<_> = given.files.iter().map(reply::known).collect();
        check(self.platform, reply, &known).into_iter().map(|it| it.words).collect()
    }

    pub fn send_heart(self) {
        let reply = Reply {
            client_id: chance::id(),
            parts: vec![Part::LikeHeart],
            reply_to: None,
            comment: None,
            send_at: None,
            seen: None,
        };
        let given = Given { text: String::new(), chips: Vec::new(), files: Vec::new(), reply_to: None, comment: None };
        self.deliver(reply, given);
        self.focus();
    }

    fn parts(self, given: &Given) -> Vec<Part> {
        let texts = match given.text.as_str() {
            "" => Vec::new(),
            text if text_room(self.platform, text).fits() => vec![text.to_owned()],
            text => split(self.platform, text),
        };
        let one_each = self.thread.account.with_untracked(|it| it.as_ref().is_some_and(|it| it.one_picture_each));
        reply::parts(texts, &given.chips, &given.files, self.platform, one_each)
    }

    fn deliver(self, reply: Reply, given: Given) {
        let now = browser_now();
        let id = || MessageId::compose(now.0, chance::bytes());
        if let Some(liking) = self.liking {
            self.me.update_value(|it| it.preferences = liking.now.get_untracked());
        }
        let lines = self.me.with_value(|me| reply::lines(&reply, &given.files, given.reply_to.as_ref(), me, now, id));
        sending::send(self.thread, self.conversation, reply, lines, move |problems| self.bring_back(given, problems));
    }

    fn clear(self) {
        self.typing.sent();
        self.set_text(String::new());
        for file in self.files.get_untracked() {
            file.let_go();
        }
        self.files.set(Vec::new());
        self.chips.set(Vec::new());
        self.problems.set(Vec::new());
        self.composing.reply_to.set(None);
        self.composing.comment.set(None);
    }

    fn bring_back(self, given: Given, problems: Vec<String>) {
        let Given { mut text, chips, files, reply_to, comment } = given;
        let Some(now) = self.text.try_get_untracked() else {
            // The person is elsewhere by now: it waits there where it was written.
            Draft { text, chips, files, at: browser_now() }.keep(self.conversation);
            return;
        };
        if !now.trim().is_empty() && !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&now);
        self.set_text(text);
        self.chips.update(|it| {
            if it.is_empty() {
                *it = chips;
            }
        });
        let back: Vec<_> = files.into_iter().map(|it| Taken::of_draft(self.next_key(), it)).collect();
        self.files.update(|it| *it = back.into_iter().chain(it.drain(..)).collect());
        if reply_to.is_some() {
            self.composing.reply_to.set(reply_to);
        }
        if comment.is_some() {
            self.composing.comment.set(comment);
        }
        self.problems.set(problems);
    }

    fn next_key(self) -> u32 {
        self.last_key.update_value(|it| *it += 1);
        self.last_key.get_value()
    }
}

fn words(reply: &Reply) -> String {
    let texts = reply.parts.iter().filter_map(|it| match it {
        Part::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
