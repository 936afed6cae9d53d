//! Taking a conversation from a bot or another app, and handing it to the bot: plain forms, which work without the
//! program too. What came of it, the thread says.

use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::path::Path;
use model::ids::ConversationId;

pub fn write(to: &mut Markup, conversation: ConversationId, is_ours: bool) {
    let (how, words, symbol) =
        if is_ours { ("hand-to-bot", "Hand to bot", Symbol::Bot) } else { ("take-over", "Take over", Symbol::Hand) };
    let action = Path::Hand { conversation, how }.to_string();
    to.open_with("form", "", &[("method", "post"), ("action", &action)]);
    to.open_with("button", "button button--quiet", &[("data-reach", "hand")]);
    to.icon(symbol);
    to.text(words);
    to.close("button");
    to.close("form");
}
