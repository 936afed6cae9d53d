//! Send, Add note, and what comes back of them.

use super::draft;
use super::held::Held;
use super::reply;
use super::seen::seen;
use super::sending::unsent::Unsent;
use super::sending::{self, Back, Outgoing, unsent};
use super::taking::{Taken, Taking};
use super::writing::{Panel, When, Writing};
use crate::browser::chance;
use crate::prelude::*;
use crate::state::clock::browser_now;
use model::desk::{Draft, DraftMode, NOTE_MOST, NewNote};
use model::id::Id as _;
use model::ids::MessageId;
use model::inbox::Line;
use model::media::UploadedMedia;
use model::outgoing::{Part, Reply, check, split, text_room};
use model::texts::joined;
use std::sync::Arc;

/// What was taken out of the composer to be sent, to be put back if it does not go.
struct Given {
    mode: DraftMode,
    text: String,
    chips: Vec<String>,
    files: Vec<UploadedMedia>,
    reply_to: Option<Arc<Line>>,
    comment: Option<Arc<Line>>,
    when: When,
}

impl Given {
    const fn text(mode: DraftMode, text: String) -> Self {
        Self { mode, text, chips: Vec::new(), files: Vec::new(), reply_to: None, comment: None, when: When::Now }
    }
}

/// Whether a reply goes although its writer has not seen what came last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    First,
    Anyway,
}

impl Writing {
    /// The button of the form, whatever the form is for.
    pub fn press(self) {
        // It would go without what is being said.
        if self.panel.get_untracked() == Some(Panel::Voice) {
            return;
        }
        match self.mode.get_untracked() {
            DraftMode::Reply => self.send(When::Now, Look::First),
            DraftMode::Note => self.add_note(),
        }
    }

    pub fn send(self, when: When, look: Look) {
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
            chips: self.chips.get_untracked(),
            files: untrack(|| files.iter().filter_map(Taken::kept).collect()),
            reply_to: self.composing.reply_to.get_untracked(),
            comment: self.composing.comment.get_untracked(),
            when,
            ..Given::text(DraftMode::Reply, text)
        };
        let reply = Reply {
            reply_to: given.reply_to.as_ref().map(|it| it.id),
            comment: given.comment.as_ref().map(|it| it.id),
            send_at: match when {
                When::Now => None,
                When::At(at) => Some(at),
            },
            seen: if look == Look::First { seen(self.thread) } else { None },
            ..of_parts(self.parts(&given))
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

    /// What is not written: a heart, a post, cards. What stands in the field stays there.
    pub fn send_alone(self, part: Part) -> Result<(), Vec<String>> {
        let reply = of_parts(vec![part]);
        let problems: Vec<_> = check(self.platform, &reply, &[]).into_iter().map(|it| it.words).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        self.panel.set(None);
        self.deliver(reply, Given::text(DraftMode::Reply, String::new()));
        self.focus();
        Ok(())
    }

    fn add_note(self) {
        self.panel.set(None);
        let text = self.note.get_untracked().trim().to_owned();
        let n_characters = text.chars().count();
        if n_characters > NOTE_MOST {
            self.problems.set(vec![format!("The note is {n_characters} characters, {NOTE_MOST} are the most.")]);
        } else if !text.is_empty() {
            self.problems.set(Vec::new());
            self.set_text(DraftMode::Note, String::new());
            let note = NewNote { client_id: chance::id(), text: text.clone() };
            self.deliver_note(note, text);
        }
        self.focus();
    }

    fn deliver_note(self, note: NewNote, text: String) {
        let now = browser_now();
        let id = MessageId::compose(now.0, chance::bytes());
        let line = self.me.with_value(|me| reply::note_line(&note, me, now, id));
        let back = move |back| self.bring_back(Given::text(DraftMode::Note, text), back);
        sending::send(self.thread, self.conversation, Outgoing::Note(note), vec![line], back);
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
        let lines = self.me.with_value(|me| reply::lines(&reply, &given.files, given.reply_to.as_deref(), me, now, id));
        let back = move |back| self.bring_back(given, back);
        sending::send(self.thread, self.conversation, Outgoing::Reply(reply), lines, back);
    }

    /// What had no answer when the page was left goes on, if that was a moment ago.
    pub fn resume(self) {
        for (id, left) in unsent::of(self.conversation) {
            if sending::is_under_way(&id) {
                continue;
            }
            unsent::forget(&id);
            let is_fresh = left.is_fresh(browser_now());
            let arrived = || {
                let shown = self.thread.shown();
                shown.iter().any(|it| it.line.with_untracked(|it| it.client_id.as_ref() == Some(&id)))
            };
            let given = match (left.back.clone(), left.what()) {
                (Some(Draft { mode, text, chips, files, .. }), _) => Given { chips, files, ..Given::text(mode, text) },
                (None, Some(_)) if arrived() => continue,
                (None, Some(Outgoing::Reply(reply))) if is_fresh => {
                    let text = words(&reply);
                    self.deliver(reply, Given::text(DraftMode::Reply, text));
                    continue;
                }
                (None, Some(Outgoing::Note(note))) if is_fresh => {
                    let text = note.text.clone();
                    self.deliver_note(note, text);
                    continue;
                }
                (None, Some(Outgoing::Reply(reply))) => Given::text(DraftMode::Reply, words(&reply)),
                (None, Some(Outgoing::Note(note))) => Given::text(DraftMode::Note, note.text),
                (None, None) => continue,
            };
            let problem = "This was written earlier and may not have been sent.".to_owned();
            self.bring_back(given, Back::Refused(vec![problem]));
        }
    }

    fn clear(self) {
        self.typing.sent();
        self.set_text(DraftMode::Reply, String::new());
        for file in self.files.get_untracked() {
            file.let_go();
        }
        self.files.set(Vec::new());
        self.chips.set(Vec::new());
        self.problems.set(Vec::new());
        self.held.set(None);
        self.composing.reply_to.set(None);
        self.composing.comment.set(None);
    }

    fn bring_back(self, given: Given, back: Back) {
        let Given { mode, mut text, chips, files, reply_to, comment, when } = given;
        let Some(now) = self.text_of(mode).try_get_untracked() else {
            // The person is elsewhere by now: it waits there where it was written.
            let draft = Draft { text, chips, files, at: browser_now(), ..draft::none(mode) };
            if !draft.is_empty() {
                Unsent::that_came_back(self.conversation, draft).keep(&chance::id());
            }
            return;
        };
        if !now.trim().is_empty() && !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&now);
        self.mode.set(mode);
        self.set_text(mode, text);
        self.chips.update(|it| {
            if it.is_empty() {
                *it = chips;
            }
        });
        let files = self.taken(files);
        self.files.update(|it| *it = files.into_iter().chain(it.drain(..)).collect());
        if reply_to.is_some() {
            self.composing.reply_to.set(reply_to);
        }
        if comment.is_some() {
            self.composing.comment.set(comment);
        }
        match back {
            Back::Refused(problems) => self.problems.set(problems),
            Back::Held(unseen) => self.held.set(Some(Held { unseen, when })),
        }
    }
}

fn of_parts(parts: Vec<Part>) -> Reply {
    Reply { client_id: chance::id(), parts, reply_to: None, comment: None, send_at: None, seen: None }
}

fn words(reply: &Reply) -> String {
    let texts = reply.parts.iter().filter_map(|it| match it {
        Part::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    joined(&texts.collect::<Vec<_>>(), "\n\n")
}
