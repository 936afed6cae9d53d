//! The pretended Meta and the inbox, as two programs that know nothing of each other.

use crate::running::{Place, Running, bare, feed, text};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sqlx::Connection as _;
use std::time::{Duration, Instant};

const SECRET: &str = "kiln-and-glaze-of-the-app";
const VERIFY: &str = "say-kiln";
const PATIENCE: Duration = Duration::from_secs(30);

crate::on_both!(what_a_customer_does_reaches_the_inbox_with_its_picture);

struct Meta {
    running: Running,
    client: Client,
}

impl Meta {
    async fn start(args: &[&str]) -> Self {
        let all = [&["simulator", "--listen", "127.0.0.1:0", "--app-secret", SECRET, "--verify-token", VERIFY], args];
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { running: Running::start(bare(&all.concat())).await, client }
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}/control/{path}", self.running.address);
        let answer = self.client.request(method, url).json(&body).send().await.unwrap();
        let status = answer.status();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(reqwest::Method::POST, path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    async fn get(&self, path: &str) -> Value {
        self.control(reqwest::Method::GET, path, Value::Null).await.1
    }
}

async fn connect(place: &Place, account: &Value) {
    let of = |name: &str| account[name].as_str().unwrap();
    let which =
        ["account", "add", "--platform", of("platform"), "--id", of("id"), "--name", of("name"), "--token-stdin"];
    let added = feed(place.command(&which), &format!("{}\n", of("token"))).await;
    assert!(added.status.success(), "{}", text(&added.stderr));
}

/// Looks again until there is what was asked for.
async fn until_there(url: &str, query: &str, expected: i64) {
    let begun = Instant::now();
    loop {
        let found = count(url, query).await;
        if found == expected {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{found} and not {expected}: {query}");
        tokio::task::yield_now().await;
    }
}

async fn count(url: &str, query: &str) -> i64 {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut conn).await.unwrap()
    } else {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut conn).await.unwrap()
    }
}

async fn what_a_customer_does_reaches_the_inbox_with_its_picture(place: Place) {
    let meta = Meta::start(&["--seed", "empty"]).await;
    let account = meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await;
    let graph = &meta.running.address;
    connect(&place, &account).await;
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--media-allow", graph]);
    command.env("SWITCHBOARD_META_APP_SECRETS", SECRET).env("SWITCHBOARD_META_VERIFY_TOKEN", VERIFY);
    command.env("SWITCHBOARD_GRAPH_URL", graph).env("SWITCHBOARD_INSTAGRAM_GRAPH_URL", graph);
    let inbox = Running::start(command).await;
    let callback = json!({"url": format!("{}/webhooks/meta", inbox.address), "verify_token": VERIFY});
    let (status, answer) = meta.control(reqwest::Method::PUT, "callback", callback).await;
    assert!(status.is_success(), "{answer}");

    let hannah = meta.post("customers", json!({"account_id": account["id"], "name": "Hannah Okafor"})).await;
    let acts = format!("customers/{}/do", hannah["id"].as_str().unwrap());
    let said = meta.post(&acts, json!({"send": {"text": "Is the blue mug still there?"}})).await;
    until_there(&place.url, "select count(*) from messages where text = 'Is the blue mug still there?'", 1).await;

    let picture = include_bytes!("../../simulator/art/tidal-mugs.jpg").to_vec();
    let upload = meta.client.post(format!("{graph}/control/files")).header("content-type", "image/jpeg").body(picture);
    let uploaded: Value = upload.send().await.unwrap().json().await.unwrap();
    let attachment = json!({"type": "image", "url": uploaded["url"]});
    meta.post(&acts, json!({"send": {"attachments": [attachment]}})).await;
    until_there(&place.url, "select count(*) from media where deleted_at is null", 1).await;

    meta.post(&acts, json!({"unsend": {"mid": said["mid"]}})).await;
    until_there(&place.url, "select count(*) from messages where text = 'Is the blue mug still there?'", 0).await;
    let webhooks = meta.get("webhooks").await;
    let refused = webhooks["items"].as_array().unwrap().iter().filter(|it| it["status"] != 200).count();
    assert_eq!(refused, 0, "{webhooks}");
    until_there(&place.url, "select count(*) from contacts where name = 'Hannah Okafor'", 1).await;
    inbox.stop().await;
    let (status, took, _) = meta.running.stop().await;
    assert!(status.success() && took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn wrong_options_of_the_simulator_are_one_line() {
    let place = Place::sqlite();
    for (args, expected) in [
        (["--seed", "everybody"], "demo"),
        (["--callback", "127.0.0.1:3000"], "http://127.0.0.1:3000/webhooks/meta"),
        (["--listen", "here"], "127.0.0.1"),
    ] {
        let refused = place.run(&[&["simulator"], &args[..]].concat()).await;
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.lines().count() == 1 && said.contains(args[0]) && said.contains(expected), "{said}");
    }
}
