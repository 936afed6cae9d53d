//! The list of customers.

use super::escape;
use crate::Shared;
use crate::script;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::{Customer, From};
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::fmt::Write as _;

pub async fn people(State(simulator): State<Shared>) -> Json<Value> {
    let world = simulator.look();
    let people: Vec<Value> = newest_first(&world).into_iter().map(|it| view(&world, it)).collect();
    Json(json!({"now": world.now_ms(), "people": people}))
}

pub fn newest_first(world: &World) -> Vec<&Customer> {
    let mut people: Vec<&Customer> = world.customers().iter().collect();
    people.sort_by_key(|it| std::cmp::Reverse(last_at(it)));
    people
}

fn last_at(customer: &Customer) -> Option<i64> {
    customer.thread.messages.last().map(|it| it.at_ms)
}

fn view(world: &World, customer: &Customer) -> Value {
    json!({
        "id": customer.id,
        "name": customer.name,
        "initials": initials(&customer.name),
        "hue": hue(&customer.id),
        "picture": customer.picture,
        "last_at": last_at(customer),
        "fact": fact(world, customer),
    })
}

/// The list before the script runs; names lead on.
pub fn rows(world: &World, chosen: Option<&str>) -> String {
    let mut rows = String::new();
    for customer in newest_first(world) {
        let current = if chosen == Some(&customer.id) { " aria-current=\"true\"" } else { "" };
        let id = escape(&customer.id);
        let _ = write!(
            rows,
            "<li class=\"sim__person\" data-id=\"{id}\"><span class=\"avatar avatar--m hue-{}\">{}</span>\
             <span class=\"sim__who\"><a href=\"/?customer={id}\"{current} dir=\"auto\">{}</a>\
             <span class=\"small truncate\">{}</span></span></li>",
            hue(&customer.id),
            face(customer),
            escape(&customer.name),
            fact(world, customer).unwrap_or_default(),
        );
    }
    rows
}

fn face(customer: &Customer) -> String {
    match &customer.picture {
        Some(url) => format!("<img src=\"{}\" alt=\"\" loading=\"lazy\">", escape(url)),
        None => format!("<span aria-hidden=\"true\">{}</span>", escape(&initials(&customer.name))),
    }
}

/// The one thing worth knowing besides when they wrote; there is room for no more.
fn fact(world: &World, customer: &Customer) -> Option<&'static str> {
    let now_ms = world.now_ms();
    if customer.unreachable {
        Some("Blocked the shop")
    } else if let Some(script) = customer.script {
        Some(script::in_words(script))
    } else if is_with_the_bot(world, customer) {
        Some("With the bot")
    } else if customer.last_action_ms.is_none() {
        Some("Never wrote")
    } else if !customer.conversation_open(now_ms) {
        Some(if customer.human_agent_open(now_ms) { "Past 24 h" } else { "Window closed" })
    } else {
        (customer.platform == Platform::Page).then_some("Messenger")
    }
}

fn is_with_the_bot(world: &World, customer: &Customer) -> bool {
    let spoke_last = customer.thread.messages.iter().rev().find_map(|it| match &it.from {
        From::Customer => None,
        From::Business { app_id } => Some(app_id.as_deref()),
    });
    let answering = world.owner(&customer.id).or(spoke_last.flatten());
    let first = world.apps.first().map(|it| it.id.as_str());
    answering.is_some() && answering != first
}

/// Of the first and the last word, where letters are small; of one that says enough, where they are not.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|it| it.chars().find(|it| it.is_alphanumeric()));
    let first = words.next();
    let is_latin_like = first.is_some_and(char::is_uppercase);
    let last = if is_latin_like { words.next_back().filter(|it| it.is_uppercase()) } else { None };
    first.into_iter().chain(last).collect()
}

/// One of twelve, always the same for the same person.
fn hue(id: &str) -> u32 {
    id.bytes().fold(7_u32, |sum, it| sum.wrapping_mul(31).wrapping_add(u32::from(it))) % 12
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_in_every_script() {
        let expected = [("Hannah Okafor", "HO"), ("山本 結衣", "山"), ("أميرة حداد", "أ"), ("chiara", "c"), ("🙂", "")];
        for (name, letters) in expected {
            assert_eq!(initials(name), letters, "{name}");
        }
        assert_eq!(initials("Harriet Whitcombe of Marshwood"), "HM");
    }
}
