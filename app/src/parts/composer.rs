//! Where a reply is written: the form under a thread, or why nothing can be written.

mod answering;
mod attachments;
mod cards;
mod cards_panel;
mod chips;
mod draft;
mod drafting;
mod drop_zone;
mod emoji;
mod emoji_picker;
mod form;
mod held;
mod keys;
mod later;
mod length;
mod modes;
mod posts_panel;
mod pressing;
mod recording;
mod reply;
mod saved;
mod saved_list;
mod saved_panel;
mod seen;
mod sending;
mod shut_composer;
pub mod size;
mod slash;
mod standing;
mod taking;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
mod tools;
mod typing;
mod variables;
mod wav;
mod window_line;
mod window_words;
mod writing;

use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::commands::{Command, Commands};
use crate::state::composing::Composing;
use crate::state::thread::OpenThread;
use form::ReplyForm;
use model::desk::DraftMode;
use model::inbox::{MarksSeen, OpenAccount};
use model::person::Me;
use shut_composer::ShutComposer;
use standing::{Standing, standing};
use window_words::FALLBACK;
use writing::Writing;

pub use form::PostedReply;

/// Of the conversation that is open. Each has a composer of its own, so nothing of one gets into another.
#[component]
pub fn Composer() -> Piece {
    let thread = expect_context::<OpenThread>();
    let id = Memo::new(move |_| thread.conversation.with(|it| it.as_ref().map(|it| it.id)));
    piece(shown(move || id.get().map(|_| piece! { <div class="dock"><ComposerOfOne/></div> })))
}

#[component]
fn ComposerOfOne() -> Piece {
    let (thread, composing) = (expect_context::<OpenThread>(), expect_context::<Composing>());
    let (clock, me) = (expect_context::<Clock>(), expect_context::<Me>());
    let Some(conversation) = thread.conversation.get_untracked() else { return piece(()) };
    let writing = Writing::new(&conversation, thread, composing, me);
    keep_drafts(writing, thread);
    go_on_with_what_was_left(writing, thread);
    take_what_is_restored(writing);
    heed_commands(writing);
    let now_standing = Memo::new(move |_| {
        let comment =
            composing.comment.with(|it| it.as_ref().map(|it| it.comment.as_ref().and_then(|it| it.reply_until)));
        // Until more is known of the account, nothing is wrong with it.
        let account = thread.account.get().unwrap_or(PRESUMED);
        Some(standing(&thread.conversation.get()?, &account, comment, clock.now.get()))
    });
    // The team can be written to at any time.
    let why = Memo::new(move |_| match now_standing.get() {
        Some(Standing::Shut(why)) if !writing.is_note() => Some(why),
        Some(_) | None => None,
    });
    let open = Signal::derive(move || match now_standing.get() {
        Some(Standing::Open(open)) => open,
        Some(Standing::Shut(_)) | None => FALLBACK,
    });
    piece(shown(move || match why.get() {
        Some(why) => piece! { <ShutComposer why conversation=conversation.clone() writing/> },
        None => piece! { <ReplyForm writing open/> },
    }))
}

const PRESUMED: OpenAccount = OpenAccount {
    can_send: true,
    tag_refused: false,
    one_picture_each: false,
    typing: false,
    marks_seen: MarksSeen::Never,
    is_blocked: false,
    has_bot: false,
};

/// From the moment on at which what was kept before is back in the field.
fn keep_drafts(writing: Writing, thread: OpenThread) {
    Effect::new(move |is_begun: Option<()>| {
        writing.field.track();
        writing.mode.track();
        untrack(|| match is_begun {
            None => writing.begin(),
            // Another field, or the same for something else.
            Some(()) => writing.fill_field(),
        });
    });
    Effect::new(move |is_known: Option<bool>| {
        let is_open = thread.account.with(Option::is_some);
        if is_open && is_known != Some(true) {
            untrack(|| writing.take_drafts(thread.drafts.get()));
        }
        is_open || is_known == Some(true)
    });
    for mode in [DraftMode::Reply, DraftMode::Note] {
        Effect::new(move || writing.keep_draft(mode));
    }
}

/// What a key or the palette asks for, as if it had been pressed here.
fn heed_commands(writing: Writing) {
    if let Some(commands) = use_context::<Commands>() {
        commands.heed(move |command| match command {
            Command::Reply => writing.turn_to(DraftMode::Reply),
            Command::Note => writing.turn_to(DraftMode::Note),
            _ => {}
        });
    }
}

/// Once it is known what arrived.
fn go_on_with_what_was_left(writing: Writing, thread: OpenThread) {
    Effect::new(move |is_done: Option<bool>| {
        let is_open = thread.account.with(Option::is_some);
        if is_open && is_done != Some(true) {
            untrack(|| writing.resume());
        }
        is_open || is_done == Some(true)
    });
}

/// Words that a bubble gives back: of a reply that was taken back, or is to be changed.
fn take_what_is_restored(writing: Writing) {
    Effect::new(move || {
        let Some(mut words) = writing.composing.restore.get() else { return };
        writing.composing.restore.set(None);
        let now = writing.text.get_untracked();
        if !now.trim().is_empty() {
            words.push_str("\n\n");
            words.push_str(&now);
        }
        writing.mode.set(DraftMode::Reply);
        writing.set_text(DraftMode::Reply, words);
        writing.focus();
    });
}
