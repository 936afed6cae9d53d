//! What is read back through the Conversations API beside what webhooks tell of the same: it ends the same.

use crate::inbox::{Inbox, NOW};
use crate::rows;
use model::ids::{AccountId, BackfillId, ContactId};
use model::meta::event::{Event, Recalled, What};
use model::meta::recalled;
use model::platform::Platform;
use model::time::Timestamp;
use serde_json::{Value, json};
use server::store::history::{
    HistoryClaim, Kept, ListedPage, Listing, NewBackfill, NewThread, RecalledPage, ToDo, Turn, Why,
};
use server::store::intake::Applier;
use std::sync::atomic::{AtomicU64, Ordering};

crate::on_both!(
    a_conversation_that_is_read_back_among_its_webhooks_ends_as_without,
    old_messages_open_nothing_and_tell_nobody,
    a_page_counts_once,
    what_was_missed_opens_as_its_webhook_would,
);

const ACCOUNT: &str = "17841460210973548";
const MARA: &str = "1093847561029384";
/// The second of the first message.
const FIRST: i64 = 1_794_994_000;

fn webhook(at_ms: i64, from: &str, message: Value) -> String {
    let to = if from == ACCOUNT { MARA } else { ACCOUNT };
    let item = json!({"sender": {"id": from}, "recipient": {"id": to}, "timestamp": FIRST * 1000 + at_ms});
    let Value::Object(mut item) = item else { unreachable!() };
    let Value::Object(message) = message else { unreachable!() };
    item.extend(message);
    json!({"object": "instagram", "entry": [{"id": ACCOUNT, "time": FIRST * 1000, "messaging": [item]}]}).to_string()
}

/// To the millisecond, as Meta tells what happens.
fn webhooks() -> Vec<String> {
    let url = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1";
    let picture = json!({"type": "image", "payload": {"url": url}});
    vec![
        webhook(417, MARA, json!({"message": {"mid": "a", "text": "Hi! Do you still have the blue kettle?"}})),
        webhook(
            10_203,
            ACCOUNT,
            json!({"message": {"mid": "b", "text": "Yes, two left", "is_echo": true, "app_id": 2_468_013_579_i64}}),
        ),
        webhook(20_900, MARA, json!({"message": {"mid": "c", "attachments": [picture]}})),
        webhook(25_001, MARA, json!({"reaction": {"mid": "b", "action": "react", "reaction": "love", "emoji": "❤"}})),
        webhook(26_000, MARA, json!({"read": {"mid": "b"}})),
        webhook(30_500, MARA, json!({"message": {"mid": "d", "text": "Shall I come by?", "reply_to": {"mid": "b"}}})),
        webhook(40_000, MARA, json!({"message_edit": {"mid": "d", "num_edit": 1, "text": "Shall I come by today?"}})),
        webhook(50_100, MARA, json!({"message": {"mid": "e", "text": "Never mind"}})),
        webhook(60_100, MARA, json!({"message": {"mid": "e", "is_deleted": true}})),
    ]
}

fn node(mid: &str, at_s: i64, from: &str, more: &Value) -> (Timestamp, Value) {
    let mut node = json!({"id": mid, "from": {"id": from}, "message": ""});
    for (key, value) in more.as_object().unwrap() {
        node[key] = value.clone();
    }
    (Timestamp((FIRST + at_s) * 1000), node)
}

/// The same as Meta tells it when it is asked, to the second; `e` was unsent.
fn nodes() -> Vec<(Timestamp, Value)> {
    let url = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1";
    let heart = json!({"data": [{"reaction": "❤", "users": [{"id": MARA}]}]});
    vec![
        node("a", 0, MARA, &json!({"message": "Hi! Do you still have the blue kettle?"})),
        node("b", 10, ACCOUNT, &json!({"message": "Yes, two left", "reactions": heart})),
        node("c", 20, MARA, &json!({"attachments": {"data": [{"image_data": {"url": url}}]}})),
        node("d", 30, MARA, &json!({"message": "Shall I come by today?", "reply_to": {"mid": "b"}})),
    ]
}

fn events(nodes: &[(Timestamp, Value)], is_news: bool) -> Vec<Event> {
    let one = |(at, node): &(Timestamp, Value)| {
        let told = recalled::read(ACCOUNT, node).unwrap();
        let what = Recalled { said: told.said, reaction: told.reaction, called: None, is_news };
        let (account, contact) = (ACCOUNT.to_owned(), Some(MARA.to_owned()));
        let what = What::Recalled(Box::new(what));
        Event { platform: Platform::Instagram, account, contact, at: *at, standby: false, what }
    };
    nodes.iter().map(one).collect()
}

fn account() -> AccountId {
    AccountId::of(Platform::Instagram, ACCOUNT)
}

async fn ask(inbox: &Inbox, why: Why) {
    let id: BackfillId = inbox.program.seams.new_id();
    inbox
        .store
        .ask_history(NewBackfill { id, account: account(), of: None, why, since: None, now: NOW })
        .await
        .unwrap();
}

async fn turn(inbox: &Inbox) -> Option<Turn> {
    inbox.store.free_history().await.unwrap();
    let claim = HistoryClaim { now: NOW, until: NOW.plus_s(20), pace_ms: 0, limit: 8 };
    inbox.store.claim_history(claim).await.unwrap().pop()
}

/// Reads the conversation back as the worker does, as pages of these.
async fn read_back(inbox: &Inbox, pages: &[Vec<Event>], why: Why) -> Vec<Kept> {
    ask(inbox, why).await;
    let listing = turn(inbox).await.unwrap();
    assert_eq!(listing.todo, ToDo::List);
    let thread =
        NewThread { platform_id: "aWdfZAG06".to_owned(), person: MARA.to_owned(), called: None, updated_at: NOW };
    let is = Listing { is_done: true, ..Listing::default() };
    let page = ListedPage { id: listing.id, was: Listing::default(), is, threads: vec![thread], now: NOW };
    inbox.store.save_listed(page).await.unwrap();
    let mut kept = Vec::new();
    for (n, events) in pages.iter().enumerate() {
        let page = recalled_page(&turn(inbox).await.unwrap(), events, n + 1 < pages.len());
        kept.push(inbox.store.save_recalled(page, applier()).await.unwrap());
    }
    assert!(turn(inbox).await.is_none(), "all of it is read");
    kept
}

fn recalled_page(turn: &Turn, events: &[Event], is_more: bool) -> RecalledPage {
    let ToDo::Read(thread) = &turn.todo else { panic!("{turn:?}") };
    let next = is_more.then(|| format!("{}+", thread.place.as_deref().unwrap_or_default()));
    RecalledPage {
        id: turn.id,
        platform: turn.platform,
        account_external_id: turn.account_external_id.clone(),
        thread: thread.clone(),
        next,
        events: events.to_vec(),
        n_unavailable: 0,
    }
}

fn applier() -> Applier {
    let salt = CHANCE.fetch_add(1, Ordering::Relaxed);
    Applier { group: 0, our_app_id: Some(crate::inbox::OUR_APP.into()), now: NOW, salt }
}

/// Never the same twice, as chance is.
static CHANCE: AtomicU64 = AtomicU64::new(7);

async fn a_conversation_that_is_read_back_among_its_webhooks_ends_as_without(inbox: Inbox) {
    let webhooks = webhooks();
    for webhook in &webhooks {
        inbox.take(webhook.as_bytes()).await;
    }
    let expected = inbox.seen().await;
    assert!(expected.iter().any(|it| it.contains("edits=1")) && expected.iter().any(|it| it.starts_with("attachment")));
    // Backwards too: Meta does not promise an order.
    let backwards: Vec<String> = webhooks.iter().rev().cloned().collect();
    for order in [webhooks, backwards] {
        for place in 0..=order.len() {
            let other = inbox.another().await;
            let (before, after) = order.split_at(place);
            for webhook in before {
                other.take(webhook.as_bytes()).await;
            }
            // Newest page first.
            let events = events(&nodes(), false);
            read_back(&other, &[events[2..].to_vec(), events[..2].to_vec()], Why::Requested).await;
            for webhook in after {
                other.take(webhook.as_bytes()).await;
            }
            let seen = other.seen().await;
            let differs = |all: &[String], from: &[String]| -> Vec<String> {
                all.iter().filter(|it| !from.contains(it)).cloned().collect()
            };
            assert_eq!(differs(&seen, &expected), differs(&expected, &seen), "read back after {place}");
        }
    }
}

async fn old_messages_open_nothing_and_tell_nobody(inbox: Inbox) {
    read_back(&inbox, &[events(&nodes(), false)], Why::Connected).await;
    let of = async |sql: &str| rows::lines(&inbox.url, sql).await;
    let conversation = "select state || ' ' || unread || ' ' || coalesce(waiting_since, 0) || ' ' || \
                        coalesce(to_assign_at, 0) || ' ' || preview from conversations";
    assert_eq!(of(conversation).await, ["closed 0 0 0 Shall I come by today?"]);
    assert_eq!(of("select 'x' from episodes union all select 'x' from notifications").await, Vec::<String>::new());
    assert_eq!(of("select external_id from accounts where last_event_at is not null").await, Vec::<String>::new());
    assert_eq!(of("select 'x' from inbound").await, Vec::<String>::new(), "the journal is of what Meta sent");
    assert_eq!(of("select learned from messages group by learned").await, ["old"]);

    let again = webhook(90_000, MARA, json!({"message": {"mid": "f", "text": "Me again"}}));
    inbox.take(again.as_bytes()).await;
    assert_eq!(of("select state || ' ' || unread from conversations").await, ["open 1"]);
    assert_eq!(of("select 'open' from episodes where closed_at is null").await, ["open"]);
    assert_eq!(
        of("select 'x' from conversations where to_assign_at is not null").await,
        ["x"],
        "somebody is found for it"
    );
}

async fn a_page_counts_once(inbox: Inbox) {
    let events = events(&nodes(), false);
    inbox.take(webhooks()[0].as_bytes()).await;
    ask(&inbox, Why::Requested).await;
    let listing = turn(&inbox).await.unwrap();
    let thread = NewThread { platform_id: "t".to_owned(), person: MARA.to_owned(), called: None, updated_at: NOW };
    let is = Listing { is_done: true, ..Listing::default() };
    let page = ListedPage { id: listing.id, was: Listing::default(), is, threads: vec![thread], now: NOW };
    inbox.store.save_listed(page.clone()).await.unwrap();
    inbox.store.save_listed(page).await.unwrap();
    let page = recalled_page(&turn(&inbox).await.unwrap(), &events, true);
    let first = inbox.store.save_recalled(page.clone(), applier()).await.unwrap();
    assert!(matches!(first, Kept::Kept { n_new: 3, .. }), "{first:?}");
    assert_eq!(inbox.store.save_recalled(page, applier()).await.unwrap(), Kept::Was, "another process was faster");
    let last = recalled_page(&turn(&inbox).await.unwrap(), &events, false);
    inbox.store.save_recalled(last, applier()).await.unwrap();
    assert!(turn(&inbox).await.is_none());
    let told = inbox.store.list_history(account(), 5).await.unwrap().remove(0);
    assert_eq!((told.n_found, told.n_conversations, told.n_messages, told.n_known), (1, 1, 3, 5));
    let left = rows::lines(&inbox.url, "select platform_id from backfill_threads").await;
    assert_eq!(left, Vec::<String>::new(), "nothing is kept of what it took");
}

async fn what_was_missed_opens_as_its_webhook_would(inbox: Inbox) {
    let missed = events(&nodes(), true);
    read_back(&inbox, &[missed], Why::Gap).await;
    let seen = async || rows::lines(&inbox.url, "select state || ' ' || unread from conversations").await;
    assert_eq!(seen().await, ["open 2"], "what came after our answer");
    for webhook in webhooks().iter().take(3) {
        inbox.take(webhook.as_bytes()).await;
    }
    assert_eq!(seen().await, ["open 2"], "late webhooks of the same count for nothing");
    let contact = ContactId::of(account(), MARA);
    let due = format!("select 'due' from contacts where id = '{contact}' and profile_due_at is not null");
    assert_eq!(rows::lines(&inbox.url, &due).await, ["due"]);
}
