//! Against a callback on loopback; the clock is moved by hand.

use super::{post_within, sign};
use crate::clock::Clock;
use crate::faults::Fault;
use crate::world::World;
use crate::world::account::Callback;
use crate::world::act::Act;
use crate::world::record::Webhook;
use crate::{Options, Seed, Shared, Simulator, seed};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

const NOW_MS: i64 = 1_795_000_000_000;
const INSTAGRAM: &str = "17841400000000001";
const PAGE: &str = "102030405060701";
const MINUTE_MS: i64 = 60_000;

/// A callback that does as it is told, and shows what it got.
struct Receiver {
    url: String,
    answers: Arc<Answers>,
    got: mpsc::UnboundedReceiver<Got>,
    _serving: Stop,
}

#[derive(Debug)]
struct Got {
    headers: HeaderMap,
    bytes: Bytes,
    body: Value,
}

struct Answers {
    verify_token: Mutex<String>,
    /// In their turn; 200 when there are no more. 0 is no answer at all.
    next: Mutex<VecDeque<u16>>,
    /// Always refused.
    refused_account: Mutex<Option<&'static str>>,
    got: mpsc::UnboundedSender<Got>,
}

struct Stop(AbortHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Receiver {
    async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?of=us", listener.local_addr().unwrap());
        let (told, got) = mpsc::unbounded_channel();
        let answers = Arc::new(Answers {
            verify_token: Mutex::new("let-me-in".to_owned()),
            next: Mutex::default(),
            refused_account: Mutex::default(),
            got: told,
        });
        let app = Router::new().route("/hook", get(handshake).post(take)).with_state(Arc::clone(&answers));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, answers, got, _serving: Stop(serving.abort_handle()) }
    }

    fn answer(&self, statuses: &[u16]) {
        self.answers.next.lock().unwrap().extend(statuses);
    }

    async fn next(&mut self) -> Got {
        tokio::time::timeout(Duration::from_secs(20), self.got.recv()).await.expect("nothing came").unwrap()
    }

    async fn next_text(&mut self) -> String {
        text(&self.next().await.body)
    }
}

async fn handshake(State(it): State<Arc<Answers>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let expected = query["hub.mode"] == "subscribe" && query["of"] == "us";
    if expected && query["hub.verify_token"] == *it.verify_token.lock().unwrap() {
        return query["hub.challenge"].clone().into_response();
    }
    StatusCode::FORBIDDEN.into_response()
}

async fn take(State(it): State<Arc<Answers>>, headers: HeaderMap, bytes: Bytes) -> StatusCode {
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    let of_refused = it.refused_account.lock().unwrap().is_some_and(|id| body["entry"][0]["id"] == id);
    let status = if of_refused { 500 } else { it.next.lock().unwrap().pop_front().unwrap_or(200) };
    it.got.send(Got { headers, bytes, body }).unwrap();
    if status == 0 {
        std::future::pending::<()>().await;
    }
    StatusCode::from_u16(status).unwrap()
}

fn text(body: &Value) -> String {
    body["entry"][0]["messaging"][0]["message"]["text"].as_str().unwrap().to_owned()
}

struct Stage {
    simulator: Shared,
    _posting: Stop,
}

/// The demo's accounts, with the callback at `url`.
fn start(url: &str) -> Stage {
    start_with(url, |_| ())
}

fn start_with(url: &str, first: impl FnOnce(&mut World)) -> Stage {
    let options = Options {
        seed: Seed::Demo,
        now_ms: NOW_MS,
        callback: Some(url.to_owned()),
        app_secret: Some("s3cret".to_owned()),
        verify_token: Some("let-me-in".to_owned()),
    };
    let mut world = seed::world(&options, Clock::standing(NOW_MS), "http://meta");
    world.outbox.clear();
    first(&mut world);
    let simulator = Simulator::new(world);
    let posting = tokio::spawn(post_within(simulator.clone(), Duration::from_millis(400)));
    Stage { simulator, _posting: Stop(posting.abort_handle()) }
}

fn act(world: &mut World, account_id: &str, it: Value, at_ms: i64) {
    let id = world.customers().iter().find(|it| it.account_id == account_id).unwrap().id.clone();
    let it: Act = serde_json::from_value(it).unwrap();
    world.act(&id, it, at_ms).unwrap();
}

impl Stage {
    fn write(&self, account_id: &str, text: &str) {
        self.simulator.change(|world| {
            let now_ms = world.now_ms();
            act(world, account_id, json!({"send": {"text": text}}), now_ms);
        });
    }

    fn fault(&self, fault: Value) {
        let fault: Fault = serde_json::from_value(fault).unwrap();
        self.simulator.change(|world| world.faults.add(fault));
    }

    fn advance(&self, by_ms: i64) {
        self.simulator.change(|world| world.clock.advance(by_ms)).unwrap();
    }

    /// Waits until it is so.
    async fn until(&self, what: impl Fn(&World) -> bool) {
        let mut changed = self.simulator.changed.subscribe();
        let waiting = async {
            while !what(&self.simulator.look()) {
                changed.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it never was");
    }

    fn record(&self) -> Vec<Webhook> {
        self.simulator.look().webhooks.after(0).map(|(_, it)| it.clone()).collect()
    }

    fn is_subscribed(&self, account_id: &str) -> bool {
        is_subscribed(&self.simulator.look(), account_id)
    }
}

fn is_subscribed(world: &World, account_id: &str) -> bool {
    !world.account(account_id).unwrap().subscriptions.is_empty()
}

fn is_failing(world: &World, account_id: &str) -> bool {
    world.account(account_id).unwrap().subscriptions[0].failing_since_ms.is_some()
}

#[tokio::test]
async fn what_is_posted_is_signed_as_it_is_on_the_wire() {
    let mut receiver = Receiver::listen().await;
    let stage = start(&receiver.url);
    stage.write(INSTAGRAM, "Größe M? a/b 👍🏽");
    let got = receiver.next().await;
    assert!(got.bytes.is_ascii());
    let raw = String::from_utf8(got.bytes.to_vec()).unwrap();
    assert!(raw.contains(r#""Gr\u00f6\u00dfe M? a\/b \ud83d\udc4d\ud83c\udffd""#), "{raw}");
    assert_eq!(got.headers["x-hub-signature-256"], sign::sha256("s3cret", &got.bytes));
    assert_eq!(got.headers["x-hub-signature"], sign::sha1("s3cret", &got.bytes));
    assert_eq!(got.headers["user-agent"], "facebookexternalua");
    assert_eq!(got.headers["content-type"], "application/json");
    stage.until(|world| world.webhooks.after(1).any(|(_, it)| it.status == Some(200))).await;
    let record = stage.record();
    assert_eq!((record.len(), &record[1].body, record[1].attempt), (2, &got.body, 1));
    assert_eq!((record[0].status, record[0].body["hub.mode"].as_str()), (Some(200), Some("subscribe")));
    assert!(record[1].took_us.is_some_and(|it| it > 0), "how long the answer took");
}

#[tokio::test]
async fn events_come_in_order_one_a_request() {
    let mut receiver = Receiver::listen().await;
    let stage = start(&receiver.url);
    for n in 0..30 {
        stage.write(PAGE, &n.to_string());
    }
    for n in 0..30 {
        let got = receiver.next().await;
        assert_eq!((text(&got.body), got.body["entry"].as_array().unwrap().len()), (n.to_string(), 1));
    }
    drop(stage);
}

#[tokio::test]
async fn history_comes_many_at_once_and_in_order() {
    let mut receiver = Receiver::listen().await;
    let stage = start_with(&receiver.url, |world| {
        for n in 0..130 {
            act(world, INSTAGRAM, json!({"send": {"text": n.to_string()}}), NOW_MS - 1_000_000 + n);
        }
    });
    let mut texts = Vec::new();
    let mut sizes = Vec::new();
    while texts.len() < 130 {
        let got = receiver.next().await;
        let items = got.body["entry"][0]["messaging"].as_array().unwrap().clone();
        sizes.push(items.len());
        texts.extend(items.iter().map(|it| it["message"]["text"].as_str().unwrap().to_owned()));
    }
    assert_eq!(sizes, [100, 30]);
    assert_eq!(texts, (0..130).map(|it| it.to_string()).collect::<Vec<_>>());
    drop(stage);
}

#[tokio::test]
async fn nothing_is_posted_to_a_callback_that_refuses_the_handshake() {
    let mut receiver = Receiver::listen().await;
    *receiver.answers.verify_token.lock().unwrap() = "something else".to_owned();
    let stage = start(&receiver.url);
    stage.write(INSTAGRAM, "Hi");
    stage.until(|world| world.webhooks.after(0).count() > 0).await;
    let record = stage.record();
    assert_eq!(record[0].status, Some(403));
    assert!(record[0].error.as_ref().unwrap().contains("refused the handshake"));
    assert!(receiver.got.try_recv().is_err());
    *receiver.answers.verify_token.lock().unwrap() = "let-me-in".to_owned();
    stage.advance(1_000);
    assert_eq!(receiver.next_text().await, "Hi");
}

#[tokio::test]
async fn an_inbox_may_start_later_than_the_simulator() {
    let mut receiver = Receiver::listen().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = nobody.local_addr().unwrap();
    drop(nobody);
    let stage = start(&format!("http://{free}/hook"));
    stage.write(INSTAGRAM, "Hi");
    stage.until(|world| world.webhooks.after(0).any(|(_, it)| it.error.is_some())).await;
    assert!(stage.record()[0].error.as_ref().unwrap().contains("not reached"));
    assert!(!is_failing(&stage.simulator.look(), INSTAGRAM), "nothing was tried yet");
    let url = receiver.url.clone();
    stage.simulator.change(|world| {
        world.apps[0].callback = Some(Callback { url, verify_token: "let-me-in".to_owned() });
    });
    assert_eq!(receiver.next_text().await, "Hi");
}

#[tokio::test]
async fn a_callback_that_never_shows_itself_is_given_up_after_an_hour() {
    let mut receiver = Receiver::listen().await;
    *receiver.answers.verify_token.lock().unwrap() = "something else".to_owned();
    let stage = start(&receiver.url);
    stage.write(INSTAGRAM, "one");
    stage.advance(59 * MINUTE_MS);
    for text in ["two", "three"] {
        stage.write(INSTAGRAM, text);
    }
    stage.write(PAGE, "in time");
    assert!(stage.is_subscribed(INSTAGRAM));
    stage.advance(MINUTE_MS);
    stage.until(|world| !is_subscribed(world, INSTAGRAM)).await;
    assert!(stage.is_subscribed(PAGE), "its own has waited for a minute");
    assert!(stage.record().last().unwrap().error.as_ref().unwrap().contains("webhooks disabled"));
    let waiting: Vec<_> = stage.simulator.look().outbox.values().flatten().map(|it| it.account_id.clone()).collect();
    assert_eq!(waiting, [PAGE]);
    *receiver.answers.verify_token.lock().unwrap() = "let-me-in".to_owned();
    stage.advance(1_000);
    assert_eq!(receiver.next_text().await, "in time");
}

#[tokio::test]
async fn what_fails_is_tried_three_times_at_once_and_later_again() {
    let mut receiver = Receiver::listen().await;
    let stage = start(&receiver.url);
    // A redirect is not followed, and no answer is none.
    receiver.answer(&[500, 302, 0]);
    stage.write(INSTAGRAM, "Hi");
    for _ in 0..3 {
        assert_eq!(receiver.next_text().await, "Hi");
    }
    stage.until(|world| is_failing(world, INSTAGRAM)).await;
    let record = stage.record();
    let attempts: Vec<_> = record.iter().skip(1).map(|it| (it.attempt, it.status)).collect();
    assert_eq!(attempts, [(1, Some(500)), (2, Some(302)), (3, None)]);
    assert!(record[3].error.as_ref().unwrap().contains("in time"));
    assert_eq!(record[3].took_us, None);
    stage.advance(MINUTE_MS - 1);
    stage.write(PAGE, "meanwhile");
    assert_eq!(receiver.next().await.body["object"], "page", "not before its time, and nobody waits for it");
    receiver.answer(&[503, 503, 503]);
    stage.advance(1);
    for _ in 0..3 {
        assert_eq!(receiver.next_text().await, "Hi");
    }
    stage.until(|world| world.webhooks.after(0).filter(|(_, it)| it.status == Some(503)).count() == 3).await;
    stage.advance(5 * MINUTE_MS);
    assert_eq!(receiver.next_text().await, "Hi");
    stage.until(|world| !is_failing(world, INSTAGRAM)).await;
}

#[tokio::test]
async fn an_hour_of_failing_ends_the_subscription_of_that_account() {
    let mut receiver = Receiver::listen().await;
    *receiver.answers.refused_account.lock().unwrap() = Some(INSTAGRAM);
    let stage = start(&receiver.url);
    stage.write(INSTAGRAM, "Hi");
    stage.until(|world| is_failing(world, INSTAGRAM)).await;
    for _ in 0..3 {
        receiver.next().await;
    }
    for (minutes, n_before) in [(1, 3), (5, 6), (15, 9), (30, 12)] {
        stage.until(|world| n_failed(world) == n_before).await;
        stage.advance(minutes * MINUTE_MS);
        stage.write(PAGE, "all is well here");
        for _ in 0..4 {
            receiver.next().await;
        }
    }
    stage.until(|world| n_failed(world) == 15).await;
    assert!(stage.is_subscribed(INSTAGRAM), "51 minutes");
    stage.advance(9 * MINUTE_MS);
    stage.until(|world| !is_subscribed(world, INSTAGRAM)).await;
    assert!(stage.is_subscribed(PAGE));
    assert!(stage.record().last().unwrap().error.as_ref().unwrap().contains("webhooks disabled"));
    for _ in 0..3 {
        receiver.next().await;
    }
    stage.write(INSTAGRAM, "Anybody?");
    stage.write(PAGE, "last");
    assert_eq!(receiver.next_text().await, "last");
}

fn n_failed(world: &World) -> usize {
    world.webhooks.after(0).filter(|(_, it)| it.status == Some(500)).count()
}

#[tokio::test]
async fn webhooks_go_wrong_as_they_are_told_to() {
    let mut receiver = Receiver::listen().await;
    let stage = start(&receiver.url);
    stage.fault(json!({"kind": "webhooks_lost", "times": 1}));
    stage.fault(json!({"kind": "webhooks_duplicated", "times": 1}));
    for text in ["lost", "twice"] {
        stage.write(INSTAGRAM, text);
    }
    for _ in 0..2 {
        assert_eq!(receiver.next_text().await, "twice");
    }
    assert!(stage.record().iter().any(|it| it.error.as_ref().is_some_and(|it| it.contains("lost"))));

    stage.fault(json!({"kind": "wrong_signature", "times": 1}));
    stage.write(INSTAGRAM, "forged");
    let got = receiver.next().await;
    assert_ne!(got.headers["x-hub-signature-256"], sign::sha256("s3cret", &got.bytes));

    stage.fault(json!({"kind": "webhooks_reordered", "times": 1}));
    for text in ["first", "second", "third"] {
        stage.write(INSTAGRAM, text);
    }
    for text in ["second", "first", "third"] {
        assert_eq!(receiver.next_text().await, text);
    }

    stage.fault(json!({"kind": "webhooks_batched", "size": 3, "times": 1}));
    for text in ["a", "b", "c", "d"] {
        stage.write(INSTAGRAM, text);
    }
    assert_eq!(receiver.next().await.body["entry"][0]["messaging"].as_array().unwrap().len(), 3);
    assert_eq!(receiver.next_text().await, "d");

    stage.fault(json!({"kind": "webhooks_delayed", "by_s": 90, "times": 1}));
    stage.write(INSTAGRAM, "late");
    stage.write(INSTAGRAM, "in time");
    assert_eq!(receiver.next_text().await, "in time");
    stage.advance(90_000);
    assert_eq!(receiver.next_text().await, "late");
}

#[tokio::test]
async fn who_waits_for_a_next_one_does_not_wait_for_ever() {
    let mut receiver = Receiver::listen().await;
    let stage = start(&receiver.url);
    stage.fault(json!({"kind": "webhooks_reordered", "times": 1, "account_id": INSTAGRAM}));
    stage.fault(json!({"kind": "webhooks_batched", "size": 9, "times": 1, "account_id": PAGE}));
    stage.write(INSTAGRAM, "alone");
    stage.write(PAGE, "one");
    stage.write(PAGE, "two");
    stage.advance(MINUTE_MS);
    let mut came = [receiver.next().await.body, receiver.next().await.body];
    came.sort_by_key(|it| it["object"].to_string());
    assert_eq!(text(&came[0]), "alone");
    assert_eq!(came[1]["entry"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn whoever_waits_is_told_that_it_arrived() {
    let mut receiver = Receiver::listen().await;
    let stage = start(&receiver.url);
    receiver.answer(&[500]);
    let (told, arrived) = tokio::sync::oneshot::channel();
    stage.simulator.change(|world| {
        act(world, INSTAGRAM, json!({"send": {"text": "Hi"}}), NOW_MS);
        world.outbox.values_mut().next().unwrap().back_mut().unwrap().delivered = Some(told);
    });
    arrived.await.unwrap();
    assert_eq!((receiver.next_text().await, receiver.next_text().await), ("Hi".to_owned(), "Hi".to_owned()));
}

#[tokio::test]
async fn an_app_without_a_callback_leaves_nothing_behind() {
    let mut receiver = Receiver::listen().await;
    let stage = start(&receiver.url);
    stage.simulator.change(|world| world.apps[0].callback = None);
    stage.write(INSTAGRAM, "nobody hears this");
    let url = receiver.url.clone();
    stage.until(|world| world.outbox.is_empty()).await;
    stage.simulator.change(|world| {
        world.apps[0].callback = Some(Callback { url, verify_token: "let-me-in".to_owned() });
    });
    stage.write(INSTAGRAM, "now they do");
    assert_eq!(receiver.next_text().await, "now they do");
}
