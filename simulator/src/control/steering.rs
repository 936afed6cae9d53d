use crate::clock::Clock;
use crate::world::record::Request as Asked;
use crate::{Options, Seed, Shared, Simulator, seed};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tower::ServiceExt as _;

struct Control(Shared);

fn control(seed: Seed) -> Control {
    let options = Options { seed, now_ms: 1_000, callback: None, app_secret: None, verify_token: None };
    let mut world = seed::world(&options, Clock::standing(1_000), "");
    world.outbox.clear();
    Control(Simulator::new(world))
}

impl Control {
    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let body = body.map_or_else(Body::empty, |it| Body::from(it.to_string()));
        let mut request = Request::builder().method(method).uri(format!("/control{path}")).body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo("127.0.0.1:9".parse::<SocketAddr>().unwrap()));
        let response = crate::router(self.0.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into()))
    }

    async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, Some(body)).await;
        assert!(status.is_success(), "{status} {answer}");
        answer
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, None).await.1
    }

    /// Refused with one line.
    async fn refused(&self, method: &str, path: &str, body: Value) -> String {
        let (status, answer) = self.ask(method, path, Some(body.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let line = answer.as_str().unwrap().to_owned();
        assert_eq!(line.trim_end().lines().count(), 1, "{line}");
        line
    }
}

#[tokio::test]
async fn customers_do_what_they_are_told_and_answer_with_what_was_made() {
    let control = control(Seed::Demo);
    let customer = control.get("/state").await["customers"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/customers/{customer}/do");
    let made = control.ok("POST", &path, json!({"send": {"text": "Hi"}})).await;
    assert!(made["mid"].as_str().unwrap().starts_with("aWdfZAG1"));
    assert!(control.ok("POST", &path, json!({"comment": {"text": "Hi"}})).await["comment_id"].is_string());
    assert_eq!(control.get("/state").await["customers"][0]["conversation_open"], true);
    let line = control.refused("POST", &path, json!({"shout": {}})).await;
    assert!(line.contains("`shout`") && line.contains("`send`"), "{line}");
    assert!(control.refused("POST", &path, json!({"send": {"txt": "Hi"}})).await.contains("txt"));
    assert!(control.refused("POST", &path, json!({"unsend": {"mid": "m"}})).await.contains("no such message"));
    let (status, _) = control.ask("POST", "/customers/1/do", Some(json!({"read": {}}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_empty_world_gets_accounts_and_customers() {
    let control = control(Seed::Empty);
    let account = control.ok("POST", "/accounts", json!({"platform": "page", "name": "Luna", "several_images": false}));
    let account = account.await;
    let id = account["id"].as_str().unwrap().to_owned();
    assert_eq!((id.len(), account["token"].clone()), (15, json!(format!("pocket-token-{id}"))));
    assert!(!control.0.look().account(&id).unwrap().switches.several_images);
    control.ok("POST", "/accounts", json!({"platform": "instagram", "name": "luna", "id": "178", "page_id": id})).await;
    assert_eq!(control.0.look().account("178").unwrap().login, crate::world::account::Login::Facebook);
    for wrong in [
        json!({"platform": "instagram", "name": "luna", "id": "178"}),
        json!({"platform": "instagram", "name": " "}),
        json!({"platform": "telegram", "name": "luna"}),
        json!({"platform": "page", "name": "luna", "colour": "green"}),
    ] {
        control.refused("POST", "/accounts", wrong).await;
    }
    let state = control.get("/state").await;
    assert_eq!(state["accounts"].as_array().unwrap().len(), 2);
    let made = control.ok("POST", "/webhooks", json!({"kind": "page.order", "account_id": id})).await;
    assert_eq!(made, json!({}));
    assert_eq!(control.get("/state").await["customers"][0]["name"], "Mara Lindt");
}

#[tokio::test]
async fn an_account_is_switched_and_its_token_ends() {
    let control = control(Seed::Demo);
    let id = control.get("/state").await["accounts"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/accounts/{id}");
    let shown = control.ok("PATCH", &path, json!({"human_agent": false, "revoke_token": 460})).await;
    assert_eq!((&shown["switches"]["human_agent"], &shown["token"]["revoked"]), (&json!(false), &json!(460)));
    let routing = json!({"default_app_id": "7", "may_take": ["8"]});
    let shown = control.ok("PATCH", &path, json!({"routing": routing, "restore_token": true})).await;
    assert_eq!((&shown["routing"], &shown["token"]["revoked"]), (&routing, &Value::Null));
    let shown = control.ok("PATCH", &path, json!({"expire_token_in_s": 60})).await;
    assert_eq!((&shown["routing"], &shown["token"]["expires_at"]), (&routing, &json!(61_000)));
    let shown = control.ok("PATCH", &path, json!({"routing": null})).await;
    assert_eq!((&shown["routing"], &shown["switches"]["human_agent"]), (&Value::Null, &json!(false)));
    let permissions = json!(["a_new_one", "pages_messaging"]);
    let shown = control.ok("PATCH", &path, json!({"permissions": permissions})).await;
    assert_eq!(shown["token"]["permissions"], permissions);
    let shown = control.ok("PATCH", &path, json!({})).await;
    assert_eq!(shown["token"]["permissions"], permissions, "what is not said stays");
    let (status, _) = control.ask("PATCH", "/accounts/1", Some(json!({}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_staff_types_on_the_phone_names_no_app() {
    let control = control(Seed::Demo);
    let state = control.get("/state").await;
    let customer = &state["customers"][0];
    let path = format!("/accounts/{}/native", customer["account_id"].as_str().unwrap());
    let asked = json!({"customer_id": customer["id"], "text": "On my way"});
    let made = control.ok("POST", &path, asked).await;
    let message = control.0.look().outbox.values().next().unwrap().back().unwrap().item["message"].clone();
    assert_eq!((&message["mid"], &message["is_echo"], message.get("app_id")), (&made["mid"], &json!(true), None));
    let (status, _) = control.ask("POST", &path, Some(json!({"customer_id": "1", "text": "Hi"}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn faults_are_listed_added_and_cleared() {
    let control = control(Seed::Demo);
    let listed = control.get("/faults").await;
    let kinds: Vec<_> = listed["kinds"].as_array().unwrap().iter().map(|it| it["kind"].clone()).collect();
    assert_eq!((kinds.len(), &listed["active"]), (14, &json!([])));
    for about in listed["kinds"].as_array().unwrap() {
        let mut fault = json!({"kind": about["kind"], "times": 1});
        for field in about["fields"].as_array().unwrap() {
            fault[field.as_str().unwrap()] = 2.into();
        }
        assert_eq!(control.ok("POST", "/faults", fault.clone()).await, fault);
    }
    assert_eq!(control.get("/faults").await["active"].as_array().unwrap().len(), 14);
    for wrong in [
        json!({"kind": "earthquake"}),
        json!({"kind": "slow"}),
        json!({"kind": "slow", "ms": 1, "time": 1}),
        json!({"kind": "cut", "account_id": "1"}),
        json!({"kind": "cut", "times": 0}),
        json!({"kind": "error", "code": 2, "status": 200}),
        json!({"kind": "error", "code": 2, "status": 600}),
        json!({"kind": "webhooks_batched", "size": 1}),
        json!({"kind": "webhooks_batched", "size": 1001}),
        json!({"kind": "webhooks_delayed", "by_s": -1}),
    ] {
        control.refused("POST", "/faults", wrong).await;
    }
    assert_eq!(control.ask("DELETE", "/faults", None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(control.get("/faults").await["active"], json!([]));
}

#[tokio::test]
async fn the_record_is_read_on_from_where_one_was() {
    let control = control(Seed::Demo);
    assert_eq!(control.get("/requests").await, json!({"items": [], "next": 0}));
    control.0.change(|world| {
        for path in ["me", "me/messages"] {
            world.requests.add(asked(path));
        }
    });
    let first = control.get("/requests?after=0").await;
    assert_eq!((first["items"].as_array().unwrap().len(), &first["next"]), (2, &json!(2)));
    let second = control.get("/requests?after=1").await;
    assert_eq!((&second["items"][0]["n"], &second["items"][0]["path"]), (&json!(2), &json!("me/messages")));
    assert_eq!(control.get("/requests?after=2").await, json!({"items": [], "next": 2}));
    assert_eq!(control.get("/webhooks?after=0").await, json!({"items": [], "next": 0}));
}

fn asked(path: &str) -> Asked {
    Asked {
        at: 1_000,
        method: "GET".to_owned(),
        path: path.to_owned(),
        account_id: None,
        body: Value::Null,
        status: 200,
        answer: Value::Null,
    }
}

#[tokio::test]
async fn a_long_record_is_read_in_pages() {
    let control = control(Seed::Empty);
    control.0.change(|world| {
        for _ in 0..6_000 {
            world.requests.add(asked("me"));
        }
    });
    for (query, n, next) in [
        ("", 1_000, 1_000),
        ("?after=1000", 1_000, 2_000),
        ("?after=5500", 500, 6_000),
        ("?limit=2", 2, 2),
        ("?after=10&limit=5000", 5_000, 5_010),
    ] {
        let page = control.get(&format!("/requests{query}")).await;
        assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (n, &json!(next)), "{query}");
    }
    for path in ["/requests?limit=0", "/requests?limit=5001", "/webhooks?limit=5001"] {
        let (status, line) = control.ask("GET", path, None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {line}");
    }
}

#[tokio::test]
async fn webhooks_are_listed_by_kind_and_made() {
    let control = control(Seed::Demo);
    let kinds = control.get("/webhooks/kinds").await;
    assert_eq!(kinds["items"].as_array().unwrap().len(), 119);
    let made = control.ok("POST", "/webhooks", json!({"kind": "instagram.message.text"})).await;
    assert!(made["mid"].is_string());
    assert!(control.refused("POST", "/webhooks", json!({"kind": "instagram.nothing"})).await.contains("kinds"));
    let (status, _) = control.ask("POST", "/webhooks", Some(json!({"kind": "page.order", "customer_id": "1"}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_callback_can_be_given_later() {
    let control = control(Seed::Demo);
    let callback = json!({"url": "http://127.0.0.1:9/webhooks/meta", "verify_token": "t"});
    assert_eq!(control.ask("PUT", "/callback", Some(callback)).await.0, StatusCode::NO_CONTENT);
    assert_eq!(control.0.look().apps[0].callback.as_ref().unwrap().verify_token, "t");
    control.refused("PUT", "/callback", json!({"url": "inbox", "verify_token": "t"})).await;
    let nowhere = json!({"app_id": "1", "url": "http://127.0.0.1:9/", "verify_token": "t"});
    assert_eq!(control.ask("PUT", "/callback", Some(nowhere)).await.0, StatusCode::NOT_FOUND);
}
