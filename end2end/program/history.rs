//! What was said before the inbox was there is read back from the pretended Meta.

use crate::browser::Browser;
use crate::meta::{Looks, Meta, connect, count, execute, rows, until_there};
use crate::running::{PASSWORD, Place, Running};
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

crate::on_both!(
    what_was_said_before_is_read_back_while_webhooks_pour_in_and_the_inbox_is_killed,
    one_conversation_is_read_back_from_its_customers_page,
);

const CUSTOMERS: usize = 60;
/// More than a page of them.
const MESSAGES_EACH: usize = 54;
/// Every third customer writes again meanwhile.
const WRITES_AGAIN: usize = 3;
const AGAIN: usize = 2;
/// After so many of a hundred messages.
const KILL_AFTER: [usize; 2] = [20, 60];
const AT_ONCE: usize = 24;
const PATIENCE: Duration = Duration::from_mins(2);
const MIA: &str = "mia@luna.example";

async fn shop(meta: &Meta, place: &Place) -> Value {
    place.add_user(MIA, "Mia Lindqvist", "admin").await;
    meta.post("limits", json!({"lifted": true})).await;
    meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await
}

/// Nobody is told of it: there is no inbox yet.
async fn past(meta: &Meta, account: &Value) -> Vec<String> {
    let mut customers = Vec::new();
    for n in 0..CUSTOMERS {
        customers.push(meta.customer(account, &format!("Customer {n}")).await);
    }
    for round in 1..MESSAGES_EACH {
        meta.post("clock", json!({"advance_s": 40})).await;
        each(&customers, |customer| say(meta, account, customer, round)).await;
    }
    meta.post("clock", json!({"advance_s": 40})).await;
    customers
}

async fn each<F: Future<Output = ()>>(customers: &[String], what: impl Fn(String) -> F) {
    futures::stream::iter(customers.to_vec()).map(what).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
}

/// By turns.
async fn say(meta: &Meta, account: &Value, customer: String, round: usize) {
    let text = format!("Words of round {round}");
    if round.is_multiple_of(3) {
        let path = format!("accounts/{}/native", account["id"].as_str().unwrap());
        meta.post(&path, json!({"customer_id": customer, "text": text})).await;
    } else {
        meta.act(&customer, json!({"send": {"text": text}})).await;
    }
}

async fn write_again(meta: &Meta, customers: &[String]) {
    let again: Vec<String> = customers.iter().step_by(WRITES_AGAIN).cloned().collect();
    for n in 0..AGAIN {
        each(&again, |customer| async move {
            meta.act(&customer, json!({"send": {"text": format!("And another thing, {n}")}})).await;
        })
        .await;
        // Meta tells seconds when it is asked: of one second its order may be known only once both webhooks are there.
        meta.post("clock", json!({"advance_s": 2})).await;
    }
}

async fn serve(meta: &Meta, place: &Place) -> Running {
    let running = meta.serve_inbox(place, &["--history-pace-ms", "0"]).await;
    // Where several processes share the work, another one waits until the call of the killed one is over for certain.
    execute(&place.url, "update backfills set lease_until = null").await;
    running
}

async fn what_was_said_before_is_read_back_while_webhooks_pour_in_and_the_inbox_is_killed(place: Place) {
    let meta = Meta::start(&["--seed", "empty"]).await;
    let account = shop(&meta, &place).await;
    let customers = past(&meta, &account).await;
    connect(&place, &account).await;
    let running = serve(&meta, &place).await;
    let mut mia = Browser::at(&running.address);
    mia.sign_in(MIA, PASSWORD).await;
    let page = account_page(&place).await;
    assert_eq!(mia.post(&format!("{page}/history"), &[]).await.goes_to(), format!("{page}?done=history"));
    let killing = async {
        let mut running = running;
        for percent in KILL_AFTER {
            at_least(&place, CUSTOMERS * MESSAGES_EACH * percent / 100).await;
            running.kill().await;
            running = serve(&meta, &place).await;
            // What could not be told while it was away is told again a minute later.
            meta.post("clock", json!({"advance_s": 61})).await;
        }
        running
    };
    let (running, ()) = tokio::join!(killing, write_again(&meta, &customers));
    until_there(&place.url, "select count(*) from backfills where state = 'done'", 1).await;
    // What could not be told while it was away is told now.
    meta.post("clock", json!({"advance_s": 61})).await;
    let n_again = customers.len().div_ceil(WRITES_AGAIN) * AGAIN;
    let n_all = i64::try_from(CUSTOMERS * MESSAGES_EACH + n_again).unwrap();
    until_there(&place.url, "select count(*) from messages", n_all).await;
    let unread = "select coalesce(sum(unread), 0) from conversations";
    until_there(&place.url, &as_number(unread), i64::try_from(n_again).unwrap()).await;
    as_the_phones_show_it(&meta, &place, &customers).await;
    mia.move_to(&running.address);
    let told = mia.get(&page).await.body;
    assert!(told.contains(&format!("{CUSTOMERS} of {CUSTOMERS} conversations read")), "{told}");
    running.stop().await;
}

/// Postgres adds up to another type than SQLite.
fn as_number(sum: &str) -> String {
    format!("select cast(n as bigint) from ({}) as it", sum.replace(" from ", " as n from "))
}

async fn account_page(place: &Place) -> String {
    let [id] = rows::<1>(&place.url, "select id from accounts").await.remove(0);
    format!("/accounts/{id}")
}

async fn at_least(place: &Place, n: usize) {
    let mut looks = Looks::for_at_most(PATIENCE);
    while count(&place.url, "select count(*) from messages").await < i64::try_from(n).unwrap() {
        assert!(looks.again().await, "never {n} messages");
    }
}

/// Each message once, in the order in which it was said; news of those only who wrote again.
async fn as_the_phones_show_it(meta: &Meta, place: &Place, customers: &[String]) {
    let query = "select k.external_id, m.mid, m.text from messages m
        join conversations c on c.id = m.conversation_id join contacts k on k.id = c.contact_id
        order by c.id, m.at, m.id";
    let mut shown: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for [customer, mid, text] in rows::<3>(&place.url, query).await {
        shown.entry(customer).or_default().push((mid, text));
    }
    let query = "select k.external_id, c.state, cast(c.unread as text), c.preview from conversations c
        join contacts k on k.id = c.contact_id";
    let standing: BTreeMap<String, [String; 4]> =
        rows::<4>(&place.url, query).await.into_iter().map(|it| (it[0].clone(), it)).collect();
    for (n, customer) in customers.iter().enumerate() {
        let phone = meta.get(&format!("customers/{customer}/phone")).await;
        let of = |it: &Value| (it["mid"].as_str().unwrap().to_owned(), it["text"].as_str().unwrap().to_owned());
        let said: Vec<_> = phone["messages"].as_array().unwrap().iter().map(of).collect();
        assert_eq!(shown[customer], said, "customer {n}");
        let (state, unread) = if n.is_multiple_of(WRITES_AGAIN) { ("open", AGAIN) } else { ("closed", 0) };
        let preview = said.last().unwrap().1.clone();
        assert_eq!(
            standing[customer],
            [customer.clone(), state.to_owned(), unread.to_string(), preview],
            "customer {n}"
        );
    }
}

async fn one_conversation_is_read_back_from_its_customers_page(place: Place) {
    let meta = Meta::start(&["--seed", "empty"]).await;
    let account = shop(&meta, &place).await;
    let hannah = meta.customer(&account, "Hannah Okafor").await;
    say(&meta, &account, hannah.clone(), 3).await;
    connect(&place, &account).await;
    let running = serve(&meta, &place).await;
    meta.act(&hannah, json!({"send": {"text": "Me again"}})).await;
    until_there(&place.url, "select count(*) from messages", 1).await;
    let [contact] = rows::<1>(&place.url, "select id from contacts").await.remove(0);
    let mut mia = Browser::at(&running.address);
    mia.sign_in(MIA, PASSWORD).await;
    let page = format!("/contacts/{contact}");
    assert!(mia.get(&page).await.body.contains("Read earlier messages"));
    assert_eq!(mia.post(&format!("{page}/history"), &[]).await.goes_to(), page);
    until_there(&place.url, "select count(*) from backfills where state = 'done'", 1).await;
    let told = mia.get(&page).await.body;
    assert!(told.contains("1 of 1 conversation read, 2 messages added, 1 known already."), "{told}");
    let found = rows::<2>(&place.url, "select state, cast(unread as text) from conversations").await;
    assert_eq!(found, [["open", "1"]], "nothing old is unread");
    running.stop().await;
}
