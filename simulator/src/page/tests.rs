use super::*;
use crate::clock::Clock;
use crate::world::Newcomer;
use crate::world::act::Act;
use crate::world::customer::{Attachment, TYPING_MS};
use crate::world::say::Saying;
use crate::{Meta, Options, Seed, Simulator, seed};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tower::ServiceExt as _;

const NOW_MS: i64 = 1_760_000_000_000;
const HANNAH: &str = "5500000000000001";

fn world() -> World {
    let options = Options { seed: Seed::Demo, now_ms: NOW_MS, callback: None, app_secret: None, verify_token: None };
    seed::world(&options, Clock::standing(NOW_MS), "http://meta")
}

fn full() -> World {
    let mut world = world();
    seed::live(&mut world);
    world
}

async fn get_from(simulator: &Shared, path: &str) -> (StatusCode, String) {
    send(simulator, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn send(simulator: &Shared, mut request: Request<Body>) -> (StatusCode, String) {
    request.extensions_mut().insert(ConnectInfo("127.0.0.1:9".parse::<SocketAddr>().unwrap()));
    let response = crate::router(simulator.clone()).oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

async fn phone_of(simulator: &Shared, id: &str) -> Value {
    let (_, body) = get_from(simulator, &format!("/control/customers/{id}/phone")).await;
    serde_json::from_str(&body).unwrap()
}

#[test]
fn names_are_text() {
    assert_eq!(escape("<b>\"Tom & Mia\"</b>"), "&lt;b&gt;&quot;Tom &amp; Mia&quot;&lt;/b&gt;");
}

#[tokio::test]
async fn the_page_has_the_names_that_others_rely_on() {
    let simulator = Simulator::new(full());
    let (status, html) = get_from(&simulator, &format!("/?customer={HANNAH}")).await;
    assert_eq!(status, StatusCode::OK);
    for name in ["Customers", "Chat", "Message", "Send", "Send photo", "React", "Unsend", "Edit", "Reply"] {
        assert!(html.contains(&format!("aria-label=\"{name}\"")), "{name}");
    }
    assert!(html.contains("role=\"log\" aria-label=\"Chat\"") && html.contains("<ul class=\"sim__people\""));
    assert!(
        html.contains(&format!("<a href=\"/?customer={HANNAH}\" aria-current=\"true\" dir=\"auto\">Hannah Okafor</a>"))
    );
    assert!(!html.contains("{{"), "every place is filled");
    assert_eq!(html.matches("class=\"sim__person\"").count(), simulator.look().customers().len());
}

#[tokio::test]
async fn a_name_is_never_markup() {
    let mut world = world();
    let newcomer = Newcomer { account_id: "102030405060701", name: "<img src=x onerror=alert(1)>", id: Some("1") };
    world.add_customer(&newcomer).unwrap();
    let simulator = Simulator::new(world);
    for path in ["/?customer=1", "/phone/1"] {
        let (status, html) = get_from(&simulator, path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!html.contains("<img src=x"), "{path}");
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{path}");
    }
}

#[tokio::test]
async fn each_phone_has_an_address_and_nobody_has_none() {
    let simulator = Simulator::new(world());
    let (status, html) = get_from(&simulator, &format!("/phone/{HANNAH}")).await;
    assert!(status == StatusCode::OK && html.contains("sim--phone") && html.contains("<title>Hannah Okafor"));
    for path in ["/phone/none", "/?customer=none", "/control/customers/none/phone"] {
        assert_eq!(get_from(&simulator, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(get_from(&simulator, "/").await.0, StatusCode::OK);
}

#[tokio::test]
async fn nothing_on_the_page_runs_but_its_own_script() {
    let simulator = Simulator::new(world());
    let mut request = Request::get("/").body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo("127.0.0.1:9".parse::<SocketAddr>().unwrap()));
    let response = crate::router(simulator).oneshot(request).await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"), "{policy}");
    let html = response.into_body().collect().await.unwrap().to_bytes();
    let html = String::from_utf8_lossy(&html);
    assert!(!html.contains(" style=\"") || html.contains("overflow"), "inline styles are refused by the policy");
    assert!(!html.contains(" onclick=") && MODULES.iter().all(|it| !it.1.contains("innerHTML")));
}

#[tokio::test]
async fn the_phone_shows_what_the_business_and_the_customer_did() {
    let simulator = Simulator::new(world());
    let mid = simulator.change(|world| {
        let act = |world: &mut World, deed: Value| {
            let act: Act = serde_json::from_value(deed).unwrap();
            world.act(HANNAH, act, NOW_MS).unwrap()
        };
        let first = act(world, json!({"send": {"text": "<b>Hi</b>"}}))["mid"].clone();
        act(world, json!({"edit": {"mid": first, "text": "Hello"}}));
        let gone = act(world, json!({"send": {"text": "Secret"}}))["mid"].clone();
        act(world, json!({"unsend": {"mid": gone}}));
        let chip = json!({"content_type": "text", "title": "Yes", "payload": "YES"});
        let picture = Attachment { kind: "image".to_owned(), payload: Some(json!({"url": "http://x/1.png"})) };
        world.say(HANNAH, Saying { attachments: vec![picture], ..Saying::default() }, NOW_MS + 1);
        let said = Saying { text: Some("Sure?".to_owned()), quick_replies: vec![chip], ..Saying::default() };
        let mid = world.say(HANNAH, said, NOW_MS + 2).unwrap();
        act(world, json!({"react": {"mid": mid, "emoji": "❤️"}}));
        world.customer_mut(HANNAH).unwrap().thread.typing_until_ms = Some(NOW_MS + TYPING_MS);
        mid
    });
    let phone = phone_of(&simulator, HANNAH).await;
    let messages = phone["messages"].as_array().unwrap();
    assert_eq!((&phone["typing"], &phone["seen_at"]), (&json!(true), &json!(NOW_MS + 2)));
    assert_eq!((&messages[0]["text"], &messages[0]["edited"]), (&json!("Hello"), &json!(true)));
    assert_eq!((&messages[1]["text"], &messages[1]["unsent"]), (&Value::Null, &json!(true)), "what is unsent is gone");
    assert_eq!(messages[2]["attachments"][0]["url"], "http://x/1.png");
    let last = &messages[3];
    assert_eq!((&last["mid"], &last["from"]), (&json!(mid), &json!("business")));
    assert_eq!(last["quick_replies"][0]["title"], "Yes");
    assert_eq!(last["reactions"], json!([{"emoji": "❤️", "by": "customer"}]));
    simulator.change(|world| {
        world.clock.advance(TYPING_MS + 1);
        let tap: Act = serde_json::from_value(json!({"tap": {"mid": mid, "payload": "YES"}})).unwrap();
        world.act(HANNAH, tap, NOW_MS + TYPING_MS).unwrap();
    });
    let phone = phone_of(&simulator, HANNAH).await;
    assert_eq!(phone["typing"], false, "typing goes away by itself");
    assert_eq!(phone["messages"][3]["quick_replies"], json!([]), "chips go with the answer");
}

#[tokio::test]
async fn every_phone_of_the_demo_can_be_looked_at() {
    let simulator = Simulator::new(full());
    let (_, body) = get_from(&simulator, "/control/people").await;
    let people: Value = serde_json::from_str(&body).unwrap();
    let people = people["people"].as_array().unwrap();
    assert!(people.len() >= 110);
    for person in people {
        let phone = phone_of(&simulator, person["id"].as_str().unwrap()).await;
        assert!(phone["messages"].as_array().unwrap().iter().all(|it| it["mid"].is_string()), "{person}");
    }
    let is = |fact: &str| people.iter().any(|it| it["fact"] == fact);
    for fact in ["Messenger", "With the bot", "Window closed", "Writes by herself", "Blocked the shop"] {
        assert!(is(fact), "{fact}");
    }
}

#[tokio::test]
async fn the_list_tells_how_far_the_window_is_closed() {
    let simulator = Simulator::new(world());
    let hello: Act = serde_json::from_value(json!({"send": {"text": "Hello"}})).unwrap();
    simulator.change(|world| world.act(HANNAH, hello, NOW_MS)).unwrap();
    for (hours, expected) in [(0, Value::Null), (25, json!("Past 24 h")), (6 * 24, json!("Window closed"))] {
        simulator.change(|world| world.clock.advance(hours * 60 * 60 * 1000)).unwrap();
        let (_, body) = get_from(&simulator, "/control/people").await;
        let people: Value = serde_json::from_str(&body).unwrap();
        let hannah = people["people"].as_array().unwrap().iter().find(|it| it["id"] == HANNAH).unwrap();
        assert_eq!(hannah["fact"], expected, "{hours} hours later");
    }
}

#[tokio::test]
async fn the_phones_of_an_empty_world_have_something_to_send() {
    let options = Options { seed: Seed::Empty, now_ms: NOW_MS, callback: None, app_secret: None, verify_token: None };
    let Meta(simulator) = Meta::new(&options, "127.0.0.1:9".parse().unwrap());
    for name in ["tidal-mugs.jpg", "chip-1.jpg", "plates.jpg", "story.jpg", "reel.jpg", "voice-12.wav", "clip.mp4"] {
        assert_eq!(get_from(&simulator, &format!("/cdn/{name}")).await.0, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn a_file_from_the_phone_gets_an_address_unless_a_browser_would_run_it() {
    let simulator = Simulator::new(world());
    let post = |content_type: &str, body: &'static [u8]| {
        Request::post("/control/files").header("content-type", content_type).body(Body::from(body)).unwrap()
    };
    let (status, answer) = send(&simulator, post("image/png", b"png")).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["type"]), (StatusCode::CREATED, &json!("image")));
    let path = answer["url"].as_str().unwrap().strip_prefix("http://meta").unwrap().to_owned();
    assert_eq!(get_from(&simulator, &path).await, (StatusCode::OK, "png".to_owned()));
    assert_eq!(send(&simulator, post("text/html", b"<script>")).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send(&simulator, post("image/svg+xml", b"<svg>")).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send(&simulator, post("image/png", b"")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
