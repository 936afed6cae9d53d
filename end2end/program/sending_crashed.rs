//! What was sent arrives at most once and in order, whatever happens to the inbox, to Meta's answers
//! and to the echoes meanwhile; and everything that did not arrive says so.

use crate::browser::Browser;
use crate::meta::{Looks, Meta, connect, count, execute, rows};
use crate::running::{PASSWORD, Place};
use model::outgoing::Replied;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

crate::on_both!(what_was_sent_arrives_at_most_once_and_in_order_after_many_kills);

/// Each is asked about its doubts at Meta's pace: with many of them that does not take long.
const N_ACCOUNTS: usize = 25;
const MESSAGES_EACH: usize = 10;
const SENDERS: usize = 32;
const PATIENCE: Duration = Duration::from_mins(4);
const IMPATIENT: [&str; 4] = ["--send-timeout-s", "1", "--echo-wait-s", "1"];

/// After so many of a hundred messages have a fate, so that the kills hit different moments.
const KILL_AFTER: [i64; 12] = [0, 2, 8, 16, 25, 34, 43, 52, 62, 72, 82, 90];

/// Customers of each account: 5,000 messages on SQLite, where one process does everything, and 2,000 on Postgres.
fn customers_each(place: &Place) -> usize {
    if place.url.starts_with("sqlite") { 20 } else { 8 }
}

async fn what_was_sent_arrives_at_most_once_and_in_order_after_many_kills(place: Place) {
    let meta = Meta::start(&["--seed", "empty"]).await;
    place.add_user("mia@luna.example", "Mia Lindqvist", "agent").await;
    execute(&place.url, r#"update people set preferences = '{"undo_s":0}'"#).await;
    for n in 0..N_ACCOUNTS {
        let platform = if n % 2 == 0 { "instagram" } else { "page" };
        let account = meta.post("accounts", json!({"platform": platform, "name": format!("luna.{n}")})).await;
        connect(&place, &account).await;
    }
    let mut running = meta.serve_inbox(&place, &IMPATIENT).await;
    let conversations = Arc::new(open_conversations(&meta, &place).await);
    let mut browser = Browser::at(&running.address);
    browser.sign_in("mia@luna.example", PASSWORD).await;
    let (tell, address) = watch::channel(running.address.clone());
    let mut sending = send_all(&conversations, &address, &browser);
    let n_messages = i64::try_from(conversations.len() * MESSAGES_EACH).unwrap();
    for percent in KILL_AFTER {
        until_settled(&place, (n_messages * percent / 100).max(1)).await;
        running.kill().await;
        running = meta.serve_inbox(&place, &IMPATIENT).await;
        tell.send_replace(running.address.clone());
        // What could not be told while it was away is told again a minute later.
        meta.post("clock", json!({"advance_s": 61})).await;
    }
    while let Some(sent) = sending.join_next().await {
        sent.unwrap();
    }
    nothing_is_stuck(&meta, &place).await;
    everything_is_as_it_is_shown(&meta, &place, &conversations).await;
    running.stop().await;
}

/// A conversation of the inbox, and the customer whose phone it is.
struct Conversation {
    id: String,
    customer: String,
}

async fn open_conversations(meta: &Meta, place: &Place) -> Vec<Conversation> {
    let state = meta.get("state").await;
    for account in state["accounts"].as_array().unwrap() {
        for n in 0..customers_each(place) {
            meta.customer(account, &format!("Customer {n}")).await;
        }
    }
    let expected = i64::try_from(N_ACCOUNTS * customers_each(place)).unwrap();
    crate::meta::until_there(&place.url, "select count(*) from messages where direction = 'in'", expected).await;
    let query = "select conversations.id, contacts.external_id from conversations
        join contacts on contacts.id = conversations.contact_id order by conversations.id";
    let of_row = |[id, customer]: [String; 2]| Conversation { id, customer };
    rows::<2>(&place.url, query).await.into_iter().map(of_row).collect()
}

/// What goes wrong with the message of this number, if anything: one in twelve has something.
fn words(number: usize) -> String {
    let fault = match number % 100 {
        7 => "#fault timeout_after_delivery ",
        17 => "#fault timeout ",
        27 => "#fault cut_after_delivery ",
        37 => "#fault cut ",
        47 => "#fault error_after_delivery ",
        12 => "#fault echo_first ",
        22 => "#fault webhooks_lost ",
        32 => "#fault webhooks_delayed 30 ",
        _ => "",
    };
    format!("{fault}Mug number {number:04} is ready.")
}

/// Each conversation's messages one after the other, each pressed again until the inbox has it.
fn send_all(all: &Arc<Vec<Conversation>>, address: &watch::Receiver<String>, signed_in: &Browser) -> JoinSet<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let senders = (0..SENDERS).map(|_| {
        let (all, next, mut address) = (all.clone(), next.clone(), address.clone());
        let mut browser = Browser::at("");
        browser.cookies = signed_in.cookies.clone();
        async move {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(to) = all.get(place) else { return };
                for n in 0..MESSAGES_EACH {
                    press_send(&mut browser, &mut address, &to.id, place * MESSAGES_EACH + n).await;
                }
            }
        }
    });
    senders.collect()
}

async fn press_send(browser: &mut Browser, address: &mut watch::Receiver<String>, to: &str, number: usize) {
    let reply = json!({"client_id": format!("n{number}"), "parts": [{"kind": "text", "text": words(number)}]});
    let arguments = json!({"conversation": to, "reply": reply});
    loop {
        let at = address.borrow_and_update().clone();
        browser.move_to(&at);
        match browser.call("send_reply", &arguments).await {
            Ok(Ok(answer)) => {
                assert!(matches!(answer, Replied::Queued { .. }), "{answer:?}");
                return;
            }
            Ok(Err(status)) => assert!(status.is_server_error(), "{status}"),
            // It was killed: where it listens next is told when it does.
            Err(error) => {
                let moved = tokio::time::timeout(PATIENCE, address.wait_for(|it| *it != at)).await;
                assert!(moved.is_ok_and(|it| it.is_ok()), "it was not killed, and yet: {error}");
            }
        }
    }
}

async fn until_settled(place: &Place, n: i64) {
    let query = "select count(*) from messages where direction = 'out' and state not in ('queued', 'sending')";
    let mut looks = Looks::for_at_most(PATIENCE);
    while count(&place.url, query).await < n {
        assert!(looks.again().await, "never {n} messages with a fate");
    }
}

async fn nothing_is_stuck(meta: &Meta, place: &Place) {
    let mut looks = Looks::for_at_most(PATIENCE);
    while count(&place.url, "select count(*) from outbox").await > 0 {
        let left = rows::<2>(&place.url, "select message_id, state from outbox limit 5").await;
        assert!(looks.again().await, "stuck: {left:?}");
    }
    // Late echoes, and what could not be told: all of it is told now.
    meta.post("clock", json!({"advance_s": 61})).await;
}

async fn everything_is_as_it_is_shown(meta: &Meta, place: &Place, conversations: &[Conversation]) {
    let query = "select text, state, mid, conversation_id from messages where direction = 'out' order by text";
    let shown = rows::<4>(&place.url, query).await;
    let by_text: BTreeMap<&str, &[String; 4]> = shown.iter().map(|it| (it[0].as_str(), it)).collect();
    let n_messages = conversations.len() * MESSAGES_EACH;
    assert_eq!((shown.len(), by_text.len()), (n_messages, n_messages), "each is shown once");
    let mut fates: BTreeMap<String, usize> = BTreeMap::new();
    let mut n_arrived = 0;
    for (place, to) in conversations.iter().enumerate() {
        let said = meta.said_to(&to.customer).await;
        let texts: Vec<&str> = said.iter().map(|it| it["text"].as_str().unwrap()).collect();
        let expected: Vec<String> = (0..MESSAGES_EACH).map(|n| words(place * MESSAGES_EACH + n)).collect();
        let numbers: Vec<_> = texts.iter().map(|it| expected.iter().position(|of| of == it).unwrap()).collect();
        assert!(numbers.windows(2).all(|it| it[0] < it[1]), "in order and once: {texts:?}");
        n_arrived += texts.len();
        let arrived: BTreeSet<&str> = texts.into_iter().collect();
        for text in &expected {
            let [_, state, mid, _] = by_text[text.as_str()];
            *fates.entry(state.clone()).or_default() += 1;
            match state.as_str() {
                "sent" => {
                    assert!(arrived.contains(text.as_str()), "shown as sent, and never arrived: {text}");
                    assert!(said.iter().any(|it| it["mid"] == Value::String(mid.clone())), "another's mid: {text}");
                }
                "failed" => assert!(!arrived.contains(text.as_str()), "shown as failed, and yet it arrived: {text}"),
                "unconfirmed" => {}
                other => panic!("{other}: {text}"),
            }
        }
    }
    assert!(fates["sent"] > n_messages * 9 / 10, "{n_arrived} of {n_messages} arrived: {fates:?}");
}
