//! What happens is told to other programs; the example of one.

use crate::api::{Api, Shop};
use crate::meta::{Looks, execute, rows, until_there};
use crate::running::Place;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use order_bot::Bot;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

crate::on_both!(
    the_example_answers_what_it_is_told_and_hands_over,
    the_example_reads_the_stream,
    a_killed_inbox_tells_everything_once_it_is_back,
    a_silent_bot_loses_the_conversation,
);

const PATIENCE: Duration = Duration::from_secs(30);

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

/// A bot's token, and an endpoint for it with its secret, made as an admin makes it.
async fn bot_with_endpoint(shop: &Shop, origin: &str) -> (Api, String) {
    let api = shop.api(&["--bot", "Kiln"]).await;
    let [[token]] = rows::<1>(&shop.place.url, "select id from api_tokens").await.try_into().unwrap();
    let url = format!("{origin}/events");
    let topics = ["message", "assignment", "state", "ownership"].map(|it| ("topic", it));
    let form = [&[("name", "Orders"), ("url", &url), ("token", &token)][..], &topics].concat();
    let page = shop.mia().await.post("/endpoints", &form).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
    let (_, after) = page.body.split_once("id=\"made-secret\"").unwrap();
    let secret = after.split("value=\"").nth(1).and_then(|it| it.split('"').next()).unwrap();
    (api, secret.to_owned())
}

async fn customer_says(shop: &Shop, text: &str) {
    shop.meta.act(&shop.customer, json!({"send": {"text": text}})).await;
}

async fn until_said(shop: &Shop, words: &str) {
    let mut looks = Looks::for_at_most(PATIENCE);
    loop {
        let said = shop.meta.said_to(&shop.customer).await;
        if said.iter().any(|it| it.to_string().contains(words)) {
            return;
        }
        assert!(looks.again().await, "never said {words:?}: {said:?}");
    }
}

async fn until_owner(api: &Api, shop: &Shop, owner: &str) {
    let mut looks = Looks::for_at_most(PATIENCE);
    while api.get(&shop.path("")).await["owner"] != owner {
        assert!(looks.again().await, "never {owner}'s");
    }
}

/// What a customer asks, what the example says to it, and what a person finds.
async fn is_served(shop: &Shop, api: &Api) {
    customer_says(shop, "Where is my parcel?").await;
    until_said(shop, "Which order is it?").await;
    customer_says(shop, "4127").await;
    until_said(shop, "Your order 4127 was delivered on Tuesday.").await;
    customer_says(shop, "Do you make blue mugs?").await;
    until_owner(api, shop, "human").await;
    let thread = shop.mia().await.get(&format!("/inbox/{}", shop.conversation)).await;
    for words in ["This is not about an order.", "The customer wrote: Do you make blue mugs?", "Kiln"] {
        assert!(thread.body.contains(words), "{words}: {}", thread.body);
    }
    let n_said = shop.meta.said_to(&shop.customer).await.len();
    assert_eq!(n_said, 2, "each question is answered once");
}

async fn the_example_answers_what_it_is_told_and_hands_over(place: Place) {
    let (listener, origin) = listener().await;
    let shop = Shop::open_with(place, &["--endpoint-allow", &origin]).await;
    let (api, secret) = bot_with_endpoint(&shop, &origin).await;
    let bot = Bot { api: order_bot::Api::new(&shop.inbox.address, &api.token).unwrap() };
    let serving = tokio::spawn(async move { axum::serve(listener, bot.receiver(&secret)).await });
    api.post(&shop.path("/handover"), &json!({"to": "bot"})).await.is(StatusCode::OK);
    is_served(&shop, &api).await;
    let told = "select count(*) from endpoint_deliveries where state <> 'delivered'";
    until_there(&shop.place.url, told, 0).await;
    let [[id]] = rows::<1>(&shop.place.url, "select id from endpoints").await.try_into().unwrap();
    let mut mia = shop.mia().await;
    let log = mia.get(&format!("/endpoints/{id}")).await;
    assert!(log.body.contains("Delivered") && log.body.contains("Hand-over"), "{}", log.body);
    let again = log.body.split("/replay/").nth(1).and_then(|it| it.split('"').next()).unwrap().to_owned();
    let replayed = mia.post(&format!("/endpoints/{id}/replay/{again}"), &[]).await;
    assert_eq!(replayed.goes_to(), format!("/endpoints/{id}?again=1"));
    until_there(&shop.place.url, told, 0).await;
    assert_eq!(shop.meta.said_to(&shop.customer).await.len(), 2, "told twice is answered once");
    serving.abort();
    shop.stop().await;
}

async fn the_example_reads_the_stream(place: Place) {
    let shop = Shop::open_with(place, &[]).await;
    let api = shop.api(&["--bot", "Kiln"]).await;
    let bot = Bot { api: order_bot::Api::new(&shop.inbox.address, &api.token).unwrap() };
    api.post(&shop.path("/handover"), &json!({"to": "bot"})).await.is(StatusCode::OK);
    // From here on, however long it takes to connect: what the customer said to people is not the bot's to answer.
    let head = "select cast(seq as text) from change_head";
    let [[seq]] = rows::<1>(&shop.place.url, head).await.try_into().unwrap();
    let reading = tokio::spawn(async move { bot.listen(Some(seq)).await });
    is_served(&shop, &api).await;
    reading.abort();
    shop.stop().await;
}

/// Takes what comes; until it is told otherwise it never answers.
fn stalling(listener: TcpListener, answers: Arc<AtomicBool>) -> Arc<Mutex<Vec<(String, String)>>> {
    let got: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let kept = got.clone();
    let receive = move |headers: HeaderMap, body: String| {
        let (kept, answers) = (kept.clone(), answers.clone());
        async move {
            if !answers.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            let body: Value = serde_json::from_str(&body).unwrap();
            let id = headers["x-switchboard-delivery"].to_str().unwrap().to_owned();
            let text = body["message"]["text"].as_str().unwrap_or_default().to_owned();
            kept.lock().unwrap().push((id, text));
            StatusCode::OK
        }
    };
    let app = Router::new().route("/events", post(receive));
    tokio::spawn(async move { axum::serve(listener, app).await });
    got
}

async fn a_killed_inbox_tells_everything_once_it_is_back(place: Place) {
    let (listener, origin) = listener().await;
    let args = ["--endpoint-allow", &origin];
    let shop = Shop::open_with(place, &args).await;
    let answers = Arc::new(AtomicBool::new(false));
    let got = stalling(listener, answers.clone());
    let (api, _) = bot_with_endpoint(&shop, &origin).await;
    api.post(&shop.path("/handover"), &json!({"to": "bot"})).await.is(StatusCode::OK);
    let words: Vec<String> = (1..=5).map(|n| format!("Question {n}")).collect();
    for text in &words {
        customer_says(&shop, text).await;
    }
    let url = &shop.place.url;
    until_there(url, "select count(*) from endpoint_deliveries where event = 'message'", 5).await;
    until_there(url, "select count(*) from endpoint_deliveries where state = 'running'", 1).await;
    let Shop { meta, inbox, place, .. } = shop;
    inbox.kill().await;
    // Another process would find it once its lease is over.
    execute(&place.url, "update endpoint_deliveries set lease_until = 1 where state = 'running'").await;
    answers.store(true, Ordering::SeqCst);
    let inbox = meta.serve_inbox(&place, &args).await;
    until_there(&place.url, "select count(*) from endpoint_deliveries where state <> 'delivered'", 0).await;
    let got = got.lock().unwrap().clone();
    let mut names = BTreeSet::new();
    let texts: Vec<String> = got.into_iter().filter(|it| names.insert(it.0.clone())).map(|it| it.1).collect();
    let texts: Vec<String> = texts.into_iter().filter(|it| !it.is_empty()).collect();
    assert_eq!(texts, words, "each, in order");
    inbox.stop().await;
    meta.running.stop().await;
}

async fn a_silent_bot_loses_the_conversation(place: Place) {
    let shop = Shop::open_with(place, &[]).await;
    let api = shop.api(&["--bot", "Kiln"]).await;
    let [[bot]] = rows::<1>(&shop.place.url, "select id from bots").await.try_into().unwrap();
    let mut mia = shop.mia().await;
    let wrong = mia.post(&format!("/bots/{bot}/limit"), &[("within", "soon")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = mia.post(&format!("/bots/{bot}/limit"), &[("within", "1")]).await;
    assert_eq!(saved.goes_to(), "/endpoints?done=limited");
    api.post(&shop.path("/handover"), &json!({"to": "bot"})).await.is(StatusCode::OK);
    customer_says(&shop, "Anybody there?").await;
    until_owner(&api, &shop, "human").await;
    let thread = mia.get(&format!("/inbox/{}", shop.conversation)).await;
    assert!(thread.body.contains("Kiln did not answer within 1 second."), "{}", thread.body);
    let audit = mia.get("/audit?action=conversation.bot_lost").await;
    assert!(audit.body.contains("Kiln did not answer."), "{}", audit.body);
    let late = api.post(&shop.path("/messages"), &json!({"text": "Here I am."})).await;
    late.is(StatusCode::CONFLICT);
    shop.stop().await;
}
