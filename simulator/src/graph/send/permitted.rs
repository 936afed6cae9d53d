//! Whether the business may speak to this customer now.

use super::recipient::To;
use crate::graph::call::Call;
use crate::graph::error::{GraphError, Wrong};
use crate::world::World;
use crate::world::account::{Login, Platform};
use crate::world::customer::HUMAN_AGENT_MS;

pub fn check(world: &World, call: &Call, to: &To) -> Result<(), GraphError> {
    let human_agent = tag(call)?;
    let caller = call.caller(world)?;
    for permission in needed(to) {
        if !caller.token.permissions.contains(*permission) {
            return Err(Wrong::NotPermitted(to.platform, permission).error());
        }
    }
    let none = || Wrong::NoMatchingUser(to.platform).error();
    let account = world.account(&to.account_id).ok_or_else(none)?;
    let customer = world.customer(&to.customer_id).ok_or_else(none)?;
    if to.platform == Platform::Instagram && !account.switches.message_access {
        return Err(Wrong::NoMessageAccess.error());
    }
    if human_agent && !account.switches.human_agent {
        return Err(Wrong::NoHumanAgent.error());
    }
    if !world.may_send(&to.customer_id, &to.app_id) {
        return Err(Wrong::OtherAppOwns(to.platform).error());
    }
    let now_ms = world.now_ms();
    let in_time = match &to.comment_id {
        Some(id) => {
            let comment = world.comments.iter().find(|it| it.id == *id).filter(|it| !it.answered_privately);
            let comment = comment.ok_or_else(|| Wrong::PrivateReply.error())?;
            now_ms - comment.at_ms < HUMAN_AGENT_MS
        }
        None => customer.conversation_open(now_ms) || (human_agent && customer.human_agent_open(now_ms)),
    };
    if !in_time {
        return Err(Wrong::OutsideWindow(to.platform).error());
    }
    if customer.unreachable {
        return Err(Wrong::Unreachable.error());
    }
    Ok(())
}

fn needed(to: &To) -> &'static [&'static str] {
    match (to.platform, to.login, &to.comment_id) {
        (Platform::Instagram, Login::Instagram, None) => &["instagram_business_manage_messages"],
        (Platform::Instagram, Login::Instagram, Some(_)) => {
            &["instagram_business_manage_messages", "instagram_business_manage_comments"]
        }
        (Platform::Instagram, Login::Facebook, None) => &["instagram_manage_messages"],
        (Platform::Instagram, Login::Facebook, Some(_)) => &["instagram_manage_comments", "pages_messaging"],
        (Platform::Page, ..) => &["pages_messaging"],
    }
}

/// Whether it goes as an answer that a person wrote. The other tags are dead.
fn tag(call: &Call) -> Result<bool, Wrong> {
    let kind = word(call, "messaging_type")?;
    if kind.is_some_and(|it| !["RESPONSE", "UPDATE", "MESSAGE_TAG"].contains(&it)) {
        return Err(Wrong::parameter("param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}."));
    }
    match (kind == Some("MESSAGE_TAG"), word(call, "tag")?) {
        (false, None) => Ok(false),
        (true, Some("HUMAN_AGENT")) => Ok(true),
        (true, None) => Err(Wrong::parameter("param tag is required with messaging_type MESSAGE_TAG.")),
        (false, Some("HUMAN_AGENT")) => Err(Wrong::parameter("param tag needs messaging_type MESSAGE_TAG.")),
        (_, Some(_)) => Err(Wrong::DeadTag),
    }
}

fn word<'a>(call: &'a Call, key: &str) -> Result<Option<&'a str>, Wrong> {
    let said = call.params.get(key);
    said.map(|it| it.as_str().ok_or_else(|| Wrong::parameter(format!("param {key} must be a string.")))).transpose()
}
