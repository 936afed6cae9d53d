//! The control interface: JSON for tests, benchmarks and the pages.

mod account;
mod act;
mod faults;
mod local;
mod record;
#[cfg(test)]
mod steering;

use crate::Shared;
use crate::graph::limits;
use crate::world::account::{Account, Platform};
use crate::world::customer::Customer;
use crate::world::{Newcomer, World};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/state", get(state))
        .route("/customers", post(add_customer))
        .route("/customers/{id}/do", post(act::act))
        .route("/accounts", post(account::add))
        .route("/accounts/{id}", patch(account::change))
        .route("/accounts/{id}/native", post(account::native))
        .route("/callback", put(account::call_back))
        .route("/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/requests", get(record::requests))
        .route("/webhooks", get(record::webhooks).post(record::produce))
        .route("/webhooks/kinds", get(record::kinds))
        .route("/clock", post(move_clock))
        .route("/limits", post(limits::set))
        .merge(crate::page::control_routes())
        .fallback(nothing)
        .layer(from_fn(local::only))
}

/// Why not, in one line.
pub type Refusal = (StatusCode, String);

pub fn unprocessable(why: &str) -> Refusal {
    (StatusCode::UNPROCESSABLE_ENTITY, format!("{why}\n"))
}

/// A body in the form that is wanted, or what is wrong with it.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| unprocessable(&error.to_string()))
}

pub async fn nothing() -> Refusal {
    (StatusCode::NOT_FOUND, "the control interface has nothing at this address\n".to_owned())
}

#[derive(Serialize)]
pub struct StateView {
    now: i64,
    apps: Vec<AppView>,
    accounts: Vec<AccountView>,
    customers: Vec<CustomerView>,
}

#[derive(Serialize)]
pub struct AppView {
    id: String,
    secret: String,
}

#[derive(Serialize)]
pub struct AccountView {
    pub id: String,
    platform: Platform,
    name: String,
    token: Option<String>,
    app_id: Option<String>,
}

#[derive(Serialize)]
pub struct CustomerView {
    id: String,
    account_id: String,
    name: String,
    conversation_open: bool,
    last_action_at: Option<i64>,
}

async fn state(State(simulator): State<Shared>) -> Json<StateView> {
    let world = simulator.look();
    Json(StateView {
        now: world.now_ms(),
        apps: world.apps.iter().map(|it| AppView { id: it.id.clone(), secret: it.secret.clone() }).collect(),
        accounts: accounts(&world),
        customers: world.customers().iter().map(|it| view(it, world.now_ms())).collect(),
    })
}

fn accounts(world: &World) -> Vec<AccountView> {
    let view = |account: &Account| {
        let token = world.token_of(&account.id);
        AccountView {
            id: account.id.clone(),
            platform: account.platform,
            name: account.name.clone(),
            token: token.map(|it| it.value.clone()),
            app_id: token.map(|it| it.app_id.clone()),
        }
    };
    world.accounts.iter().map(view).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    account_id: String,
    name: String,
}

async fn add_customer(
    State(simulator): State<Shared>,
    body: Bytes,
) -> Result<(StatusCode, Json<CustomerView>), Refusal> {
    let new: NewCustomer = read(&body)?;
    if new.name.trim().is_empty() {
        return Err(unprocessable("name: expected at least one letter"));
    }
    let newcomer = Newcomer { account_id: &new.account_id, name: new.name.trim(), id: None };
    let made = simulator.change(|world| {
        let now_ms = world.now_ms();
        world.add_customer(&newcomer).map(|it| view(it, now_ms))
    });
    let nowhere = || (StatusCode::NOT_FOUND, format!("account_id: there is no account {}\n", new.account_id));
    made.map(|it| (StatusCode::CREATED, Json(it))).ok_or_else(nowhere)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveClock {
    advance_s: i64,
}

#[derive(Serialize)]
pub struct ClockView {
    now: i64,
}

async fn move_clock(State(simulator): State<Shared>, body: Bytes) -> Result<Json<ClockView>, Refusal> {
    let to: MoveClock = read(&body)?;
    let by_ms = to.advance_s.checked_mul(1000);
    let now = by_ms.and_then(|by_ms| simulator.change(|world| world.clock.advance(by_ms)));
    let now = now.ok_or_else(|| unprocessable("advance_s: expected a number of seconds, 0 or more"))?;
    Ok(Json(ClockView { now }))
}

fn view(customer: &Customer, now_ms: i64) -> CustomerView {
    CustomerView {
        id: customer.id.clone(),
        account_id: customer.account_id.clone(),
        name: customer.name.clone(),
        conversation_open: customer.conversation_open(now_ms),
        last_action_at: customer.last_action_ms,
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::Clock;
    use crate::{Options, Seed, Simulator, seed};
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt as _;
    use serde_json::{Value, json};
    use std::net::SocketAddr;
    use tower::ServiceExt as _;

    fn router(seed: Seed, now_ms: i64) -> axum::Router {
        let options = Options { seed, now_ms, callback: None, app_secret: None, verify_token: None };
        crate::router(Simulator::new(seed::world(&options, Clock::standing(now_ms), "")))
    }

    async fn ask(app: &axum::Router, request: Request<Body>) -> (StatusCode, Value) {
        ask_from("127.0.0.1:9", app, request).await
    }

    async fn ask_from(peer: &str, app: &axum::Router, mut request: Request<Body>) -> (StatusCode, Value) {
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let response = app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into()))
    }

    fn post(path: &str, body: &Value) -> Request<Body> {
        let request = Request::post(path).header("content-type", "application/json");
        request.body(Body::from(body.to_string())).unwrap()
    }

    async fn state(app: &axum::Router) -> Value {
        ask(app, Request::get("/control/state").body(Body::empty()).unwrap()).await.1
    }

    #[tokio::test]
    async fn the_demo_has_two_instagram_accounts_and_a_page() {
        let app = router(Seed::Demo, 1_000);
        let state = state(&app).await;
        let platforms: Vec<_> = state["accounts"].as_array().unwrap().iter().map(|it| it["platform"].clone()).collect();
        assert_eq!(platforms, [json!("instagram"), json!("instagram"), json!("page")]);
        assert_eq!(state["customers"].as_array().unwrap().len(), 12);
        assert_eq!(state["now"], 1_000);
    }

    #[tokio::test]
    async fn another_machine_is_refused() {
        let app = router(Seed::Demo, 1_000);
        for (peer, expected) in [("192.0.2.7:9", StatusCode::FORBIDDEN), ("[::ffff:127.0.0.1]:9", StatusCode::OK)] {
            let request = Request::get("/control/state").body(Body::empty()).unwrap();
            assert_eq!(ask_from(peer, &app, request).await.0, expected, "{peer}");
        }
    }

    #[tokio::test]
    async fn pages_of_others_are_refused_whatever_they_ask_for() {
        let app = router(Seed::Demo, 1_000);
        for (method, path) in [
            ("GET", "/control/state"),
            ("GET", "/control/live"),
            ("POST", "/control/clock"),
            ("POST", "/control/files"),
            ("DELETE", "/control/faults"),
            ("GET", "/control/nothing"),
        ] {
            for (name, value) in
                [("host", "meta.example"), ("origin", "https://meta.example"), ("sec-fetch-site", "cross-site")]
            {
                let request = Request::builder().method(method).uri(path).header(name, value);
                let (status, line) = ask(&app, request.body(Body::empty()).unwrap()).await;
                assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path} {name}");
                assert_eq!(line.as_str().unwrap().lines().count(), 1);
            }
        }
        let own = Request::get("/control/state")
            .header("host", "localhost:3001")
            .header("origin", "http://localhost:3001")
            .header("sec-fetch-site", "same-origin");
        assert_eq!(ask(&app, own.body(Body::empty()).unwrap()).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn what_is_not_there_is_no_matter_of_metas() {
        let app = router(Seed::Demo, 1_000);
        for (method, path) in [
            ("GET", "/control"),
            ("GET", "/control/"),
            ("GET", "/control/nothing"),
            ("POST", "/control/accounts/1/nothing"),
        ] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let (status, line) = ask(&app, request).await;
            assert_eq!((status, line.is_string()), (StatusCode::NOT_FOUND, true), "{method} {path}: {line}");
        }
        let request = Request::get("/control/nothing").body(Body::empty()).unwrap();
        assert!(ask(&app, request).await.1.as_str().unwrap().contains("control interface"));
    }

    #[tokio::test]
    async fn bodies_are_json_whatever_they_are_called() {
        let app = router(Seed::Demo, 1_000);
        let account = state(&app).await["accounts"][0]["id"].clone();
        for (path, body) in [
            ("/control/customers", json!({"account_id": account, "name": "Nadia"})),
            ("/control/clock", json!({"advance_s": 1})),
            ("/control/limits", json!({"lifted": true})),
        ] {
            for content_type in [None, Some("application/x-www-form-urlencoded"), Some("application/json")] {
                let request = content_type.iter().fold(Request::post(path), |it, of| it.header("content-type", *of));
                let (status, told) = ask(&app, request.body(Body::from(body.to_string())).unwrap()).await;
                assert!(status.is_success(), "{path} {content_type:?}: {told}");
            }
            let (status, line) = ask(&app, Request::post(path).body(Body::from("{")).unwrap()).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {line}");
        }
    }

    #[tokio::test]
    async fn the_clock_moves_forward_only() {
        let app = router(Seed::Empty, 1_000);
        assert_eq!(ask(&app, post("/control/clock", &json!({"advance_s": 90_000}))).await.1["now"], 90_001_000);
        for wrong in [json!({"advance_s": -1}), json!({"advance_s": i64::MAX}), json!({"advance_s": 1, "back": true})] {
            assert_eq!(ask(&app, post("/control/clock", &wrong)).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert_eq!(state(&app).await["now"], 90_001_000);
    }

    #[tokio::test]
    async fn a_customer_belongs_to_an_account() {
        let app = router(Seed::Demo, 1_000);
        let account = state(&app).await["accounts"][0]["id"].clone();
        let (status, made) =
            ask(&app, post("/control/customers", &json!({"account_id": account, "name": "Nadia"}))).await;
        assert_eq!(
            (status, &made["name"], &made["conversation_open"]),
            (StatusCode::CREATED, &json!("Nadia"), &json!(false))
        );
        let (status, _) = ask(&app, post("/control/customers", &json!({"account_id": "none", "name": "Nadia"}))).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (status, _) = ask(&app, post("/control/customers", &json!({"account_id": account, "name": " "}))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[tokio::test]
    async fn limits_are_lifted_for_a_load_test() {
        let app = router(Seed::Empty, 1_000);
        for lifted in [true, false] {
            let (status, told) = ask(&app, post("/control/limits", &json!({"lifted": lifted}))).await;
            assert_eq!((status, told), (StatusCode::OK, json!({"lifted": lifted})));
        }
    }
}
