//! Taking a conversation from a bot or another app, and handing it to the bot: plain forms, which work without the
//! program too. What came of it, the thread says.

use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::path::Path;
use model::ids::ConversationId;

/// What can be done, if anything.
pub const fn words(is_ours: bool, has_bot: bool) -> Option<&'static str> {
    match (is_ours, has_bot) {
        (false, _) => Some("Take over"),
        (true, true) => Some("Hand to bot"),
        (true, false) => None,
    }
}

pub fn write(to: &mut Markup, conversation: ConversationId, is_ours: bool, has_bot: bool) {
    let Some(words) = words(is_ours, has_bot) else { return };
    let form = |to: &mut Markup, how, class: &str| {
        let action = Path::Hand { conversation, how }.to_string();
        to.open_with("form", class, &[("method", "post"), ("action", &action)]);
    };
    let mut button = vec![("data-reach", "hand"), ("title", "Take over or hand to the bot (b)")];
    if !is_ours {
        form(to, "take-over", "");
        to.open_with("button", "button button--primary", &button);
        to.icon(Symbol::Hand);
        to.text(words);
        to.close("button");
        return to.close("form");
    }
    button.extend([("type", "button"), ("popovertarget", "hand"), ("aria-label", words)]);
    to.open_with("button", "button button--quiet", &button);
    to.icon(Symbol::Bot);
    to.leaf("span", "for-desk", words);
    to.close("button");
    to.open_with(
        "div",
        "menu menu--hand",
        &[("id", "hand"), ("popover", "auto"), ("role", "dialog"), ("aria-label", words)],
    );
    form(to, "hand-to-bot", "menu__part menu__form");
    to.open("label", "field");
    to.leaf("span", "field__label", "A note for the bot");
    to.open_with(
        "textarea",
        "input input--lines",
        &[("name", "note"), ("rows", "3"), ("maxlength", "1000"), ("dir", "auto")],
    );
    to.close("textarea");
    to.close("label");
    to.leaf("button", "button button--primary", "Hand over");
    to.close("form");
    to.close("div");
}
