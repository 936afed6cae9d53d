//! What Meta passes on of what people ask about us, over HTTP and to its end.

use crate::browser::Browser;
use crate::meta::{Meta, connect, count, execute, until_there};
use crate::running::{Place, Running};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use ring::hmac;
use serde_json::{Value, json};

crate::on_both!(
    access_that_is_taken_away_is_an_incident,
    a_deletion_is_done_and_can_be_followed,
    what_meta_did_not_sign_changes_nothing,
);

const SECRET: &str = "kiln-and-glaze-of-the-app";
const SCOPED: &str = "26118273645500912";
const DEAUTHORIZE: &str = "/meta/deauthorize";
const DATA_DELETION: &str = "/meta/data-deletion";

fn signed(payload: &Value, secret: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{}.{payload}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, payload.as_bytes())))
}

fn by(user: &str) -> Value {
    json!({"algorithm": "HMAC-SHA256", "user_id": user})
}

/// A shop, connected, with one customer who wrote.
async fn shop(place: &Place) -> (Meta, Running, Value) {
    let meta = Meta::start(&["--seed", "empty"]).await;
    let account = meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await;
    connect(place, &account).await;
    execute(&place.url, &format!("update accounts set scoped_id = '{SCOPED}'")).await;
    let inbox = meta.serve_inbox(place, &[]).await;
    meta.customer(&account, "Ana Duarte").await;
    until_there(&place.url, "select count(*) from contacts where name = 'Ana Duarte'", 1).await;
    (meta, inbox, account)
}

async fn access_that_is_taken_away_is_an_incident(place: Place) {
    place.add_user("mia@luna.example", "Mia Lindqvist", "admin").await;
    let (meta, inbox, account) = shop(&place).await;
    let mut metas = Browser::at(&inbox.address);
    let request = signed(&by(SCOPED), SECRET);
    for _ in 0..2 {
        let answer = metas.post(DEAUTHORIZE, &[("signed_request", &request)]).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
    }
    assert_eq!(count(&place.url, "select count(*) from incidents where kind = 'token_dead'").await, 1);
    assert_eq!(count(&place.url, "select count(*) from notifications where kind = 'token_dead'").await, 1);
    assert_eq!(count(&place.url, "select count(*) from audit where action = 'account.consent_withdrawn'").await, 1);
    let customer = meta.customer(&account, "Ben Osei").await;
    let n_said = "select count(*) from messages m join conversations c on c.id = m.conversation_id
         join contacts k on k.id = c.contact_id where k.external_id = ";
    until_there(&place.url, &format!("{n_said}'{customer}' and m.direction = 'in'"), 1).await;
    let mut mia = Browser::at(&inbox.address);
    mia.sign_in("mia@luna.example", crate::running::PASSWORD).await;
    let page = mia.get("/notifications").await;
    assert!(page.body.contains("Connect the account again"), "{}", page.body);
    connect(&place, &account).await;
    assert_eq!(count(&place.url, "select count(*) from incidents where closed_at is null").await, 0);
}

async fn a_deletion_is_done_and_can_be_followed(place: Place) {
    let (meta, inbox, account) = shop(&place).await;
    let mut metas = Browser::at(&inbox.address);
    let request = signed(&by(SCOPED), SECRET);
    assert_ne!(told(&meta, &account).await, json!([]));
    let answer = metas.post(DATA_DELETION, &[("signed_request", &request)]).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    let code = answer["confirmation_code"].as_str().unwrap();
    assert_eq!(answer["url"], json!(format!("{}/deletion/{code}", inbox.address)));
    assert!(code.len() == 32 && code.bytes().all(|it| it.is_ascii_alphanumeric()), "{code}");
    until_there(&place.url, "select count(*) from deletions where state = 'done'", 1).await;
    for table in ["accounts", "contacts", "messages"] {
        assert_eq!(count(&place.url, &format!("select count(*) from {table}")).await, 0, "{table}");
    }
    let page = metas.get(&format!("/deletion/{code}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Your data is deleted") && page.body.contains(code), "{}", page.body);
    assert!(!page.body.contains("luna") && !page.body.contains("Ana"), "it names nobody: {}", page.body);
    assert_eq!(told(&meta, &account).await, json!([]), "Meta tells us nothing more of it");
    let again = metas.post(DATA_DELETION, &[("signed_request", &request)]).await;
    assert!(again.body.contains(code), "{}", again.body);
    // Shown once more after they connected again, it deletes nothing.
    connect(&place, &account).await;
    execute(&place.url, &format!("update accounts set scoped_id = '{SCOPED}'")).await;
    let again = metas.post(DATA_DELETION, &[("signed_request", &request)]).await;
    assert!(again.status == StatusCode::OK && again.body.contains(code), "{}", again.body);
    assert_eq!(count(&place.url, "select count(*) from accounts where state = 'active'").await, 1);
}

/// The apps that Meta tells of the account.
async fn told(meta: &Meta, account: &Value) -> Value {
    let [id, token] = ["id", "token"].map(|it| account[it].as_str().unwrap());
    let url = format!("{}/v25.0/{id}/subscribed_apps", meta.running.address);
    let answer = meta.client.get(url).bearer_auth(token).send().await.unwrap().text().await.unwrap();
    serde_json::from_str::<Value>(&answer).unwrap()["data"].clone()
}

async fn what_meta_did_not_sign_changes_nothing(place: Place) {
    let (_meta, inbox, _) = shop(&place).await;
    let mut stranger = Browser::at(&inbox.address);
    let good = signed(&by(SCOPED), SECRET);
    let forged = signed(&by(SCOPED), "another secret");
    let other = signed(&json!({"algorithm": "none", "user_id": SCOPED}), SECRET);
    let old = signed(&json!({"algorithm": "HMAC-SHA256", "user_id": SCOPED, "expires": 1}), SECRET);
    for path in [DEAUTHORIZE, DATA_DELETION] {
        for (field, value, status, why) in [
            ("signed_request", forged.as_str(), StatusCode::UNAUTHORIZED, "not signed with a secret of this app"),
            ("signed_request", &other, StatusCode::BAD_REQUEST, "another algorithm"),
            ("signed_request", &old, StatusCode::BAD_REQUEST, "has run out"),
            ("signed_request", "nonsense", StatusCode::BAD_REQUEST, "two parts of base64url"),
            ("request", &good, StatusCode::BAD_REQUEST, "no signed_request"),
        ] {
            let answer = stranger.post(path, &[(field, value)]).await;
            assert_eq!(answer.status, status, "{path} {why}: {}", answer.body);
            assert!(answer.body.contains(why), "{path} {why}: {}", answer.body);
        }
        let large = "x".repeat(20_000);
        let answer = stranger.post(path, &[("signed_request", &large)]).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(stranger.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    let mut held = None;
    for _ in 0..40 {
        let answer = stranger.post(DATA_DELETION, &[("signed_request", &forged)]).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            held = Some(answer);
            break;
        }
    }
    assert!(held.unwrap().header("retry-after").parse::<u32>().unwrap() > 0);
    // Meta may come from the same address, and so may whoever follows what they asked for.
    let fits = stranger.post(DEAUTHORIZE, &[("signed_request", &signed(&by("555"), SECRET))]).await;
    assert_eq!(fits.status, StatusCode::OK, "{}", fits.body);
    assert_ne!(stranger.get("/deletion/nothing").await.status, StatusCode::TOO_MANY_REQUESTS);
    for query in [
        "select count(*) from account_tokens where state <> 'working'",
        "select count(*) from accounts where state <> 'active'",
        "select count(*) from deletions",
        "select count(*) from incidents",
        "select count(*) from audit where action like 'data.%' or action = 'account.consent_withdrawn'",
    ] {
        assert_eq!(count(&place.url, query).await, 0, "{query}");
    }
}
