//! Messages, as they are read afterwards: without who saw what when, and without what was unsent.

use super::call::Call;
use super::error::GraphError;
use super::fields::{self, Field};
use super::paging::{self, Address, Wanted};
use super::whose::{self, Purpose};
use super::{Answer, asked, limits, parts, refusal};
use crate::world::World;
use crate::world::account::{Account, Platform};
use crate::world::customer::{Customer, From, Message, ReplyTo};
use serde_json::{Map, Value, json};

pub const USUAL: &str = "id,created_time";
/// How many the documentation says can be read; see `Switches::newest_twenty_only`.
const NEWEST: usize = 20;

/// `GET /{mid}`
pub fn one(world: &mut World, call: &Call, customer_id: &str, mid: &str) -> Answer {
    let fields = fields::asked(call, USUAL)?;
    let whose_id = world.customer(customer_id).map(|it| it.account_id.clone()).unwrap_or_default();
    let account_id = whose::account_for(world, call, &whose_id, Purpose::Messages)?.id.clone();
    limits::read(world, &account_id)?;
    let (Some(account), Some(customer)) = (world.account(&account_id), world.customer(customer_id)) else {
        return Err(whose::missing(mid));
    };
    let there = &customer.thread.messages;
    let place = there.iter().position(|it| it.mid == mid).ok_or_else(|| whose::missing(mid))?;
    let message = &there[place];
    if message.unsent || account.switches.newest_twenty_only && place + NEWEST < there.len() {
        return Err(refusal::message_deleted());
    }
    node(world, account, customer, message, &fields)
}

/// In whose thread this message stands, if the token may read it.
pub fn with_id(world: &World, call: &Call, mid: &str) -> Option<String> {
    let customer = world.customer_of_message(mid)?;
    let own = call.caller(world).ok()?.account?;
    let may_read = world.accounts_of(&own.id).any(|it| it.id == customer.account_id);
    may_read.then(|| customer.id.clone())
}

/// Newest first.
pub fn list(
    world: &World,
    account: &Account,
    customer: &Customer,
    wanted: &Wanted,
    address: &Address,
    fields: &[Field],
) -> Answer {
    let all = customer.thread.messages.iter().enumerate().filter(|(_, it)| !it.unsent);
    let n_all = customer.thread.messages.len();
    let place = |(n, it): &(usize, &Message)| (i64::try_from(*n).unwrap_or(i64::MAX), it.at_ms.to_string());
    paging::page(all, place, wanted, address, |(n, message)| {
        if account.switches.newest_twenty_only && n + NEWEST < n_all {
            return Ok(json!({"id": message.mid, "created_time": asked::moment(message.at_ms)}));
        }
        node(world, account, customer, message, fields)
    })
}

fn node(
    world: &World,
    account: &Account,
    customer: &Customer,
    message: &Message,
    fields: &[Field],
) -> Result<Value, GraphError> {
    let mut node = Map::new();
    node.insert("id".to_owned(), message.mid.clone().into());
    let (from, to) = match message.from {
        From::Customer => (person(customer), business(account)),
        From::Business { .. } => (business(account), person(customer)),
    };
    for field in fields {
        let value = match field.name.as_str() {
            "id" => continue,
            "created_time" => Some(asked::moment(message.at_ms).into()),
            "from" => Some(from.clone()),
            "to" => Some(json!({"data": [to.clone()]})),
            "message" => Some(message.text.clone().unwrap_or_default().into()),
            "attachments" => parts::attachments(world, account.platform, message),
            "shares" => parts::shares(message, &field.fields),
            "story" => parts::story(message),
            "reactions" => reactions(account, customer, message),
            "is_unsupported" => message.unsupported.then_some(true.into()),
            "reply_to" => reply_to(customer, message),
            "tags" if account.platform == Platform::Page => Some(tags(message)),
            strange => return Err(refusal::no_field(strange, "Message")),
        };
        if let Some(value) = value {
            node.insert(field.name.clone(), fields::within(value, &field.fields));
        }
    }
    Ok(node.into())
}

pub fn person(customer: &Customer) -> Value {
    match customer.platform {
        Platform::Instagram => json!({"username": customer.username, "id": customer.id}),
        Platform::Page => named(&customer.name, &customer.id),
    }
}

pub fn business(account: &Account) -> Value {
    match account.platform {
        Platform::Instagram => json!({"username": account.username, "id": account.id}),
        Platform::Page => named(&account.name, &account.id),
    }
}

fn named(name: &str, id: &str) -> Value {
    json!({"name": name, "email": format!("{id}@facebook.com"), "id": id})
}

fn reactions(account: &Account, customer: &Customer, message: &Message) -> Option<Value> {
    let mut by_emoji: Vec<(&str, Vec<Value>)> = Vec::new();
    for reaction in &message.reactions {
        let by = if reaction.by_customer { person(customer) } else { business(account) };
        match by_emoji.iter_mut().find(|(emoji, _)| *emoji == reaction.emoji) {
            Some((_, users)) => users.push(by),
            None => by_emoji.push((&reaction.emoji, vec![by])),
        }
    }
    let data: Vec<_> = by_emoji.iter().map(|(emoji, users)| json!({"reaction": emoji, "users": users})).collect();
    (!data.is_empty()).then(|| json!({"data": data}))
}

fn reply_to(customer: &Customer, message: &Message) -> Option<Value> {
    let Some(ReplyTo::Message { mid }) = &message.reply_to else { return None };
    let answered = customer.thread.messages.iter().find(|it| it.mid == *mid);
    let by_customer = |it: &Message| it.from == From::Customer;
    let is_self_reply = answered.is_some_and(|it| by_customer(it) == by_customer(message));
    Some(json!({"mid": mid, "is_self_reply": is_self_reply}))
}

fn tags(message: &Message) -> Value {
    let way = if message.from == From::Customer { "inbox" } else { "sent" };
    let names = [way, "read", "source:chat"];
    json!({"data": names.map(|name| json!({"name": name}))})
}
