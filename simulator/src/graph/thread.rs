//! Thread control as apps ask for it. It is documented for Pages only, and for the Instagram
//! accounts that are linked to them: where Instagram Login is used there is no such call.

use super::call::Call;
use super::error::{GraphError, Wrong};
use super::whose::{self, Purpose};
use super::{Answer, asked, refusal};
use crate::world::World;
use crate::world::account::{Login, Platform};
use crate::world::control::Uncontrolled;
use axum::http::Method;
use serde_json::json;

const LONGEST_METADATA: usize = 1000;

/// `POST /{page}/pass_thread_control`
pub fn pass(world: &mut World, call: &Call, id: &str) -> Answer {
    let Thread { customer_id, platform, app_id } = thread(world, call, id)?;
    let target = call.params.get("target_app_id").and_then(asked::id);
    let done = world.pass_thread(&customer_id, &app_id, target.as_deref(), &metadata(call)?);
    answer(done, platform)
}

/// `POST /{page}/take_thread_control`
pub fn take(world: &mut World, call: &Call, id: &str) -> Answer {
    let Thread { customer_id, platform, app_id } = thread(world, call, id)?;
    answer(world.take_thread(&customer_id, &app_id, &metadata(call)?), platform)
}

/// `POST /{page}/request_thread_control`
pub fn request(world: &mut World, call: &Call, id: &str) -> Answer {
    let Thread { customer_id, platform, app_id } = thread(world, call, id)?;
    answer(world.request_thread(&customer_id, &app_id, &metadata(call)?), platform)
}

/// `POST /{page}/release_thread_control`
pub fn release(world: &mut World, call: &Call, id: &str) -> Answer {
    let Thread { customer_id, platform, app_id } = thread(world, call, id)?;
    answer(world.release_thread(&customer_id, &app_id), platform)
}

/// `POST /{page}/extend_thread_control`
pub fn extend(world: &mut World, call: &Call, id: &str) -> Answer {
    let Thread { customer_id, platform, app_id } = thread(world, call, id)?;
    let duration = asked::needed(call, "duration")?;
    let duration = duration.parse().map_err(|_| refusal::parameter("Param duration must be an integer"))?;
    answer(world.extend_thread(&customer_id, &app_id, duration), platform)
}

/// `GET /{page}/thread_owner`: the owner and the default app are told who, the others until when.
pub fn owner(world: &World, call: &Call, id: &str) -> Answer {
    let Thread { customer_id, app_id, .. } = thread(world, call, id)?;
    let customer = world.customer(&customer_id).ok_or_else(|| whose::missing(id))?;
    let routing = world.account(&customer.account_id).and_then(|it| it.routing.as_ref());
    let Some(routing) = routing else { return Ok(json!({"data": []})) };
    let is_default = routing.default_app_id == app_id;
    let control = customer.thread.control.as_ref().filter(|it| it.until_ms > world.now_ms());
    let data = match control {
        None if is_default => vec![json!({"thread_owner": {"app_id": app_id}})],
        None => Vec::new(),
        Some(it) => {
            let expiration = it.until_ms.div_euclid(1000);
            let may_know = is_default || it.app_id == app_id;
            vec![if may_know {
                json!({"thread_owner": {"app_id": it.app_id, "expiration": expiration}})
            } else {
                json!({"thread_owner": {"expiration": expiration}})
            }]
        }
    };
    Ok(json!({"data": data}))
}

/// `GET /{page}/secondary_receivers`: of the old protocol nothing is left.
pub fn secondary_receivers(world: &World, call: &Call, id: &str) -> Answer {
    whose::account_for(world, call, id, Purpose::Messages)?;
    Ok(json!({"data": []}))
}

struct Thread {
    customer_id: String,
    platform: Platform,
    app_id: String,
}

fn thread(world: &World, call: &Call, id: &str) -> Result<Thread, GraphError> {
    let account = whose::account_for(world, call, id, Purpose::Messages)?;
    if account.login == Login::Instagram {
        let path = call.path.join("/");
        let is_read = call.method == Method::GET;
        return Err(if is_read { Wrong::NoSuchObject(path) } else { Wrong::NoSuchTarget(path) }.error());
    }
    let recipient =
        asked::object(call, "recipient").ok_or_else(|| refusal::parameter("The parameter recipient is required"))?;
    // Calls name `{"id"}`, the question for the owner the id alone.
    let recipient = asked::id(recipient.get("id").unwrap_or(&recipient));
    let known = recipient.as_deref().and_then(|it| world.customer(it));
    match known.filter(|it| world.accounts_of(&account.id).any(|of| of.id == it.account_id)) {
        Some(it) => Ok(Thread {
            customer_id: it.id.clone(),
            platform: it.platform,
            app_id: call.caller(world)?.token.app_id.clone(),
        }),
        None if account.platform == Platform::Instagram => Err(refusal::no_instagram_user()),
        None => Err(refusal::no_page_user()),
    }
}

fn metadata(call: &Call) -> Result<String, GraphError> {
    let metadata = asked::word(call, "metadata").unwrap_or_default();
    if metadata.chars().count() > LONGEST_METADATA {
        return Err(refusal::parameter("Param metadata must be at most 1000 characters long"));
    }
    Ok(metadata)
}

fn answer(done: Result<(), Uncontrolled>, platform: Platform) -> Answer {
    match done {
        Ok(()) => Ok(json!({"success": true})),
        Err(why) => Err(error(why, platform)),
    }
}

fn error(why: Uncontrolled, platform: Platform) -> GraphError {
    match (why, platform) {
        (Uncontrolled::NoCustomer, Platform::Instagram) => refusal::no_instagram_user(),
        (Uncontrolled::NoCustomer, Platform::Page) => refusal::no_page_user(),
        (Uncontrolled::NotOwner, Platform::Instagram) => refusal::not_thread_owner(),
        (Uncontrolled::NotOwner, Platform::Page) => refusal::thread_controlled(),
        (Uncontrolled::MayNotTake | Uncontrolled::RoutingOn, _) => refusal::no_receiver_role(),
        (Uncontrolled::SameApp, _) => refusal::parameter("Control cannot be passed to the app that passes it"),
        (Uncontrolled::NoTarget, _) => refusal::parameter("Param target_app_id must be an app that is connected"),
        (Uncontrolled::RoutingOff, _) => refusal::parameter("thread_control needs conversation routing"),
        (Uncontrolled::BadDuration, _) => refusal::parameter("Param duration must be between 1 and 604800"),
    }
}
