//! `/webhooks/meta` as Meta meets it.

use crate::inbox::{Inbox, payload, sign};
use crate::rows;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt as _;

crate::on_both!(
    nothing_unsigned_is_kept,
    what_is_not_understood_is_taken_and_kept,
    a_body_that_is_too_large_is_refused,
    a_thousand_updates_are_taken_at_once,
    one_bad_event_stops_no_other,
    without_a_database_meta_is_asked_to_come_again,
    the_journal_is_shortened_but_not_of_what_is_pending,
);

async fn handshake(inbox: &Inbox, query: &str) -> (StatusCode, String) {
    let request = Request::get(format!("/webhooks/meta?{query}")).body(Body::empty()).unwrap();
    let response = inbox.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    (status, String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

#[tokio::test]
async fn the_handshake_gives_the_challenge_back_to_whoever_knows_the_word() {
    let inbox = Inbox::sqlite().await;
    let right = "hub.mode=subscribe&hub.verify_token=our-word&hub.challenge=714029355";
    assert_eq!(handshake(&inbox, right).await, (StatusCode::OK, "714029355".to_owned()));
    let escaped = "hub.challenge=a%20b%2Bc&hub.mode=subscribe&hub.verify_token=our-word";
    assert_eq!(handshake(&inbox, escaped).await, (StatusCode::OK, "a b+c".to_owned()));
    for wrong in [
        "",
        "hub.mode=subscribe&hub.verify_token=other&hub.challenge=1",
        "hub.mode=unsubscribe&hub.verify_token=our-word&hub.challenge=1",
        "hub_mode=subscribe&hub_verify_token=our-word&hub_challenge=1",
        "hub.mode=subscribe&hub.verify_token=our-word",
    ] {
        assert_eq!(handshake(&inbox, wrong).await.0, StatusCode::FORBIDDEN, "{wrong}");
    }
}

async fn nothing_unsigned_is_kept(inbox: Inbox) {
    let body = payload("instagram.message.text");
    for wrong in ["", "sha256=", "sha1=00", &sign(b"another body"), &sign(&body).replace("sha256=", "")] {
        assert_eq!(inbox.post_signed(&body, wrong).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let without = Request::post("/webhooks/meta").body(Body::from(body)).unwrap();
    assert_eq!(inbox.router.clone().oneshot(without).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(n_rows(&inbox).await, "0");
}

async fn n_rows(inbox: &Inbox) -> String {
    rows::value(&inbox.url, "select cast(count(*) as text) from inbound").await.unwrap()
}

async fn what_is_not_understood_is_taken_and_kept(inbox: Inbox) {
    for body in ["no json \0 at all", "[]", "{}", "null", "7", "{\"object\":\"user\",\"entry\":[{\"id\":\"1\"}]}"] {
        inbox.take(body.as_bytes()).await;
    }
    inbox.take(&[0xff, 0xfe, 0x00, b'{']).await;
    inbox.take(&payload("instagram.unknown_event")).await;
    let kept = rows::lines(&inbox.url, "select state || ' ' || coalesce(reason, '') from inbound order by id").await;
    assert!(kept.iter().filter(|it| *it == "unknown not JSON").count() >= 2, "{kept:?}");
    assert!(kept.iter().any(|it| it.starts_with("unknown ") && it != "unknown not JSON"), "{kept:?}");
    assert!(inbox.seen().await.iter().any(|it| it.contains("\"what\":\"unknown\"")), "{:?}", inbox.seen().await);
}

async fn a_body_that_is_too_large_is_refused(inbox: Inbox) {
    let body = vec![b' '; 8 * 1024 * 1024 + 1];
    assert_eq!(inbox.post(&body).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(n_rows(&inbox).await, "0");
}

/// A message as Meta words it.
fn message(customer: &str, mid: &str, at: i64) -> Value {
    json!({
        "sender": {"id": customer}, "recipient": {"id": "17841460210973548"}, "timestamp": at,
        "message": {"mid": mid, "text": format!("words of {mid}")},
    })
}

fn body(items: &[Value]) -> Vec<u8> {
    let entry = json!([{"id": "17841460210973548", "time": 1_795_000_000_000_i64, "messaging": items}]);
    json!({"object": "instagram", "entry": entry}).to_string().into_bytes()
}

async fn a_thousand_updates_are_taken_at_once(inbox: Inbox) {
    let items: Vec<Value> =
        (0..1000).map(|n| message(&format!("{}", 5000 + n % 50), &format!("m{n}"), 1_795_000_000_000 + n)).collect();
    inbox.take(&body(&items)).await;
    let n = rows::value(&inbox.url, "select cast(count(*) as text) from messages where direction = 'in'").await;
    assert_eq!(n.as_deref(), Some("1000"));
    let unread = rows::value(&inbox.url, "select cast(sum(unread) as text) from conversations").await;
    assert_eq!(unread.as_deref(), Some("1000"));
}

/// One that the database refuses, whatever we do: a stand-in for a mistake of ours.
async fn one_bad_event_stops_no_other(inbox: Inbox) {
    let conversation = "insert into contacts (id, account_id, external_id, created_at, updated_at)
        select 'in the way', id, '666', 0, 0 from accounts where external_id = '17841460210973548'";
    rows::execute(&inbox.url, conversation).await;
    let items = [
        message("1", "a", 1_795_000_000_000),
        message("666", "b", 1_795_000_000_001),
        message("2", "c", 1_795_000_000_002),
    ];
    assert_eq!(inbox.post(&body(&items)).await, StatusCode::OK);
    let hands = server::intake::worker::Hands {
        store: inbox.store.clone(),
        seams: inbox.program.seams.clone(),
        our_app_id: None,
    };
    server::intake::worker::apply_all(&hands).await.unwrap();
    let states =
        rows::lines(&inbox.url, "select state || ' ' || cast(attempts as text) from inbound order by dedupe_key").await;
    assert_eq!(states, ["applied 0", "pending 1", "applied 0"]);
    let words = rows::lines(&inbox.url, "select text from messages order by at").await;
    assert_eq!(words, ["words of a", "words of c"]);
}

async fn without_a_database_meta_is_asked_to_come_again(inbox: Inbox) {
    let (text, other) = (payload("instagram.message.text"), payload("page.message.text"));
    assert_eq!(inbox.post(&text).await, StatusCode::OK);
    inbox.store.close().await;
    assert_eq!(inbox.post(&other).await, StatusCode::SERVICE_UNAVAILABLE);
    let back = inbox.again().await;
    assert_eq!(back.post(&other).await, StatusCode::OK);
    back.apply().await;
    let words = rows::lines(&back.url, "select text from messages order by at").await;
    assert_eq!(words.len(), 2, "{words:?}");
}

async fn the_journal_is_shortened_but_not_of_what_is_pending(inbox: Inbox) {
    inbox.take(&payload("instagram.message.text")).await;
    assert_eq!(inbox.post(&payload("page.message.text")).await, StatusCode::OK);
    let now = inbox.program.seams.now();
    assert_eq!(inbox.store.purge_inbound(now, 10).await.unwrap(), 0, "nothing is older than now");
    assert_eq!(inbox.store.purge_inbound(now.plus_s(1), 10).await.unwrap(), 1);
    inbox.apply().await;
    assert_eq!(rows::lines(&inbox.url, "select text from messages").await.len(), 2, "what was applied stays");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec![
                "object",
                "entry",
                "id",
                "time",
                "messaging",
                "changes",
                "standby",
                "field",
                "value",
                "message",
                "mid",
                "sender",
                "recipient",
                "timestamp",
                "text",
                "attachments",
                "payload",
                "reaction",
                "read",
                "postback",
            ])
            .prop_map(str::to_owned),
            any::<String>(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6).prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// A payload with one part of it replaced.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let names = crate::inbox::payload_names();
    (prop::sample::select(names), any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..6)).prop_map(
        |(name, place, bytes)| {
            let mut body = payload(&name);
            let at = place.index(body.len());
            let end = (at + bytes.len()).min(body.len());
            body.splice(at..end, bytes);
            body
        },
    )
}

#[test]
fn whatever_is_signed_is_answered_with_200_and_applied() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let inbox = runtime.block_on(Inbox::sqlite());
    let bodies = prop_oneof![any_json().prop_map(|it| it.to_string().into_bytes()), mutated()];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    let run = runner.run(&bodies, |body| {
        runtime.block_on(inbox.take(&body));
        Ok(())
    });
    run.unwrap();
}
