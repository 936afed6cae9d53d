//! What stands under a message: what could be tapped, reactions, when it was and how far it got, and
//! what can be done if it did not get there.

use super::around::Around;
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::state::thread::is_tapped;
use model::content::MessageKind;
use model::failure::Remedy;
use model::inbox::{Fate, Line, ReactedBy, ReactionState};
use model::outgoing::QuickReply;
use model::thread::MessageState;

/// What leaves within this time leaves any moment; later it is said when.
const SOON_MS: i64 = 60_000;

pub fn foot(to: &mut Markup, line: &Line, around: &Around) {
    offered(to, line);
    reactions(to, line, around);
    let fate = around.fate(line);
    let is_unsettled = matches!(fate, Some(Fate::Queued | Fate::Failed | Fate::NotConfirmed));
    if around.place.has_meta || is_unsettled {
        meta(to, line, fate, around);
    }
    match fate {
        Some(Fate::Failed) => failed(to, line),
        Some(Fate::NotConfirmed) => not_confirmed(to, line, around),
        _ => {}
    }
}

/// What the customer could tap under it.
fn offered(to: &mut Markup, line: &Line) {
    if line.detail.quick_replies.is_empty() {
        return;
    }
    to.open_with("div", "tapped", &[("role", "group"), ("aria-label", "Quick replies offered")]);
    for it in &line.detail.quick_replies {
        let words = match it {
            QuickReply::Text { title, .. } => title.as_str(),
            QuickReply::UserPhoneNumber => "Their phone number",
            QuickReply::UserEmail => "Their email",
        };
        to.leaf("bdi", "chip", words);
    }
    to.close("div");
}

fn reactions(to: &mut Markup, line: &Line, around: &Around) {
    if line.reactions.is_empty() || line.state == Some(MessageState::Deleted) {
        return;
    }
    to.open("div", "reactions");
    for it in &line.reactions {
        let who = match it.by {
            ReactedBy::Contact => around.customer(),
            ReactedBy::Account => "You",
        };
        let (class, how) = match it.state {
            ReactionState::Failed => ("reaction reaction--failed", ", not sent"),
            ReactionState::Queued | ReactionState::Done => ("reaction", ""),
        };
        let label = format!("{who} reacted {}{how}", it.emoji);
        to.open_with("span", class, &[("role", "img"), ("aria-label", &label), ("title", &label)]);
        to.text(&it.emoji);
        to.close("span");
    }
    to.close("div");
}

/// Time and state; once a run, under its last.
fn meta(to: &mut Markup, line: &Line, fate: Option<Fate>, around: &Around) {
    to.open("div", "msg__meta");
    if fate != Some(Fate::Queued) {
        around.time(to, line.at);
    }
    if is_tapped(line) {
        let what = if line.kind == MessageKind::Postback { "tapped a button" } else { "tapped a quick reply" };
        to.leaf("span", "", what);
    }
    edits(to, line, around);
    if line.tagged {
        to.leaf("span", "msg__tag", "Human-agent tag");
    }
    match fate {
        None => {}
        Some(Fate::Queued) => queued(to, line, around),
        Some(Fate::Sending) => state(to, Symbol::Clock, "Sending", "msg__state"),
        Some(Fate::Sent) => state(to, Symbol::Check, "Sent", "msg__state"),
        Some(Fate::Delivered) => state(to, Symbol::Checks, "Delivered", "msg__state"),
        Some(Fate::Seen) => {
            // Only of the last that they have seen it is known when.
            let when = if around.place.is_last_seen {
                format!(" {}", around.clock.moment(around.seen_until))
            } else {
                String::new()
            };
            state(to, Symbol::Checks, &format!("Seen{when}"), "msg__state msg__state--seen");
        }
        Some(Fate::NotConfirmed) => state(to, Symbol::Question, "Not confirmed", "msg__state"),
        Some(Fate::Failed) => state(to, Symbol::Alert, "Not sent", "msg__state msg__state--failed"),
    }
    to.close("div");
}

fn state(to: &mut Markup, symbol: Symbol, words: &str, class: &str) {
    to.open("span", class);
    to.icon(symbol);
    to.text(words);
    to.close("span");
}

/// It waits: until the moment in which it leaves it can be taken back.
fn queued(to: &mut Markup, line: &Line, around: &Around) {
    let Some(due) = line.due_at.filter(|_| !around.is_pending) else {
        // The composer says why while the server cannot be reached.
        let why = line.failure.as_ref().map_or("Sending", |it| it.message.as_str());
        return state(to, Symbol::Clock, why, "msg__state");
    };
    act(to, "link-button link-button--inline needs-program", "take-back", "Take back");
    if due.since_ms(around.clock.now.get()) > SOON_MS {
        to.open("span", "");
        to.text("Leaves ");
        around.moment(to, due);
        to.close("span");
    }
}

/// What it said before it was changed.
fn edits(to: &mut Markup, line: &Line, around: &Around) {
    let words = match line.edits.len() {
        0 => return,
        1 => "Edited".to_owned(),
        2 => "Edited twice".to_owned(),
        n => format!("Edited {n} times"),
    };
    to.open("details", "former");
    to.leaf("summary", "link-button link-button--inline", &words);
    to.open_with("ol", "former__list", &[("aria-label", "What it said before")]);
    for it in &line.edits {
        to.open("li", "");
        around.moment(to, it.at);
        to.text(" ");
        to.leaf("bdi", "former__text", it.text.as_deref().unwrap_or_default());
        to.close("li");
    }
    to.close("ol");
    to.close("details");
}

const ACT: &str = "button button--small needs-program";
const QUIET_ACT: &str = "button button--small button--quiet needs-program";

/// The reason, and what mends it first.
fn failed(to: &mut Markup, line: &Line) {
    let failure = line.failure.clone().unwrap_or_default();
    let edit_first = failure.remedy == Some(Remedy::Edit);
    let has_words = line.text.as_ref().is_some_and(|it| !it.is_empty());
    to.open("div", "fate");
    let reason = if failure.message.is_empty() { "It did not go out." } else { failure.message.as_str() };
    to.leaf("span", "fate__reason", reason);
    if failure.retryable && !edit_first {
        act(to, ACT, "retry", "Retry");
    }
    if has_words {
        act(to, if edit_first { ACT } else { QUIET_ACT }, "edit", "Edit");
    }
    if failure.retryable && edit_first {
        act(to, QUIET_ACT, "retry", "Retry");
    }
    act(to, QUIET_ACT, "delete", "Delete");
    to.close("div");
}

fn not_confirmed(to: &mut Markup, line: &Line, around: &Around) {
    let said = line.failure.as_ref().map(|it| it.message.clone()).filter(|it| !it.is_empty());
    let reason = said.unwrap_or_else(|| format!("{} stopped answering. It may have arrived.", around.platform()));
    to.open("div", "fate");
    to.leaf("span", "fate__reason fate__reason--unsure", &reason);
    act(to, ACT, "check", "Check again");
    act(to, QUIET_ACT, "retry", "Send again");
    act(to, QUIET_ACT, "delete", "Delete");
    to.close("div");
}

fn act(to: &mut Markup, class: &str, act: &str, words: &str) {
    to.open_with("button", class, &[("type", "button"), ("data-act", act)]);
    to.text(words);
    to.close("button");
}
