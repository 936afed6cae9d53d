//! Who a customer is.

use super::Answer;
use super::call::Call;
use super::error::Wrong;
use crate::world::World;
use crate::world::account::Platform;
use crate::world::customer::Customer;
use serde_json::{Map, Value, json};

pub fn read(world: &World, call: &Call, id: &str) -> Answer {
    let caller = call.caller(world)?;
    let account = caller.account.ok_or_else(|| Wrong::NoSuchObject(id.to_owned()).error())?;
    let customer = world.customer(id).filter(|it| world.accounts_of(&account.id).any(|of| of.id == it.account_id));
    match (customer, account.platform) {
        (None, Platform::Instagram) => Err(Wrong::NoInstagramUser.error()),
        (None, Platform::Page) => Err(Wrong::NoSuchObject(id.to_owned()).error()),
        (Some(it), _) if it.last_action_ms.is_none() => Err(Wrong::ConsentRequired.error()),
        (Some(it), _) => Ok(asked_for(whole(it), call.text("fields"))),
    }
}

fn whole(customer: &Customer) -> Map<String, Value> {
    let whole = match customer.platform {
        Platform::Instagram => json!({
            "name": customer.name,
            "username": customer.username,
            "profile_pic": customer.picture,
            "follower_count": customer.follower_count,
            "is_verified_user": false,
            "is_user_follow_business": customer.follows,
            "is_business_follow_user": false,
        }),
        Platform::Page => {
            let (first, last) = customer.name.split_once(' ').unwrap_or((&customer.name, ""));
            json!({"first_name": first, "last_name": last, "name": customer.name, "profile_pic": customer.picture})
        }
    };
    let Value::Object(mut whole) = whole else { return Map::new() };
    whole.insert("id".to_owned(), customer.id.clone().into());
    whole
}

/// The id comes always, the rest if it is asked for.
fn asked_for(mut whole: Map<String, Value>, fields: Option<&str>) -> Value {
    if let Some(fields) = fields {
        whole.retain(|key, _| key == "id" || fields.split(',').any(|it| it.trim() == key));
    }
    whole.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::graph::routes;
    use crate::{Options, Seed, Simulator, seed};
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    const INSTAGRAM: &str = "17841400000000001";
    const PAGE: &str = "102030405060701";

    fn world() -> World {
        let options = Options {
            seed: Seed::Demo,
            now_ms: 1_000,
            callback: None,
            app_secret: None,
            verify_token: None,
            scripts: false,
        };
        seed::world(&options, Clock::standing(1_000), "")
    }

    /// A world in which everybody wrote just now.
    fn talkative() -> Router {
        let mut world = world();
        let ids: Vec<String> = world.customers().iter().map(|it| it.id.clone()).collect();
        for id in ids {
            world.customer_mut(&id).unwrap().last_action_ms = Some(1_000);
        }
        routes().with_state(Simulator::new(world))
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
        assert_eq!(ask(talkative(), "/5500000000000002", INSTAGRAM).await["username"], "friend_0002");
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
        let silent = routes().with_state(Simulator::new(world()));
        assert_eq!(code(ask(silent, "/v25.0/5500000000000001", INSTAGRAM).await), Some(230));
    }
}
