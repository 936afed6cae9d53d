//! The conversations of an account, newest first.

use super::call::Call;
use super::error::GraphError;
use super::fields::{self, Field};
use super::limits::Use;
use super::paging::{self, Address, Wanted};
use super::whose::{self, Purpose};
use super::{Answer, asked, messages, refusal};
use crate::world::World;
use crate::world::account::{Account, Login, Platform};
use crate::world::customer::{Customer, From};
use serde_json::{Map, Value, json};

const USUAL: &str = "id,updated_time";
/// More than this graph.instagram.com gives at no time.
const MOST: usize = 50;
/// What lies in the Requests folder is forgotten after so long.
const REQUESTS_MS: i64 = 30 * 24 * 60 * 60 * 1000;
const OF_PAGES: [&str; 7] = ["can_reply", "message_count", "unread_count", "snippet", "link", "senders", "subject"];

/// `GET /{account}/conversations`
pub fn list(world: &mut World, call: &Call, id: &str) -> Answer {
    let named = whose::account_for(world, call, id, Purpose::Messages)?.id.clone();
    let account_id = spoken_of(world, call, &named)?.id.clone();
    world.count(&account_id, Use::Conversations)?;
    let world = &*world;
    let account = world.account(&account_id).ok_or_else(|| whose::missing(id))?;
    let wanted = Wanted::of(call, MOST)?;
    let fields = fields::asked(call, USUAL)?;
    let person = asked::word(call, "user_id");
    let now_ms = world.now_ms();
    let all = world.customers().iter().filter(|it| {
        it.account_id == account.id && is_kept(it, now_ms) && person.as_ref().is_none_or(|id| *id == it.id)
    });
    let address = Address::of(world.files.at(), call);
    let place = |it: &&Customer| (updated_ms(it), it.thread.id.clone());
    paging::page(all, place, &wanted, &address, |it| node(world, call, account, it, &fields))
}

/// `GET /{conversation}`
pub fn one(world: &mut World, call: &Call, customer_id: &str) -> Answer {
    let fields = fields::asked(call, USUAL)?;
    let (account_id, _) = found(world, call, customer_id)?;
    world.count(&account_id, Use::Conversations)?;
    let customer = world.customer(customer_id).ok_or_else(|| whose::missing(customer_id))?;
    let account = world.account(&account_id).ok_or_else(|| whose::missing(customer_id))?;
    node(world, call, account, customer, &fields)
}

/// `GET /{conversation}/messages`
pub fn of_messages(world: &mut World, call: &Call, customer_id: &str) -> Answer {
    let (account_id, _) = found(world, call, customer_id)?;
    world.count(&account_id, Use::Conversations)?;
    let customer = world.customer(customer_id).ok_or_else(|| whose::missing(customer_id))?;
    let account = world.account(&account_id).ok_or_else(|| whose::missing(customer_id))?;
    let wanted = Wanted::of(call, MOST)?;
    let fields = fields::asked(call, messages::USUAL)?;
    messages::list(world, account, customer, &wanted, &Address::of(world.files.at(), call), &fields)
}

/// Whose conversation has this id, if the token may read it.
pub fn with_id(world: &World, call: &Call, id: &str) -> Option<String> {
    whose::customers(world, call).ok()?.find(|it| it.thread.id == id).map(|it| it.id.clone())
}

fn found(world: &World, call: &Call, customer_id: &str) -> Result<(String, String), GraphError> {
    let customer = world.customer(customer_id).ok_or_else(|| whose::missing(customer_id))?;
    let account = whose::account_for(world, call, &customer.account_id, Purpose::Messages)?;
    Ok((account.id.clone(), customer.id.clone()))
}

/// A Page answers for itself on Messenger and for the Instagram account that is linked to it.
fn spoken_of<'a>(world: &'a World, call: &Call, named: &str) -> Result<&'a Account, GraphError> {
    let named = world.account(named).ok_or_else(|| whose::missing(named))?;
    match (asked::word(call, "platform").as_deref(), named.platform) {
        (None, _) | (Some("instagram"), Platform::Instagram) | (Some("messenger"), Platform::Page) => Ok(named),
        (Some("instagram"), Platform::Page) => {
            let linked = world.accounts.iter().find(|it| it.page_id.as_deref() == Some(&named.id));
            linked.ok_or_else(refusal::page_not_linked)
        }
        (Some("messenger"), Platform::Instagram) => {
            Err(refusal::parameter("Param platform: messenger is not a platform of this account"))
        }
        (Some(_), _) => Err(refusal::parameter("Param platform must be one of {INSTAGRAM, MESSENGER}")),
    }
}

fn is_kept(customer: &Customer, now_ms: i64) -> bool {
    let messages = &customer.thread.messages;
    let is_request =
        customer.platform == Platform::Instagram && messages.iter().all(|it| matches!(it.from, From::Customer));
    let is_old = now_ms - updated_ms(customer) > REQUESTS_MS;
    !messages.is_empty() && !(is_request && is_old)
}

fn updated_ms(customer: &Customer) -> i64 {
    customer.thread.messages.last().map_or(0, |it| it.at_ms)
}

fn node(world: &World, call: &Call, account: &Account, customer: &Customer, fields: &[Field]) -> Answer {
    let mut node = Map::new();
    node.insert("id".to_owned(), customer.thread.id.clone().into());
    for field in fields {
        let value = match field.name.as_str() {
            "id" => continue,
            "updated_time" => Some(asked::moment(updated_ms(customer)).into()),
            "participants" => Some(fields::within(participants(account, customer), &field.fields)),
            "messages" => Some(messages_of(world, call, account, customer, field)?),
            "name" => Some(customer.name.clone().into()),
            // Nobody owns anything where routing is off.
            "is_owner" => account.routing.is_some().then(|| world.may_send(&customer.id, app_of(world, call)).into()),
            name if OF_PAGES.contains(&name) && account.login == Login::Facebook => {
                Some(fields::within(of_pages(world, account, customer, name), &field.fields))
            }
            strange => return Err(refusal::no_field(strange, "Conversation")),
        };
        if let Some(value) = value {
            node.insert(field.name.clone(), value);
        }
    }
    Ok(node.into())
}

fn app_of<'a>(world: &'a World, call: &Call) -> &'a str {
    call.token.as_deref().and_then(|it| world.token(it)).map_or("", |it| it.app_id.as_str())
}

fn messages_of(world: &World, call: &Call, account: &Account, customer: &Customer, field: &Field) -> Answer {
    let wanted = Wanted::first(field.limit, MOST);
    let inner = if field.fields.is_empty() { fields::parse(messages::USUAL)? } else { field.fields.clone() };
    let params = [("fields", fields::written(&inner))];
    let address = Address::to(world.files.at(), call, &format!("{}/messages", customer.thread.id), &params);
    messages::list(world, account, customer, &wanted, &address, &inner)
}

/// Instagram names the business first, Messenger the customer.
fn participants(account: &Account, customer: &Customer) -> Value {
    let (business, person) = (messages::business(account), messages::person(customer));
    match account.platform {
        Platform::Instagram => json!({"data": [business, person]}),
        Platform::Page => json!({"data": [person, business]}),
    }
}

fn of_pages(world: &World, account: &Account, customer: &Customer, name: &str) -> Value {
    let thread = &customer.thread;
    let there = || thread.messages.iter().filter(|it| !it.unsent);
    match name {
        "can_reply" => customer.conversation_open(world.now_ms()).into(),
        "message_count" => there().count().into(),
        "unread_count" => {
            let unread = |at_ms: i64| thread.seen_at_ms.is_none_or(|seen| seen < at_ms);
            there().filter(|it| it.from == From::Customer && unread(it.at_ms)).count().into()
        }
        "snippet" => there().next_back().and_then(|it| it.text.clone()).unwrap_or_default().into(),
        "link" => format!("/{}/inbox/{}/", account.id, thread.id.trim_start_matches("t_")).into(),
        "senders" => participants(account, customer),
        _ => Value::Null,
    }
}
