//! The pretended Meta as a program of its own, and the inbox beside it.

use crate::running::{Place, Running, bare, feed, text};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Connection as _;
use std::time::{Duration, Instant};
use tokio::time::{Interval, MissedTickBehavior};

pub const SECRET: &str = "kiln-and-glaze-of-the-app";
pub const VERIFY: &str = "say-kiln";
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Meta {
    pub running: Running,
    pub client: Client,
}

impl Meta {
    pub async fn start(args: &[&str]) -> Self {
        let all = [&["simulator", "--listen", "127.0.0.1:0", "--app-secret", SECRET, "--verify-token", VERIFY], args];
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { running: Running::start(bare(&all.concat())).await, client }
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}/control/{path}", self.running.address);
        let answer = self.client.request(method, url).json(&body).send().await.unwrap();
        let status = answer.status();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(Method::POST, path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    pub async fn get(&self, path: &str) -> Value {
        self.control(Method::GET, path, Value::Null).await.1
    }

    /// The inbox, which this Meta tells everything.
    pub async fn serve_inbox(&self, place: &Place, args: &[&str]) -> Running {
        let graph = &self.running.address;
        let all = [&["serve", "--listen", "127.0.0.1:0"], args].concat();
        let mut command = place.command(&all);
        command.env("SWITCHBOARD_META_APP_SECRETS", SECRET).env("SWITCHBOARD_META_VERIFY_TOKEN", VERIFY);
        command.env("SWITCHBOARD_GRAPH_URL", graph).env("SWITCHBOARD_INSTAGRAM_GRAPH_URL", graph);
        let inbox = Running::start(command).await;
        let callback = json!({"url": format!("{}/webhooks/meta", inbox.address), "verify_token": VERIFY});
        let (status, answer) = self.control(Method::PUT, "callback", callback).await;
        assert!(status.is_success(), "{answer}");
        inbox
    }

    /// What a customer does.
    pub async fn act(&self, customer: &str, act: Value) -> Value {
        self.post(&format!("customers/{customer}/do"), act).await
    }

    /// A new customer, who has said hello.
    pub async fn customer(&self, account: &Value, name: &str) -> String {
        let customer = self.post("customers", json!({"account_id": account["id"], "name": name})).await;
        let id = customer["id"].as_str().unwrap().to_owned();
        self.act(&id, json!({"send": {"text": "Hello, is anybody there?"}})).await;
        id
    }

    /// What the business said, as the customer's phone shows it.
    pub async fn said_to(&self, customer: &str) -> Vec<Value> {
        let phone = self.get(&format!("customers/{customer}/phone")).await;
        let messages = phone["messages"].as_array().unwrap_or_else(|| panic!("{phone}")).clone();
        messages.into_iter().filter(|it| it["from"] == "business").collect()
    }
}

pub async fn connect(place: &Place, account: &Value) {
    let of = |name: &str| account[name].as_str().unwrap();
    let which =
        ["account", "add", "--platform", of("platform"), "--id", of("id"), "--name", of("name"), "--token-stdin"];
    let added = feed(place.command(&which), &format!("{}\n", of("token"))).await;
    assert!(added.status.success(), "{}", text(&added.stderr));
}

/// Looks again until there is what was asked for.
pub async fn until_there(url: &str, query: &str, expected: i64) {
    let mut looks = Looks::for_at_most(PATIENCE);
    loop {
        let found = count(url, query).await;
        if found == expected {
            return;
        }
        assert!(looks.again().await, "{found} and not {expected}: {query}");
    }
}

/// Looking again and again for something, without taking the processor from whoever brings it about.
pub struct Looks {
    until: Instant,
    tick: Interval,
}

impl Looks {
    pub fn for_at_most(patience: Duration) -> Self {
        let mut tick = tokio::time::interval(Duration::from_millis(25));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { until: Instant::now() + patience, tick }
    }

    /// `false` if it is late enough to give up.
    pub async fn again(&mut self) -> bool {
        self.tick.tick().await;
        Instant::now() < self.until
    }
}

pub async fn count(url: &str, query: &str) -> i64 {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut conn).await.unwrap()
    } else {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut conn).await.unwrap()
    }
}

/// Rows of texts, from the database itself.
pub async fn rows<const N: usize>(url: &str, query: &str) -> Vec<[String; N]> {
    use sqlx::Row as _;
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
        let rows = sqlx::query(query).fetch_all(&mut conn).await.unwrap();
        rows.iter().map(|row| std::array::from_fn(|it| row.get::<Option<String>, _>(it).unwrap_or_default())).collect()
    } else {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        let rows = sqlx::query(query).fetch_all(&mut conn).await.unwrap();
        rows.iter().map(|row| std::array::from_fn(|it| row.get::<Option<String>, _>(it).unwrap_or_default())).collect()
    }
}

/// Statements that both databases understand.
pub async fn execute(url: &str, statements: &str) {
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    if url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
    } else {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
    }
}
