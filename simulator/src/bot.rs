//! A second app, played by the simulator itself: it answers customers, and fetches a person for
//! whoever wants one. It hears and does only what an app from outside could.
//!
//! Where routing is off nobody keeps it from answering beside others, so it remembers what it leaves to them: what it
//! passed on, what it was asked for, and where somebody else answers. It begins again where it is passed the thread.

#[cfg(test)]
mod tests;

use crate::Shared;
use crate::graph::id_of;
use crate::world::World;
use crate::world::account::{App, Holder, Routing, Subscription, Token, every_field, every_permission};
use crate::world::customer::{From, STANDARD_MS};
use crate::world::say::Saying;
use crate::world::tell::{Channel, Parcel};
use serde_json::{Value, json};
use std::time::Duration;

pub const APP_ID: &str = "900100200300411";
const TRACK: &str = "BOT_TRACK_ORDER";
const PERSON: &str = "BOT_TALK_TO_A_PERSON";
/// So that it does not answer before the question was let go.
const THINKS_MS: i64 = 1_200;
const TYPES_MS: i64 = 20_000;

/// Connects the bot to an account, where from now on it is the default app.
pub fn connect(world: &mut World, account_id: &str) {
    if world.app(APP_ID).is_none() {
        let (secret, name) = ("pocket-bot-secret".to_owned(), "Luna's assistant".to_owned());
        world.apps.push(App { id: APP_ID.to_owned(), secret, name, callback: None });
    }
    let now_ms = world.now_ms();
    let Some(account) = world.account_mut(account_id) else { return };
    // The people of the business may always take over.
    let may_take = account.subscriptions.iter().map(|it| it.app_id.clone()).filter(|it| it != APP_ID).collect();
    account.routing = Some(Routing { default_app_id: APP_ID.to_owned(), may_take });
    account.subscriptions.retain(|it| it.app_id != APP_ID);
    let fields = every_field(account.platform);
    account.subscriptions.push(Subscription { app_id: APP_ID.to_owned(), fields, failing_since_ms: None });
    let permissions = every_permission(account.platform, account.login);
    world.tokens.push(Token {
        value: format!("pocket-bot-token-{account_id}"),
        app_id: APP_ID.to_owned(),
        holder: Holder::Account(account_id.to_owned()),
        permissions,
        issued_ms: now_ms,
        expires_ms: None,
        revoked: None,
    });
}

/// Answers for as long as the program runs.
pub async fn run(simulator: Shared) {
    loop {
        // Before looking, so that what comes in between wakes it all the same.
        let woken = simulator.wake.notified();
        let next = next(&simulator.look());
        match next {
            Next::Think => simulator.change(think),
            Next::Answer => simulator.change(answer),
            Next::Later(Some(wait)) => {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = woken => {}
                }
            }
            Next::Later(None) => woken.await,
        }
    }
}

enum Next {
    Think,
    Answer,
    /// `None`: until something happens.
    Later(Option<Duration>),
}

fn next(world: &World) -> Next {
    let Some(first) = world.outbox.get(APP_ID).and_then(|it| it.front()) else { return Next::Later(None) };
    let wait = world.clock.until(due_ms(first));
    match wait {
        Some(Duration::ZERO) => Next::Answer,
        _ if asker(first).is_some_and(|it| is_quiet(world, it) && may_answer(world, it)) => Next::Think,
        wait => Next::Later(wait),
    }
}

fn due_ms(parcel: &Parcel) -> i64 {
    parcel.due_ms.max(parcel.at_ms) + THINKS_MS
}

/// Shows the dots to whoever is answered next.
fn think(world: &mut World) {
    let first = world.outbox.get(APP_ID).and_then(|it| it.front());
    let Some(customer_id) = first.and_then(asker).map(str::to_owned) else { return };
    let until_ms = world.now_ms() + TYPES_MS;
    if let Some(customer) = world.customer_mut(&customer_id) {
        customer.thread.typing_until_ms = Some(until_ms);
    }
}

fn is_quiet(world: &World, customer_id: &str) -> bool {
    let typing = world.customer(customer_id).map(|it| it.thread.typing_until_ms);
    typing.is_some_and(|until| until.is_none_or(|it| it <= world.now_ms()))
}

/// Whose question this is, if it is one for the bot.
fn asker(parcel: &Parcel) -> Option<&str> {
    let item = &parcel.item;
    let asks = item.get("postback").is_some() || item.get("message").is_some_and(is_said);
    (parcel.channel == Channel::Messaging && asks).then_some(item["sender"]["id"].as_str()?).filter(|it| !it.is_empty())
}

fn is_said(message: &Value) -> bool {
    !is(message, "is_echo") && !is(message, "is_deleted")
}

/// Whether another app or a person said this to the customer.
fn is_of_others(message: &Value) -> bool {
    is(message, "is_echo") && id_of(&message["app_id"]).as_deref() != Some(APP_ID)
}

fn is(message: &Value, key: &str) -> bool {
    message.get(key).and_then(Value::as_bool) == Some(true)
}

/// As far as control goes, and what it leaves to others.
fn may_answer(world: &World, customer_id: &str) -> bool {
    let Some(customer) = world.customer(customer_id) else { return false };
    let is_routed = world.account(&customer.account_id).is_some_and(|it| it.routing.is_some());
    world.may_send(customer_id, APP_ID) && (is_routed || !customer.thread.bot_is_silent)
}

fn be_silent(world: &mut World, customer: &Value, is_silent: bool) {
    if let Some(customer) = customer.as_str().and_then(|it| world.customer_mut(it)) {
        customer.thread.bot_is_silent = is_silent;
    }
}

/// Reads what has come and is due.
pub fn answer(world: &mut World) {
    let now_ms = world.now_ms();
    while let Some(waiting) = world.outbox.get_mut(APP_ID)
        && waiting.front().is_some_and(|it| due_ms(it) <= now_ms)
        && let Some(parcel) = waiting.pop_front()
    {
        hear(world, &parcel);
        if let Some(delivered) = parcel.delivered {
            // Nobody may be waiting for it any more.
            let _ = delivered.send(());
        }
    }
}

fn hear(world: &mut World, parcel: &Parcel) {
    // In standby another app has it.
    if parcel.channel != Channel::Messaging {
        return;
    }
    let item = &parcel.item;
    if item["pass_thread_control"]["new_owner_app_id"] == APP_ID {
        be_silent(world, &item["sender"]["id"], false);
        let back = "It's me again, Luna's assistant: an automated one. Is there anything else I can do for you?";
        say(world, &item["sender"]["id"], back, &[TRACK, PERSON]);
        return;
    }
    if item.get("request_thread_control").is_some() {
        return be_silent(world, &item["sender"]["id"], true);
    }
    if is_of_others(&item["message"]) {
        return be_silent(world, &item["recipient"]["id"], true);
    }
    if asker(parcel).is_none_or(|it| !may_answer(world, it)) {
        return;
    }
    let customer = &item["sender"]["id"];
    let tapped = item.pointer("/postback/payload").or_else(|| item.pointer("/message/quick_reply/payload"));
    let text = item.pointer("/message/text").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| text.contains(it));
    match tapped.and_then(Value::as_str) {
        Some(PERSON) => fetch_a_person(world, customer),
        Some(TRACK) => track(world, customer),
        _ if has(&["person", "human", "somebody", "someone", "agent", "staff"]) => fetch_a_person(world, customer),
        _ if has(&["order", "parcel", "package", "track", "deliver", "shipping"]) => track(world, customer),
        _ if text.is_empty() => {
            let lost = "That looks lovely, but I can only read text. Shall I fetch somebody who can see it?";
            say(world, customer, lost, &[PERSON, TRACK]);
        }
        _ => greet(world, customer),
    }
}

fn greet(world: &mut World, customer: &Value) {
    let known = customer.as_str().and_then(|it| world.customer(it));
    let Some(known) = known else { return };
    let first = known.name.split_whitespace().next().unwrap_or_default().to_owned();
    let now_ms = world.now_ms();
    let ours = From::Business { app_id: Some(APP_ID.to_owned()) };
    let introduced = known.thread.messages.iter().any(|it| it.from == ours && now_ms - it.at_ms < STANDARD_MS);
    let text = if introduced {
        "I am not sure that I understood. I can look for your order, or fetch a person from the workshop.".to_owned()
    } else {
        format!(
            "Hi {first}, welcome to Luna Ceramics! You are chatting with our automated assistant. I can look for your \
             order, or fetch a person from the workshop."
        )
    };
    say(world, customer, &text, &[TRACK, PERSON]);
}

fn track(world: &mut World, customer: &Value) {
    // Always the same order for the same person.
    let id = customer.as_str().unwrap_or_default();
    let number = id.bytes().fold(0_u32, |sum, it| (sum * 31 + u32::from(it)) % 9000) + 1000;
    let text = format!(
        "Your order LC-{number} is glazed, fired and packed, and left our workshop yesterday. It should be with you \
         within three days."
    );
    say(world, customer, &text, &[PERSON]);
}

fn fetch_a_person(world: &mut World, customer: &Value) {
    let Some(id) = customer.as_str() else { return };
    let Some(account) = world.customer(id).and_then(|it| world.account(&it.account_id)) else { return };
    let other = account.subscriptions.iter().map(|it| it.app_id.clone()).find(|it| it != APP_ID);
    let Some(inbox) = other else {
        say(world, customer, "Nobody is in the workshop just now. They will read this later.", &[TRACK]);
        return;
    };
    say(world, customer, "Of course. I am fetching somebody from the workshop; they will answer here.", &[]);
    let metadata = json!({"why": "asked for a person"}).to_string();
    match world.pass_thread(id, APP_ID, Some(&inbox), &metadata) {
        Ok(()) => be_silent(world, customer, true),
        Err(why) => tracing::debug!(?why, "the bot could not hand over"),
    }
}

/// If it may: the bot keeps to control and window as every app has to.
fn say(world: &mut World, customer: &Value, text: &str, offers: &[&str]) {
    let Some(id) = customer.as_str() else { return };
    let now_ms = world.now_ms();
    let is_open = world.customer(id).is_some_and(|it| it.conversation_open(now_ms) && !it.unreachable);
    if !is_open || !may_answer(world, id) {
        return;
    }
    let offer = |payload: &&str| {
        let title = if *payload == TRACK { "Track my order" } else { "Talk to a person" };
        json!({"content_type": "text", "title": title, "payload": payload})
    };
    let saying = Saying {
        app_id: Some(APP_ID.to_owned()),
        text: Some(text.to_owned()),
        quick_replies: offers.iter().map(offer).collect(),
        ..Saying::default()
    };
    world.say(id, saying, now_ms);
}
