use super::around::Around;
use super::files::{card_kind, open_there};
use super::text::words;
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use model::content::{MessageKind, Post};
use model::inbox::{Line, LineComment};

/// A comment, mention or visitor's post, with what it stands under and how it can be answered.
pub fn comment(to: &mut Markup, line: &Line, around: &Around) {
    to.open("div", "bubble bubble--card card card--wide");
    to.open("div", "card__body");
    match line.kind {
        MessageKind::Mention => card_kind(to, Symbol::At, "Mentioned you publicly"),
        MessageKind::VisitorPost => card_kind(to, Symbol::Post, "Posted on your Page"),
        _ => card_kind(to, Symbol::Comment, &format!("Comment under your {}", under(line.detail.post.as_ref()))),
    }
    if let Some(text) = line.text.as_deref().filter(|it| !it.is_empty()) {
        to.open("div", "card__said");
        words(to, text);
        to.close("div");
    }
    if let Some(url) = line.comment.as_ref().and_then(|it| it.permalink.as_deref()) {
        open_there(to, url, "Open it there");
    }
    to.close("div");
    if let Some(comment) = &line.comment {
        answer(to, comment, around);
    }
    to.close("div");
}

fn under(post: Option<&Post>) -> String {
    let post = post.cloned().unwrap_or_default();
    match (post.product.as_deref(), post.ad_title) {
        (_, Some(title)) => format!("ad “{title}”"),
        (Some("AD"), None) => "ad".to_owned(),
        (Some("REELS"), None) => "reel".to_owned(),
        (Some("LIVE"), None) => "live video".to_owned(),
        (Some("STORY"), None) => "story".to_owned(),
        _ => "post".to_owned(),
    }
}

/// Once, in private, until a moment.
fn answer(to: &mut Markup, comment: &LineComment, around: &Around) {
    let until = comment.reply_until.filter(|it| *it > around.clock.now.get());
    to.open("div", "file card__answer");
    to.open("span", "small");
    let can_be = match (comment.removed_at, comment.replied_at, until) {
        (Some(_), ..) => {
            to.text("It was removed.");
            false
        }
        (None, Some(at), _) => {
            to.text("Answered in private, ");
            around.moment(to, at);
            false
        }
        (None, None, Some(at)) => {
            to.text("One private answer, until ");
            around.moment(to, at);
            true
        }
        (None, None, None) => {
            to.text("It can no longer be answered in private.");
            false
        }
    };
    to.close("span");
    if can_be {
        to.leaf("span", "push", "");
        to.open_with("button", "button button--small needs-program", &[("type", "button"), ("data-act", "private")]);
        to.text("Reply privately");
        to.close("button");
    }
    to.close("div");
}
