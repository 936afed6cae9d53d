//! What Meta posts is there once, whatever happens to the program meanwhile.

use crate::running::{Place, Running, feed, text};
use reqwest::{Client, StatusCode};
use ring::hmac;
use sqlx::Connection as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

crate::on_both!(what_was_acknowledged_is_there_once_after_many_kills);

const ACCOUNT: &str = "17841460210973548";
const SECRET: &str = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5";
const N_CUSTOMERS: usize = 400;
const CONNECTIONS: usize = 64;
const PATIENCE: Duration = Duration::from_mins(1);

/// After so many acknowledgements, so that the kills hit different moments.
const KILL_AFTER: [usize; 12] = [1, 65, 700, 1_500, 3_210, 5_000, 6_950, 9_100, 11_111, 13_700, 16_000, 19_400];

async fn what_was_acknowledged_is_there_once_after_many_kills(place: Place) {
    const N_EVENTS: usize = 20_000;
    connect_account(&place).await;
    let meta = Arc::new(Meta::with(N_EVENTS));
    let mut running = serve(&place).await;
    let (tell, address) = watch::channel(running.address.clone());
    let mut posting = meta.start(&address);
    let mut acknowledged = meta.acknowledged.subscribe();
    for n in KILL_AFTER {
        acknowledged.wait_for(|it| *it >= n).await.unwrap();
        running.kill().await;
        running = serve(&place).await;
        tell.send_replace(running.address.clone());
    }
    while let Some(posted) = posting.join_next().await {
        posted.unwrap();
    }
    assert!(*acknowledged.borrow() > N_EVENTS, "some were posted twice");
    everything_is_there_once(&place, N_EVENTS).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_get_the_same_keep_it_once() {
    const N_EVENTS: usize = 2_000;
    let place = Place::postgres().await;
    connect_account(&place).await;
    let (one, other) = tokio::join!(serve(&place), serve(&place));
    let mut posting = JoinSet::new();
    for running in [&one, &other] {
        let (_tell, address) = watch::channel(running.address.clone());
        let mut to_one = Arc::new(Meta::with(N_EVENTS)).start(&address);
        posting.spawn(async move { while to_one.join_next().await.transpose().unwrap().is_some() {} });
    }
    while let Some(posted) = posting.join_next().await {
        posted.unwrap();
    }
    everything_is_there_once(&place, N_EVENTS).await;
    for running in [one, other] {
        let (status, ..) = running.stop().await;
        assert!(status.success());
    }
}

async fn connect_account(place: &Place) {
    let which = ["account", "add", "--platform", "instagram", "--id", ACCOUNT];
    let args = [&which[..], &["--name", "luna.ceramics", "--token-stdin"]].concat();
    let added = feed(place.command(&args), "IGAAkilnAndGlaze\n").await;
    assert!(added.status.success(), "{}", text(&added.stderr));
}

async fn serve(place: &Place) -> Running {
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("SWITCHBOARD_META_APP_SECRETS", SECRET);
    // Nobody is there to tell names.
    command.env("SWITCHBOARD_INSTAGRAM_GRAPH_URL", "http://127.0.0.1:9");
    Running::start(command).await
}

fn mid(number: usize) -> String {
    format!("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjMTc4NDE0NjAyMTA5NzM1NDg6{number:06}")
}

fn customer(number: usize) -> String {
    format!("1093847561{:06}", number % N_CUSTOMERS)
}

struct Post {
    body: String,
    signature: String,
}

impl Post {
    fn of(number: usize, key: &hmac::Key) -> Self {
        let (at, mid, customer) = (1_794_994_261_417 + number, mid(number), customer(number));
        let body = format!(
            r#"{{"object":"instagram","entry":[{{"id":"{ACCOUNT}","time":{at},"messaging":[{{"sender":{{"id":"{customer}"}},"recipient":{{"id":"{ACCOUNT}"}},"timestamp":{at},"message":{{"mid":"{mid}","text":"Is the kettle number {number} in stock?"}}}}]}}]}}"#
        );
        let tag = hmac::sign(key, body.as_bytes());
        let signature = tag.as_ref().iter().fold("sha256=".to_owned(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        Self { body, signature }
    }
}

/// Posts everything until it is acknowledged.
struct Meta {
    client: Client,
    posts: Vec<Post>,
    next: AtomicUsize,
    acknowledged: watch::Sender<usize>,
}

impl Meta {
    /// So many events, and each fortieth of them a second time, a little later.
    fn with(n_events: usize) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let numbers = (0..n_events).flat_map(|it| [Some(it), (it % 40 == 39).then(|| it - 17)]);
        Self {
            client: Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap(),
            posts: numbers.flatten().map(|it| Post::of(it, &key)).collect(),
            next: AtomicUsize::new(0),
            acknowledged: watch::Sender::new(0),
        }
    }

    fn start(self: &Arc<Self>, address: &watch::Receiver<String>) -> JoinSet<()> {
        let connections = (0..CONNECTIONS).map(|_| Arc::clone(self).post_all(address.clone()));
        connections.collect()
    }

    async fn post_all(self: Arc<Self>, mut address: watch::Receiver<String>) {
        while let Some(post) = self.posts.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            loop {
                let at = address.borrow().clone();
                match self.post(&at, post).await {
                    Ok(StatusCode::OK) => break,
                    Ok(StatusCode::SERVICE_UNAVAILABLE) => {}
                    Ok(status) => panic!("answered {status}"),
                    // It was killed: where it listens next is told when it does.
                    Err(error) => {
                        let moved = tokio::time::timeout(PATIENCE, address.wait_for(|it| *it != at)).await;
                        assert!(moved.is_ok_and(|it| it.is_ok()), "it was not killed, and yet: {error}");
                    }
                }
            }
            self.acknowledged.send_modify(|it| *it += 1);
        }
    }

    async fn post(&self, at: &str, post: &Post) -> reqwest::Result<StatusCode> {
        let request = self.client.post(format!("{at}/webhooks/meta")).header("x-hub-signature-256", &post.signature);
        request.body(post.body.clone()).send().await.map(|it| it.status())
    }
}

async fn everything_is_there_once(place: &Place, n_events: usize) {
    let applied = async {
        while !counts(place, "select state, count(*) from inbound where state = 'pending' group by state")
            .await
            .is_empty()
        {}
    };
    tokio::time::timeout(PATIENCE, applied).await.expect("what came in is applied");
    let journal = counts(place, "select state, count(*) from inbound group by state").await;
    assert_eq!(journal, BTreeMap::from([("applied".to_owned(), n_events)]));
    let messages = counts(place, "select mid, count(*) from messages group by mid").await;
    let twice: Vec<_> = messages.iter().filter(|(_, n)| **n != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let expected: BTreeSet<String> = (0..n_events).map(mid).collect();
    let lost: Vec<_> = expected.iter().filter(|it| !messages.contains_key(*it)).collect();
    assert!(lost.is_empty() && messages.len() == n_events, "{} are gone: {lost:?}", lost.len());
    let unread = "select external_id, cast(unread as bigint) from conversations
        join contacts on contacts.id = conversations.contact_id";
    let mut wrote = BTreeMap::new();
    for number in 0..n_events {
        *wrote.entry(customer(number)).or_insert(0) += 1;
    }
    assert_eq!(counts(place, unread).await, wrote);
}

/// Names and how many there are of each, from the database itself.
async fn counts(place: &Place, query: &'static str) -> BTreeMap<String, usize> {
    let rows: Vec<(String, i64)> = if place.url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(&place.url).await.unwrap();
        sqlx::query_as(query).fetch_all(&mut conn).await.unwrap()
    } else {
        let mut conn = sqlx::PgConnection::connect(&place.url).await.unwrap();
        sqlx::query_as(query).fetch_all(&mut conn).await.unwrap()
    };
    rows.into_iter().map(|(name, n)| (name, usize::try_from(n).unwrap())).collect()
}
