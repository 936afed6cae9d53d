//! Taking a conversation from a bot or another app, and handing it to the bot: a plain form, which works without the
//! program too. What came of it, the thread says.

use crate::markup::Markup;
use crate::path::Path;
use model::ids::ConversationId;

pub fn write(to: &mut Markup, conversation: ConversationId, is_ours: bool) {
    let (how, words) = if is_ours { ("hand-to-bot", "Hand to bot") } else { ("take-over", "Take over") };
    let action = Path::Hand { conversation, how }.to_string();
    to.open_with("form", "", &[("method", "post"), ("action", &action)]);
    to.leaf("button", "button", words);
    to.close("form");
}
