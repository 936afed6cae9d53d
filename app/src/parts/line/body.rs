//! What a message consists of, one below the other.

use super::around::{Around, is_incoming};
use super::cards::{appointment, cart, form, template};
use super::comment::comment;
use super::event::referred;
use super::files::{file, gone, photos};
use super::story::{story_mention, story_shared};
use super::text::{is_only_emoji, words};
use super::voice::voice;
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::state::thread::is_tapped;
use model::content::{AttachmentKind, MessageKind};
use model::inbox::{Line, LineAttachment, Quoted};
use model::thread::{Author, MessageState};

pub fn body(to: &mut Markup, line: &Line, around: &Around) {
    let platform = around.platform();
    if line.state == Some(MessageState::Deleted) {
        let words = if is_incoming(line) {
            format!("{} unsent a message.", around.customer())
        } else {
            "This message was unsent.".to_owned()
        };
        return gone(to, Symbol::Undo, &words);
    }
    if let Some(referral) = &line.detail.referral {
        to.open("p", "msg__context");
        to.icon(Symbol::Megaphone);
        to.leaf("span", "", &referred(Some(referral)).0);
        to.close("p");
    }
    match line.kind {
        MessageKind::Ephemeral => {
            let words = format!("Sent a photo or video to view once. {platform} shows it only in its own app.");
            gone(to, Symbol::Eye, &words);
        }
        MessageKind::Unsupported => {
            let kind = line.detail.unsupported.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
            let words = format!("{platform} doesn’t let us show this kind of message{kind}. Look at it in {platform}.");
            gone(to, Symbol::Question, &words);
        }
        MessageKind::Order => cart(to, line.detail.order.as_ref()),
        MessageKind::Form => {
            form(to, &line.detail.answers);
            text(to, line, around);
        }
        MessageKind::Comment | MessageKind::Mention | MessageKind::VisitorPost => {
            comment(to, line, around);
            attachments(to, line, around);
        }
        _ if is_tapped(line) => {
            let title = || line.detail.postback.as_ref()?.title.as_deref();
            to.open("div", "bubble");
            to.open("span", "bubble__tap");
            to.icon(Symbol::Hand);
            to.leaf("bdi", "", line.text.as_deref().or_else(title).unwrap_or("A button"));
            to.close("span");
            to.close("div");
        }
        _ => {
            attachments(to, line, around);
            text(to, line, around);
        }
    }
    if to.is_empty() {
        gone(to, Symbol::Question, &format!("This message is empty. Look at it in {platform}."));
    }
}

/// The words in a bubble; above them in it, what they answer.
fn text(to: &mut Markup, line: &Line, around: &Around) {
    let text = line.text.as_deref().filter(|it| !it.trim().is_empty());
    if text.is_none() && line.reply_to.is_none() {
        return;
    }
    let is_large = line.reply_to.is_none() && text.is_some_and(is_only_emoji);
    to.open("div", if is_large { "bubble bubble--emoji" } else { "bubble" });
    if let Some(quoted) = &line.reply_to {
        quote(to, quoted, around);
    }
    if let Some(text) = text {
        words(to, text);
    }
    to.close("div");
}

/// What a message answers, and the way there.
fn quote(to: &mut Markup, quoted: &Quoted, around: &Around) {
    let who = match quoted.author {
        Author::Contact => around.customer(),
        Author::Bot | Author::Rule => "Bot",
        _ => "Your team",
    };
    let href = format!("#m-{}", quoted.id);
    to.open_with("a", "bubble__quote", &[("href", &href), ("rel", "external"), ("data-act", "jump")]);
    to.open("span", "");
    to.open("b", "");
    to.leaf("bdi", "", who);
    to.close("b");
    to.leaf("bdi", "", &quoted.words);
    to.close("span");
    to.close("a");
}

fn attachments(to: &mut Markup, line: &Line, around: &Around) {
    photos(to, line);
    for (position, it) in line.attachments.iter().enumerate() {
        attachment(to, line, position, it, around);
    }
}

fn attachment(to: &mut Markup, line: &Line, position: usize, it: &LineAttachment, around: &Around) {
    use AttachmentKind as Kind;
    match (it.attachment_kind(), &it.media) {
        // Among the photos already, or above the reply.
        (Kind::Image, Some(_)) => {}
        (Kind::Story, _) if line.kind == MessageKind::StoryReply => {}
        (Kind::Audio, Some(media)) => voice(to, media),
        (Kind::LikeHeart, _) => {
            to.open_with("div", "bubble bubble--emoji", &[("role", "img"), ("aria-label", "Heart")]);
            to.text("❤️");
            to.close("div");
        }
        (Kind::Story, _) => story_shared(to, line.id, position, it.state),
        (Kind::StoryMention, _) => story_mention(to, line, position, it.state),
        (Kind::Template, _) => template(to, it, line.text.as_deref()),
        (Kind::Appointment, _) => appointment(to, it),
        (Kind::Ephemeral, _) => gone(to, Symbol::Eye, "Sent a photo or video to view once."),
        (Kind::Unsupported, _) => {
            let words = format!("{} doesn’t let us show an attachment of this message.", around.platform());
            gone(to, Symbol::Question, &words);
        }
        (kind, _) => file(to, &kind, it),
    }
}
