//! Handing a conversation over with the message that says so: checked before it is said, done after.

use super::recipient::To;
use crate::graph::call::Call;
use crate::graph::error::Wrong;
use crate::graph::id_of;
use crate::world::World;
use crate::world::control::{INSTAGRAM_INBOX, PAGE_INBOX};
use serde_json::Value;

pub fn read(world: &World, call: &Call, to: &To) -> Result<Option<Value>, Wrong> {
    let Some(control) = call.params.get("thread_control") else { return Ok(None) };
    let account = world.account(&to.account_id).filter(|it| it.routing.is_some());
    let account = account.ok_or_else(|| Wrong::parameter("param thread_control needs Conversation Routing."))?;
    let is_connected = |id: &str| {
        [PAGE_INBOX, INSTAGRAM_INBOX].contains(&id) || account.subscriptions.iter().any(|it| it.app_id == id)
    };
    match (control["control_type"].as_str(), id_of(&control["app_id"])) {
        (Some("pass"), Some(id)) if id != to.app_id && is_connected(&id) => Ok(Some(control.clone())),
        (Some("pass"), _) => Err(Wrong::parameter("param thread_control[app_id] must be another connected app.")),
        (Some("release"), _) => Ok(Some(control.clone())),
        _ => Err(Wrong::parameter("param thread_control[control_type] must be one of {pass, release}.")),
    }
}
