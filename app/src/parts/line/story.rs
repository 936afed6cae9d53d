//! Stories lie at Meta for a day and are passed on from there; nobody keeps them.

use super::around::is_incoming;
use super::files::{card_kind, gone};
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::path::Path;
use model::content::AttachmentKind;
use model::ids::MessageId;
use model::inbox::Line;
use model::thread::AttachmentState;

/// What a reply to a story answers.
pub fn story_above(to: &mut Markup, line: &Line) {
    let is_there = |it: &model::inbox::LineAttachment| {
        it.attachment_kind() == AttachmentKind::Story && it.state == AttachmentState::Link
    };
    to.open("div", "story");
    if let Some(position) = line.attachments.iter().position(is_there) {
        art(to, line.id, position);
    }
    let words = if is_incoming(line) { "Replied to your story" } else { "Replied to their story" };
    to.leaf("p", "story__about", words);
    to.close("div");
}

/// A story that was passed on.
pub fn story_shared(to: &mut Markup, message: MessageId, position: usize, state: AttachmentState) {
    if state == AttachmentState::Link {
        card(to, message, position, "Shared a story");
    } else {
        gone(to, Symbol::Story, "Shared a story that has since expired.");
    }
}

pub fn story_mention(to: &mut Markup, line: &Line, position: usize, state: AttachmentState) {
    let who = if is_incoming(line) { "Mentioned you" } else { "Mentioned them" };
    if state == AttachmentState::Link {
        card(to, line.id, position, &format!("{who} in a story"));
    } else {
        gone(to, Symbol::Story, &format!("{who} in a story that has since expired."));
    }
}

fn card(to: &mut Markup, message: MessageId, position: usize, words: &str) {
    to.open("div", "bubble bubble--card card card--story");
    art(to, message, position);
    to.open("div", "card__body");
    card_kind(to, Symbol::Story, words);
    to.close("div");
    to.close("div");
}

/// A picture or a video: nobody knows before it comes. What is no picture is tried as a video.
fn art(to: &mut Markup, message: MessageId, position: usize) {
    let src = Path::StoryMedia { message, position }.to_string();
    let attributes = [("src", src.as_str()), ("alt", "The story"), ("loading", "lazy"), ("data-story", "")];
    to.open_with("img", "story__art", &attributes);
}
