//! Handing a conversation over with the message that says so.

use super::attachment::id_of;
use super::recipient::To;
use crate::graph::call::Call;
use crate::graph::error::Wrong;
use crate::world::World;
use crate::world::customer::{Control, STANDARD_MS};
use serde_json::Value;

#[derive(Debug)]
pub enum ThreadControl {
    Pass { app_id: String },
    Release,
}

pub fn read(world: &World, call: &Call, to: &To) -> Result<Option<ThreadControl>, Wrong> {
    let Some(control) = call.params.get("thread_control") else { return Ok(None) };
    if world.account(&to.account_id).is_none_or(|it| it.routing.is_none()) {
        return Err(Wrong::parameter("param thread_control needs Conversation Routing."));
    }
    match (control.get("control_type").and_then(Value::as_str), id_of(control, "app_id")) {
        (Some("pass"), Some(app_id)) => Ok(Some(ThreadControl::Pass { app_id })),
        (Some("pass"), None) => Err(Wrong::parameter("param thread_control[app_id] is required.")),
        (Some("release"), _) => Ok(Some(ThreadControl::Release)),
        _ => Err(Wrong::parameter("param thread_control[control_type] must be one of {pass, release}.")),
    }
}

impl ThreadControl {
    pub fn done(self, world: &mut World, customer_id: &str) {
        let until_ms = world.now_ms() + STANDARD_MS;
        let Some(customer) = world.customer_mut(customer_id) else { return };
        customer.thread.control = match self {
            Self::Pass { app_id } => Some(Control { app_id, until_ms }),
            Self::Release => None,
        };
    }
}
