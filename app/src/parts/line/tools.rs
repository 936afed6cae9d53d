//! What can be done with a message, beside it.

use super::around::Around;
use crate::markup::Markup;
use model::inbox::{Line, ReactedBy};
use model::platform::Platform;
use model::thread::MessageState;

pub const HEART: &str = "❤️";
/// Messenger takes any; these are the ones that it shows itself.
const USUAL: [&str; 6] = ["👍", HEART, "😆", "😮", "😢", "😠"];

const SMALL: &str = "button button--quiet button--small button--icon";

pub fn tools(to: &mut Markup, line: &Line, around: &Around) {
    if around.is_pending || !matches!(line.state, Some(MessageState::Received | MessageState::Sent)) {
        return;
    }
    let ours = line.reactions.iter().find(|it| it.by == ReactedBy::Account).map(|it| it.emoji.as_str());
    if around.platform == Some(Platform::Page) {
        choice(to, ours);
    } else {
        // Instagram takes a heart and nothing else: there it is one press.
        let pressed = if ours.is_some() { "true" } else { "false" };
        tool(to, "react", "React", "react", &[("aria-pressed", pressed), ("data-of", HEART)]);
    }
    tool(to, "reply", "Reply to this message", "reply", &[]);
    if line.text.as_ref().is_some_and(|it| !it.is_empty()) {
        tool(to, "copy", "Copy", "copy", &[]);
    }
}

fn choice(to: &mut Markup, ours: Option<&str>) {
    to.open("span", "reacting");
    tool(to, "react", "React", "choose", &[("aria-expanded", "false")]);
    let menu = [("role", "group"), ("aria-label", "Reactions"), ("hidden", "")];
    to.open_with("span", "reacting__menu menu", &menu);
    for emoji in USUAL {
        let pressed = if ours == Some(emoji) { "true" } else { "false" };
        let act = [("type", "button"), ("data-act", "react"), ("data-of", emoji), ("aria-pressed", pressed)];
        to.open_with("button", SMALL, &act);
        to.text(emoji);
        to.close("button");
    }
    to.close("span");
    to.close("span");
}

/// Its icon comes from the style sheet, and only to a message that somebody is at: of all that a thread is written
/// with, icons that nobody saw took the most time.
fn tool(to: &mut Markup, icon: &str, name: &str, act: &str, more: &[(&'static str, &str)]) {
    let mut attributes = vec![("type", "button"), ("data-act", act), ("aria-label", name), ("title", name)];
    attributes.extend(more);
    to.open_with("button", &format!("{SMALL} tool tool--{icon}"), &attributes);
    to.close("button");
}
