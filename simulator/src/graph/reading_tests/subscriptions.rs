use super::{APP, BOT, Meta, PAGE, SHOP, add_token, assert_form, code, world};
use crate::world::account::{Holder, Platform, every_field};
use axum::Router;
use axum::extract::Query;
use axum::http::Method;
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::HashMap;
use tokio::net::TcpListener;

#[tokio::test]
async fn an_app_subscribes_and_ends_it() {
    let meta = Meta::of(world());
    let fields = "messages,messaging_postbacks,message_reactions";
    let path = format!("/v26.0/{PAGE}/subscribed_apps");
    let done = meta.post(&format!("{path}?subscribed_fields={fields}"), "page-token", Value::Null).await;
    assert_form(&done, "graph.subscribed_apps.post_ok");
    let list = meta.get(&path, "page-token").await;
    assert_form(&list, "graph.subscribed_apps.list");
    assert_eq!(list["data"][0]["id"], APP);
    assert_eq!(list["data"][0]["subscribed_fields"], json!(["message_reactions", "messages", "messaging_postbacks"]));
    assert_eq!(meta.ask(Method::DELETE, &path, "page-token", &Value::Null).await, json!({"success": true}));
    assert_eq!(meta.get(&path, "page-token").await, json!({"data": []}));
    let done =
        meta.post("/me/subscribed_apps", "shop-token", json!({"subscribed_fields": ["messages", "standby"]})).await;
    assert_eq!(done, json!({"success": true}));
}

#[tokio::test]
async fn one_unknown_field_fails_the_whole_call() {
    let mut world = world();
    add_token(&mut world, "bare-page-token", Holder::Account(PAGE.to_owned()), &["pages_show_list"]);
    let meta = Meta::of(world);
    let before = meta.0.look().account(SHOP).unwrap().subscriptions[0].fields.clone();
    for (path, token, expected) in [
        ("/me/subscribed_apps?subscribed_fields=messages,message_reads", "shop-token", (100, None)),
        ("/me/subscribed_apps", "shop-token", (100, None)),
        ("/me/subscribed_apps?subscribed_fields=messages", "bare-page-token", (200, None)),
        ("/1/subscribed_apps?subscribed_fields=messages", "shop-token", (100, Some(33))),
    ] {
        assert_eq!(code(&meta.post(path, token, Value::Null).await), expected, "{path}");
    }
    assert_eq!(meta.0.look().account(SHOP).unwrap().subscriptions[0].fields, before);
}

/// An app that shows itself to whoever knows its word.
async fn inbox() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let show = async |Query(asked): Query<HashMap<String, String>>| {
        if asked["hub.verify_token"] == "v" { asked["hub.challenge"].clone() } else { String::new() }
    };
    let app = Router::new().route("/webhooks/meta", get(show));
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/webhooks/meta")
}

#[tokio::test]
async fn an_app_says_where_it_hears() {
    let meta = Meta::of(world());
    let token = format!("{APP}|secret-of-{APP}");
    let path = format!("/v26.0/{APP}/subscriptions");
    let inbox = inbox().await;
    let wish = json!({
        "object": "instagram", "callback_url": inbox, "verify_token": "v", "fields": "messages,standby",
    });
    assert_eq!(meta.post(&path, &token, wish.clone()).await, json!({"success": true}));
    let list = meta.get(&path, &token).await;
    assert_eq!(list["data"][0]["callback_url"], inbox);
    assert_eq!(list["data"][0]["fields"].as_array().unwrap().len(), 2);
    assert_eq!(list["data"][1]["fields"].as_array().unwrap().len(), every_field(Platform::Page).len());
    let ended = meta.ask(Method::DELETE, &format!("{path}?object=page"), &token, &Value::Null).await;
    assert_eq!(ended, json!({"success": true}));
    assert_eq!(meta.get(&path, &token).await["data"].as_array().unwrap().len(), 1);
    for (key, wrong) in [("object", json!("fax")), ("callback_url", json!("inbox")), ("fields", json!("nonsense"))] {
        let mut wish = wish.clone();
        wish[key] = wrong;
        assert_eq!(code(&meta.post(&path, &token, wish).await), (100, None), "{key}");
    }
    let mut stranger = wish.clone();
    stranger["verify_token"] = "another".into();
    assert_eq!(code(&meta.post(&path, &token, stranger).await), (2200, None), "it has to show itself");
    for token in ["shop-token", "x|y"] {
        assert_eq!(code(&meta.post(&path, token, wish.clone()).await), (190, None), "{token}");
    }
    assert_eq!(code(&meta.post(&format!("/{BOT}/subscriptions"), &token, wish).await), (100, Some(33)));
    meta.ask(Method::DELETE, &path, &token, &Value::Null).await;
    assert!(meta.0.look().app(APP).unwrap().callback.is_none());
}
