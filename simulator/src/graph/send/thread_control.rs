//! Handing a conversation over with the message that says so.

use super::attachment::id_of;
use super::recipient::To;
use crate::graph::call::Call;
use crate::graph::error::Wrong;
use crate::world::World;
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
        (Some("pass"), Some(app_id)) if app_id == to.app_id || !world.is_connected(&to.customer_id, &app_id) => {
            Err(Wrong::parameter("param thread_control[app_id] must be another app that is connected."))
        }
        (Some("pass"), Some(app_id)) => Ok(Some(ThreadControl::Pass { app_id })),
        (Some("pass"), None) => Err(Wrong::parameter("param thread_control[app_id] is required.")),
        (Some("release"), _) => Ok(Some(ThreadControl::Release)),
        _ => Err(Wrong::parameter("param thread_control[control_type] must be one of {pass, release}.")),
    }
}

impl ThreadControl {
    /// Whoever may send owns the thread, or is the default app and has nothing to release.
    pub fn done(self, world: &mut World, customer_id: &str, by: &str) {
        let done = match self {
            Self::Pass { app_id } => world.pass_thread(customer_id, by, Some(&app_id), ""),
            Self::Release => world.release_thread(customer_id, by),
        };
        if let Err(why) = done {
            tracing::debug!(?why, "control stays where it is");
        }
    }
}
