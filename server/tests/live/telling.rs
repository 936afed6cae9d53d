//! Outgoing webhooks, to a program that listens on a port of its own and is not always there.

use crate::bed::Bed;
use crate::rows::{self, Thread};
use crate::running::{Running, serve_with};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use model::endpoints::{EndpointForm, ListedEndpoint, Topic};
use model::ids::{ApiTokenId, ConversationId};
use model::live::Event;
use model::person::{Me, Preferences, Role};
use model::time::{DAY_S, HOUR_S};
use model::tokens::Scope;
use ring::hmac;
use serde_json::Value;
use server::auth::{Caller, Client};
use server::chance::hex;
use server::endpoints;
use server::live::Live;
use server::store::audit::Actor;
use server::store::changes::NewChange;
use server::store::tokens::{NewToken, TokenAdded};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

crate::on_both!(
    a_receiver_that_was_down_for_an_hour_gets_everything_in_order,
    ten_thousand_for_one_do_not_keep_another_waiting,
    what_is_refused_for_a_day_is_given_up_and_can_be_told_again,
);

const PATIENCE: Duration = Duration::from_mins(4);

/// What came, in the order in which it came.
#[derive(Debug, Clone)]
struct Got {
    id: String,
    signature: String,
    raw: Bytes,
    body: Value,
}

impl Got {
    fn is_signed_with(&self, secret: &str) -> bool {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), &self.raw);
        self.signature == format!("sha256={}", hex(tag.as_ref()))
    }

    fn conversation(&self) -> String {
        self.body["conversation"]["id"].as_str().unwrap().to_owned()
    }

    /// Its place in the feed.
    fn seq(&self) -> i64 {
        let (_, place) = self.id.split_once('-').unwrap();
        place.rsplit_once('-').unwrap().0.parse().unwrap()
    }
}

/// Another program. It answers as it is told, once it is there.
#[derive(Clone)]
struct Receiver {
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<StatusCode>>,
    at: SocketAddr,
}

impl Receiver {
    /// Its address, at which nobody listens yet.
    async fn somewhere() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        Self { got: Arc::default(), answers: Arc::new(Mutex::new(StatusCode::NO_CONTENT)), at }
    }

    async fn listen(&self) {
        let listener = TcpListener::bind(self.at).await.unwrap();
        let app = Router::new().route("/events", post(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
    }

    async fn there() -> Self {
        let it = Self::somewhere().await;
        it.listen().await;
        it
    }

    fn url(&self) -> String {
        format!("http://{}/events", self.at)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.at)
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

async fn receive(State(it): State<Receiver>, headers: HeaderMap, raw: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, signature) = (header("x-switchboard-delivery"), header("x-hub-signature-256"));
    let body: Value = serde_json::from_slice(&raw).unwrap();
    assert_eq!(body["id"], id);
    it.got.lock().unwrap().push(Got { id, signature, raw, body });
    *it.answers.lock().unwrap()
}

/// Looks again until it is so.
async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let (started, mut tick) = (Instant::now(), tokio::time::interval(Duration::from_millis(100)));
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        tick.tick().await;
    }
}

/// The program with an admin and a token.
struct Inbox {
    bed: Bed,
    running: Running,
    mia: Caller,
    token: ApiTokenId,
}

impl Inbox {
    async fn new(bed: Bed, receivers: &[&Receiver]) -> Self {
        let origins: Vec<String> = receivers.iter().map(|it| it.origin()).collect();
        let allowed = origins.join(",");
        let running = serve_with(&bed, bed.store.clone(), Live::default(), &["--endpoint-allow", &allowed]).await;
        let id = bed.somebody("Mia", Role::Admin).await;
        let me = Me {
            id,
            name: "Mia".to_owned(),
            email: "mia@luna.example".to_owned(),
            role: Role::Admin,
            preferences: Preferences::default(),
        };
        let mia = Caller { me, business: "Luna Ceramics".to_owned() };
        let token = NewToken {
            id: bed.seams.new_id(),
            name: "Shop".to_owned(),
            fingerprint: "fingerprint".to_owned(),
            scopes: vec![Scope::Read],
            accounts: Vec::new(),
            bot: None,
            expires_at: None,
            by: Actor::System,
            now: bed.seams.now(),
            audit_id: bed.seams.new_id(),
            address: None,
        };
        let id = token.id;
        assert_eq!(bed.store.add_token(token).await.unwrap(), Ok(TokenAdded::Yes));
        Self { bed, running, mia, token: id }
    }

    /// Its secret.
    async fn endpoint(&self, name: &str, receiver: &Receiver) -> String {
        let form = EndpointForm {
            name: name.to_owned(),
            url: receiver.url(),
            token: Some(self.token),
            topics: Topic::ALL.to_vec(),
            ..EndpointForm::default()
        };
        let client = Client { address: "192.0.2.1".to_owned(), user_agent: String::new() };
        endpoints::add(&self.running.program, &self.mia, &client, form).await.unwrap().unwrap().secret
    }

    async fn threads(&self, n: usize) -> Vec<Thread> {
        let mut threads = Vec::new();
        for _ in 0..n {
            threads.push(rows::thread(&self.bed.url, &self.bed.seams).await);
        }
        threads
    }

    /// Each customer's message changes so many times, in turn.
    async fn happen(&self, threads: &[Thread], n_times: usize) {
        for n in 0..n_times {
            self.bed.clock.advance_s(1);
            let revision = i64::try_from(n).unwrap() + self.bed.seams.now().0;
            let change = |it: &Thread| {
                let event = Event::Message { conversation_id: it.conversation, message_id: it.message, revision };
                NewChange::new(event, Some(it.account), self.bed.seams.now())
            };
            self.running.note(threads.iter().map(change).collect()).await;
        }
    }

    async fn listed(&self, name: &str) -> ListedEndpoint {
        let all = self.bed.store.list_endpoints(self.bed.seams.now()).await.unwrap();
        all.into_iter().find(|it| it.name == name).unwrap()
    }
}

/// In each conversation what came first in the feed came first.
fn are_in_order(got: &[Got]) -> HashMap<String, usize> {
    let mut last: HashMap<String, (i64, usize)> = HashMap::new();
    for it in got {
        let (seq, n) = last.entry(it.conversation()).or_insert((i64::MIN, 0));
        assert!(it.seq() > *seq, "{} came after {seq}", it.id);
        (*seq, *n) = (it.seq(), *n + 1);
    }
    last.into_iter().map(|(conversation, (_, n))| (conversation, n)).collect()
}

async fn a_receiver_that_was_down_for_an_hour_gets_everything_in_order(bed: Bed) {
    let receiver = Receiver::somewhere().await;
    let inbox = Inbox::new(bed, &[&receiver]).await;
    let secret = inbox.endpoint("Shop", &receiver).await;
    let threads = inbox.threads(3).await;
    inbox.happen(&threads, 5).await;
    until("it fails", || async { inbox.listed("Shop").await.failing_since.is_some() }).await;
    let begun = inbox.bed.seams.now();
    // Every minute of that hour it is looked whether somebody is there.
    for minute in 1..=60 {
        inbox.bed.clock.advance_s(60);
        if minute % 20 == 0 {
            inbox.happen(&threads, 1).await;
        }
    }
    assert!(inbox.bed.seams.now() >= begun.plus_s(HOUR_S));
    let is_made = || async {
        let listed = inbox.listed("Shop").await;
        (listed.n_waiting, listed.n_failed) == (24, 0)
    };
    until("all of it waits", is_made).await;
    assert_eq!(receiver.got().len(), 0);
    receiver.listen().await;
    // It is asked again within an hour of its last refusal.
    let has_all = || async {
        inbox.bed.clock.advance_s(60);
        receiver.got().len() >= 24
    };
    until("everything has come", has_all).await;
    let is_done = || async { inbox.listed("Shop").await.n_waiting == 0 };
    until("it is noted", is_done).await;
    let got = receiver.got();
    assert_eq!(got.len(), 24, "nothing twice");
    assert!(got.iter().all(|it| it.is_signed_with(&secret) && !it.is_signed_with("another")));
    let n_each = are_in_order(&got);
    let expected: HashMap<ConversationId, usize> = threads.iter().map(|it| (it.conversation, 8)).collect();
    assert_eq!(n_each, expected.into_iter().map(|(id, n)| (id.to_string(), n)).collect());
    assert_eq!(
        (got[0].body["event"].as_str(), got[0].body["message"]["direction"].as_str()),
        (Some("message"), Some("in"))
    );
    assert_eq!(inbox.listed("Shop").await.failing_since, None);
    inbox.running.stop().await;
}

async fn ten_thousand_for_one_do_not_keep_another_waiting(bed: Bed) {
    let (slow, quick) = (Receiver::there().await, Receiver::there().await);
    let inbox = Inbox::new(bed, &[&slow, &quick]).await;
    inbox.endpoint("Slow", &slow).await;
    let threads = inbox.threads(4).await;
    let slow_id = inbox.listed("Slow").await.id;
    queue(&inbox, &threads, &slow_id.to_string(), 10_000).await;
    inbox.endpoint("Quick", &quick).await;
    inbox.happen(&threads, 1).await;
    until("the other one is told", || async { quick.got().len() == 4 }).await;
    let left = inbox.listed("Slow").await.n_waiting;
    assert!(left > 5000, "long before the first has all: {left}");
    until("they drain", || async { inbox.listed("Slow").await.n_waiting == 0 }).await;
    let got = slow.got();
    assert_eq!(are_in_order(&got).values().sum::<usize>(), 10_004);
    inbox.running.stop().await;
}

/// So many wait for it, as if made of the feed.
async fn queue(inbox: &Inbox, threads: &[Thread], endpoint: &str, n: usize) {
    let now = inbox.bed.seams.now().0;
    let mut sql = String::new();
    for piece in (0..n).collect::<Vec<_>>().chunks(500) {
        let rows = piece.iter().map(|n| {
            let of = &threads[n % threads.len()];
            let (state, seq) =
                (if *n < threads.len() { "ready" } else { "waiting" }, i64::try_from(*n).unwrap() - 20_000);
            format!(
                "('{endpoint}', {seq}, 1, '{}', '{}', 'message', '{state}', {now}, {now})",
                of.conversation, of.message
            )
        });
        let rows = rows.collect::<Vec<_>>().join(", ");
        let _ = write!(
            sql,
            "insert into endpoint_deliveries (endpoint_id, seq, part, conversation_id, message_id, event, state, due_at,
                 created_at)
             values {rows};"
        );
    }
    inbox.bed.execute(&sql).await;
}

async fn what_is_refused_for_a_day_is_given_up_and_can_be_told_again(bed: Bed) {
    let receiver = Receiver::there().await;
    *receiver.answers.lock().unwrap() = StatusCode::INTERNAL_SERVER_ERROR;
    let inbox = Inbox::new(bed, &[&receiver]).await;
    inbox.endpoint("Shop", &receiver).await;
    let threads = inbox.threads(1).await;
    inbox.happen(&threads, 1).await;
    until("it is tried", || async { !receiver.got().is_empty() }).await;
    until("it fails", || async { inbox.listed("Shop").await.failing_since.is_some() }).await;
    inbox.bed.clock.advance_s(DAY_S);
    until("it is given up", || async { inbox.listed("Shop").await.n_failed == 1 }).await;
    let id = inbox.listed("Shop").await.id;
    let (_, log) = endpoints::log(&inbox.running.program, &inbox.mia, id, true).await.unwrap().unwrap();
    assert_eq!((log.len(), log[0].status), (1, Some(500)));
    *receiver.answers.lock().unwrap() = StatusCode::OK;
    let client = Client { address: "192.0.2.1".to_owned(), user_agent: String::new() };
    let n = endpoints::replay(&inbox.running.program, &inbox.mia, &client, id, None).await.unwrap();
    assert_eq!(n, 1);
    let is_told = || async {
        let listed = inbox.listed("Shop").await;
        (listed.n_waiting, listed.n_failed, listed.failing_since) == (0, 0, None)
    };
    until("it is told", is_told).await;
    let names: Vec<String> = receiver.got().into_iter().map(|it| it.id).collect();
    assert!(names.len() >= 3 && names.iter().all(|it| *it == names[0]), "always under the same name: {names:?}");
    inbox.running.stop().await;
}
