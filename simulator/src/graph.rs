//! The Graph API of both hosts: who a customer is.

use crate::Shared;
use crate::control::look;
use crate::world::{Account, Customer, Platform, World};
use axum::extract::{Path, Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

pub fn routes() -> Router<Shared> {
    Router::new().route("/{id}", get(without_version)).route("/{version}/{id}", get(with_version))
}

type Answer = (StatusCode, Json<Value>);

async fn without_version(
    State(world): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    profile(&look(&world), &id, &query, &headers)
}

async fn with_version(
    State(world): State<Shared>,
    Path((_version, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    profile(&look(&world), &id, &query, &headers)
}

fn profile(world: &World, id: &str, query: &HashMap<String, String>, headers: &HeaderMap) -> Answer {
    let Some(account) = account(world, query, headers) else {
        return error(190, None, "OAuthException", "Invalid OAuth access token.");
    };
    let customer = world.customers.iter().find(|it| it.id == id && it.account_id == account.id);
    match (customer, account.platform) {
        (None, Platform::Instagram) => error(9010, None, "IGApiException", "No matching Instagram user"),
        (None, Platform::Page) => {
            let words = format!("Unsupported get request. Object with ID '{id}' does not exist");
            error(100, Some(33), "OAuthException", &words)
        }
        (Some(it), _) if it.last_action_ms.is_none() => {
            error(230, None, "OAuthException", "(#230) User consent is required to access user profile")
        }
        (Some(it), platform) => (StatusCode::OK, Json(asked_for(whole(it, platform), query.get("fields")))),
    }
}

/// Whose token it is, in the header or the query.
fn account<'a>(world: &'a World, query: &HashMap<String, String>, headers: &HeaderMap) -> Option<&'a Account> {
    let header = headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok());
    let token = header.and_then(|it| it.strip_prefix("Bearer ")).or(query.get("access_token").map(String::as_str))?;
    world.accounts.iter().find(|it| it.token == token)
}

fn whole(customer: &Customer, platform: Platform) -> Map<String, Value> {
    let whole = match platform {
        Platform::Instagram => json!({
            "name": customer.name,
            "username": username(customer),
            "profile_pic": null,
            "follower_count": number(customer) * 37 % 900,
            "is_verified_user": false,
            "is_user_follow_business": number(customer).is_multiple_of(2),
            "is_business_follow_user": false,
        }),
        Platform::Page => {
            let (first, last) = customer.name.split_once(' ').unwrap_or((&customer.name, ""));
            json!({"first_name": first, "last_name": last, "name": customer.name})
        }
    };
    let Value::Object(mut whole) = whole else { return Map::new() };
    whole.insert("id".to_owned(), customer.id.clone().into());
    whole
}

/// The id comes always, the rest if it is asked for.
fn asked_for(mut whole: Map<String, Value>, fields: Option<&String>) -> Value {
    if let Some(fields) = fields {
        whole.retain(|key, _| key == "id" || fields.split(',').any(|it| it.trim() == key));
    }
    whole.into()
}

/// Of the Latin letters of the name, as far as there are any.
fn username(customer: &Customer) -> String {
    let letters = customer.name.to_lowercase();
    let words: Vec<String> = letters
        .split_whitespace()
        .map(|it| it.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|it| !it.is_empty())
        .collect();
    if words.is_empty() { format!("friend_{}", number(customer)) } else { words.join(".") }
}

fn number(customer: &Customer) -> u64 {
    customer.id.parse::<u64>().unwrap_or_default() % 100_000
}

fn error(code: u32, subcode: Option<u32>, kind: &str, message: &str) -> Answer {
    let mut error = json!({"message": message, "type": kind, "code": code, "fbtrace_id": "ApocketTrace"});
    if let Some(subcode) = subcode {
        error["error_subcode"] = subcode.into();
    }
    (StatusCode::BAD_REQUEST, Json(json!({"error": error})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use std::sync::{Arc, Mutex};
    use tower::ServiceExt as _;

    const INSTAGRAM: &str = "17841400000000001";
    const PAGE: &str = "102030405060701";

    /// A world in which everybody wrote just now.
    fn talkative() -> Router {
        let mut world = World::new(Seed::Demo, 1_000);
        for customer in &mut world.customers {
            customer.last_action_ms = Some(1_000);
        }
        routes().with_state(Arc::new(Mutex::new(world)))
    }

    async fn ask(app: Router, path: &str, account: &str) -> Value {
        let request = Request::get(path).header("authorization", format!("Bearer pocket-token-{account}"));
        let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
    }

    #[tokio::test]
    async fn each_platform_tells_who_a_customer_is_in_its_own_form() {
        let told = ask(talkative(), "/v25.0/5500000000000001?fields=name,username,profile_pic", INSTAGRAM).await;
        let expected = json!({
            "id": "5500000000000001", "name": "Hannah Okafor", "username": "hannah.okafor", "profile_pic": null
        });
        assert_eq!(told, expected);
        assert_eq!(ask(talkative(), "/5500000000000002", INSTAGRAM).await["username"], "friend_2");
        let told = ask(talkative(), "/v25.0/5500000000000010?fields=first_name,last_name", PAGE).await;
        assert_eq!(told, json!({"id": "5500000000000010", "first_name": "Jonas", "last_name": "Weber"}));
    }

    #[tokio::test]
    async fn whoever_may_not_know_is_told_in_metas_codes() {
        let code = |told: Value| told["error"]["code"].as_i64();
        assert_eq!(code(ask(talkative(), "/v25.0/5500000000000001", "nobody").await), Some(190));
        assert_eq!(
            code(ask(talkative(), "/v25.0/5500000000000010", INSTAGRAM).await),
            Some(9010),
            "another's customer"
        );
        assert_eq!(ask(talkative(), "/v25.0/1", PAGE).await["error"]["error_subcode"], 33);
        let silent = routes().with_state(Arc::new(Mutex::new(World::new(Seed::Demo, 1_000))));
        assert_eq!(code(ask(silent, "/v25.0/5500000000000001", INSTAGRAM).await), Some(230));
    }
}
