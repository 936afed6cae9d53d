//! What was said before the inbox was there is read back from the pretended Meta.

use crate::browser::Browser;
use crate::meta::{Looks, Meta, connect, count, execute, rows, until_there};
use crate::running::{PASSWORD, Place, Running};
use crate::standing::{
    ATTACHMENTS, BARE, CONVERSATIONS, Held, LIKED, MESSAGES, REACTIONS, UNSETTLED, differences, goes_on, liked, said,
};
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;

crate::on_both!(
    what_was_said_before_is_read_back_while_webhooks_pour_in_and_the_inbox_is_killed,
    one_conversation_is_read_back_from_its_customers_page,
);

const CUSTOMERS: usize = 60;
/// More than a page of them.
const MESSAGES_EACH: usize = 54;
/// In every third conversation something happens meanwhile.
const GOES_ON: usize = 3;
const TURNS: usize = 5;
/// After so many of a hundred messages.
const KILL_AFTER: [usize; 2] = [20, 60];
const AT_ONCE: usize = 24;
const PATIENCE: Duration = Duration::from_mins(2);
const MIA: &str = "mia@luna.example";
const TEAM: &str = "Orders";

/// Somebody who wrote before, and a message under which nothing stands yet.
#[derive(Clone)]
struct Customer {
    id: String,
    bare: String,
}

async fn shop(meta: &Meta, place: &Place) -> Value {
    place.add_user(MIA, "Mia Lindqvist", "admin").await;
    meta.post("limits", json!({"lifted": true})).await;
    meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await
}

/// Nobody is told of it: there is no inbox yet. What is said from then on is news.
async fn past(meta: &Meta, account: &Value) -> (Vec<Customer>, i64) {
    let mut customers = Vec::new();
    for n in 0..CUSTOMERS {
        let id = meta.customer(account, &format!("Customer {n}")).await;
        customers.push(Customer { id, bare: String::new() });
    }
    for round in 1..MESSAGES_EACH {
        meta.post("clock", json!({"advance_s": 40})).await;
        let mids = each(&customers, |it| say(meta, account, it.id, round)).await;
        for (customer, mid) in customers.iter_mut().zip(mids) {
            match round {
                BARE => customer.bare = mid,
                LIKED => {
                    let (path, body) = liked(&customer.id, &mid);
                    meta.post(&path, body).await;
                }
                _ => {}
            }
        }
    }
    let clock = meta.post("clock", json!({"advance_s": 40})).await;
    (customers, clock["now"].as_i64().unwrap())
}

async fn each<T, F: Future<Output = T>>(customers: &[Customer], what: impl Fn(Customer) -> F) -> Vec<T> {
    futures::stream::iter(customers.to_vec()).map(what).buffered(AT_ONCE).collect().await
}

/// Its mid.
async fn say(meta: &Meta, account: &Value, customer: String, round: usize) -> String {
    let (path, body) = said(account["id"].as_str().unwrap(), &customer, round);
    meta.post(&path, body).await["mid"].as_str().unwrap().to_owned()
}

async fn go_on(meta: &Meta, account: &Value, customers: &[Customer]) {
    for turn in 0..TURNS {
        each(customers, |customer| async move {
            let (path, body) = goes_on(account["id"].as_str().unwrap(), &customer.id, &customer.bare, turn);
            meta.post(&path, body).await;
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

/// What opens is given to a team.
async fn rule(mia: &mut Browser) {
    let added = mia.post("/teams", &[("name", TEAM)]).await;
    let team = added.goes_to().strip_prefix("/teams/").unwrap();
    let rule = [("account", ""), ("team", team), ("method", "team_only")];
    assert_eq!(mia.post("/rules", &rule).await.goes_to(), "/rules?done=rule");
}

async fn what_was_said_before_is_read_back_while_webhooks_pour_in_and_the_inbox_is_killed(place: Place) {
    let meta = Meta::start(&["--seed", "empty"]).await;
    let account = shop(&meta, &place).await;
    let (customers, news_from) = past(&meta, &account).await;
    connect(&place, &account).await;
    let running = serve(&meta, &place).await;
    let mut mia = Browser::at(&running.address);
    mia.sign_in(MIA, PASSWORD).await;
    rule(&mut mia).await;
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
    let busy: Vec<Customer> = customers.iter().step_by(GOES_ON).cloned().collect();
    let (running, ()) = tokio::join!(killing, go_on(&meta, &account, &busy));
    is_read(&place).await;
    // What could not be told while it was away is told now, also what it was away for twice.
    meta.post("clock", json!({"advance_s": 301})).await;
    let n_told = i64::try_from(busy.len() * TURNS).unwrap();
    until_there(&place.url, "select count(*) from inbound", n_told).await;
    until_there(&place.url, UNSETTLED, 0).await;
    as_the_phones_show_it(&meta, &place, &customers, news_from).await;
    mia.move_to(&running.address);
    let told = mia.get(&page).await.body;
    assert!(told.contains(&format!("{CUSTOMERS} of {CUSTOMERS} conversations read")), "{told}");
    running.stop().await;
}

async fn account_page(place: &Place) -> String {
    let [id] = rows::<1>(&place.url, "select id from accounts").await.remove(0);
    format!("/accounts/{id}")
}

async fn is_read(place: &Place) {
    let mut looks = Looks::for_at_most(PATIENCE);
    while count(&place.url, "select count(*) from backfills where state = 'done'").await == 0 {
        assert!(looks.again().await, "never read to its end");
    }
}

async fn at_least(place: &Place, n: usize) {
    let mut looks = Looks::for_at_most(PATIENCE);
    while count(&place.url, "select count(*) from messages").await < i64::try_from(n).unwrap() {
        assert!(looks.again().await, "never {n} messages");
    }
}

/// Each message once, in the order in which it was said; news of those only in whose conversations something happened.
async fn as_the_phones_show_it(meta: &Meta, place: &Place, customers: &[Customer], news_from: i64) {
    let phone = |it: Customer| async move { meta.get(&format!("customers/{}/phone", it.id)).await };
    let phones = each(customers, phone).await;
    let held = Held {
        conversations: rows(&place.url, CONVERSATIONS).await,
        messages: rows(&place.url, MESSAGES).await,
        attachments: rows(&place.url, ATTACHMENTS).await,
        reactions: rows(&place.url, REACTIONS).await,
    };
    assert_eq!(held.messages.iter().filter(|it| it[4] == "old").count(), CUSTOMERS * MESSAGES_EACH);
    assert_eq!(differences(&phones, &held, news_from, TEAM), Vec::<String>::new());
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
