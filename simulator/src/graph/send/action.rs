//! What the business does without words: typing, looking, reacting.

use super::content::stands;
use super::recipient::To;
use crate::graph::call::Call;
use crate::graph::error::Wrong;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::{Reaction, TYPING_MS};
use serde_json::Value;

#[derive(Debug)]
pub enum Action {
    TypingOn,
    TypingOff,
    Seen,
    React { mid: String, reaction: Reaction },
    Unreact { mid: String },
}

const OF_MESSAGES: [&str; 6] =
    ["messaging_type", "tag", "reply_to", "thread_control", "persona_id", "notification_type"];

pub fn read(world: &World, call: &Call, to: &To, action: &Value) -> Result<Action, Wrong> {
    let is_reaction = matches!(action.as_str(), Some("react" | "unreact"));
    let mut of_others = OF_MESSAGES.iter().chain((!is_reaction).then_some(&"payload"));
    if let Some(key) = of_others.find(|it| call.params.contains_key(**it)) {
        return Err(Wrong::parameter(format!("param {key} cannot be used with sender_action.")));
    }
    if to.comment_id.is_some() {
        return Err(Wrong::parameter("param recipient must have an id with sender_action."));
    }
    match action.as_str() {
        Some("typing_on") => Ok(Action::TypingOn),
        Some("typing_off") => Ok(Action::TypingOff),
        Some("mark_seen") => Ok(Action::Seen),
        Some("react") => Ok(Action::React { mid: mid(world, call, to)?, reaction: reaction(call, to.platform)? }),
        Some("unreact") => Ok(Action::Unreact { mid: mid(world, call, to)? }),
        _ => Err(Wrong::parameter(
            "param sender_action must be one of {typing_on, typing_off, mark_seen, react, unreact}.",
        )),
    }
}

fn mid(world: &World, call: &Call, to: &To) -> Result<String, Wrong> {
    let mid = call.params.get("payload").and_then(|it| it.get("message_id")).and_then(Value::as_str);
    let mid = mid.filter(|it| stands(world, to, it)).map(str::to_owned);
    mid.ok_or_else(|| Wrong::parameter("param payload[message_id] must be a message of this conversation."))
}

fn reaction(call: &Call, platform: Platform) -> Result<Reaction, Wrong> {
    let given =
        call.params.get("payload").and_then(|it| it.get("reaction")).and_then(Value::as_str).unwrap_or_default();
    match platform {
        Platform::Instagram if given == "love" => {
            Ok(Reaction { by_customer: false, word: "love".to_owned(), emoji: "❤".to_owned() })
        }
        Platform::Instagram => Err(Wrong::parameter("param payload[reaction] must be one of {love}.")),
        // An emoji can be several characters, and none is spelled with letters.
        Platform::Page if is_emoji(given) => {
            Ok(Reaction { by_customer: false, word: "other".to_owned(), emoji: given.to_owned() })
        }
        Platform::Page => Err(Wrong::parameter("param payload[reaction] must be an emoji.")),
    }
}

fn is_emoji(text: &str) -> bool {
    text.chars().count() <= 12 && !text.is_ascii() && !text.chars().any(|it| it.is_alphabetic() && it < '\u{1F000}')
}

impl Action {
    pub fn done(self, world: &mut World, customer_id: &str) {
        let now_ms = world.now_ms();
        let Some(customer) = world.customer_mut(customer_id) else { return };
        let thread = &mut customer.thread;
        let (mid, reaction) = match self {
            Self::TypingOn => return thread.typing_until_ms = Some(now_ms + TYPING_MS),
            Self::TypingOff => return thread.typing_until_ms = None,
            Self::Seen => return thread.seen_at_ms = Some(now_ms),
            Self::React { mid, reaction } => (mid, Some(reaction)),
            Self::Unreact { mid } => (mid, None),
        };
        if let Some(message) = thread.messages.iter_mut().rev().find(|it| it.mid == mid) {
            // One at a time; another takes its place.
            message.reactions.retain(|it| it.by_customer);
            message.reactions.extend(reaction);
        }
    }
}
