//! `GET /{id}`: an id says by itself what it is the id of.

use super::call::Call;
use super::{Answer, conversations, me, media_list, messages, profile};
use crate::world::World;

pub fn read(world: &mut World, call: &Call, id: &str) -> Answer {
    call.caller(world)?;
    let is_account = world.accounts.iter().any(|it| it.id == id || it.app_scoped_id == id);
    if id == "me" || id == me::PERSON_ID || is_account {
        return me::read(world, call, id);
    }
    if world.customer(id).is_some() {
        return profile::read(world, call, id);
    }
    if let Some(customer_id) = conversations::with_id(world, call, id) {
        return conversations::one(world, call, &customer_id);
    }
    if let Some(customer_id) = messages::with_id(world, call, id) {
        return messages::one(world, call, &customer_id, id);
    }
    let posted = media_list::one(world, call, id).or_else(|| media_list::comment(world, call, id));
    // What nobody knows could have been a customer.
    posted.unwrap_or_else(|| profile::read(world, call, id))
}

/// `GET /{id}/messages`: only conversations have them.
pub fn messages_of(world: &mut World, call: &Call, id: &str) -> Answer {
    call.caller(world)?;
    match conversations::with_id(world, call, id) {
        Some(customer_id) => conversations::of_messages(world, call, &customer_id),
        None => Err(super::whose::missing(id)),
    }
}
