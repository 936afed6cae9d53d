//! Several requests in one.

use super::reading::{FORM, request};
use super::{INSTAGRAM, JONAS, MIA, PAGE, Told, shop};
use crate::faults::Fault;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

fn parts(told: &Told) -> Vec<(u64, Value)> {
    let part = |it: &Value| (it["code"].as_u64().unwrap(), serde_json::from_str(it["body"].as_str().unwrap()).unwrap());
    told.body.as_array().unwrap().iter().map(part).collect()
}

#[tokio::test]
async fn a_batch_is_several_requests() {
    let shop = shop();
    let batch = json!([
        {"method": "POST", "relative_url": "v25.0/me/messages",
         "body": format!("recipient={{\"id\":\"{JONAS}\"}}&message={{\"text\":\"One %26 two\"}}")},
        {"method": "post", "relative_url": "me/messages?recipient=%7B%22id%22%3A%221%22%7D",
         "body": "message=%7B%22text%22%3A%22Hi%22%7D"},
        {"method": "POST", "relative_url": format!("me/messages?access_token=token-{INSTAGRAM}"),
         "body": format!("recipient={{\"id\":\"{MIA}\"}}&message={{\"text\":\"Hi\"}}")},
    ]);
    let told = shop.post(PAGE, "/", &json!({"batch": batch})).await;
    assert_eq!(told.status, 200);
    let answers = parts(&told);
    assert_eq!((answers[0].0, &answers[0].1["recipient_id"]), (200, &json!(JONAS)));
    assert_eq!((answers[1].0, &answers[1].1["error"]["error_subcode"]), (400, &json!(2_018_001)));
    assert_eq!((answers[2].0, &answers[2].1["recipient_id"]), (200, &json!(MIA)));
    assert_eq!(shop.last(JONAS).text.as_deref(), Some("One & two"));
    assert_eq!(told.body[0]["headers"][0]["name"], "Content-Type");
    assert_eq!(shop.simulator.look().requests.after(0).count(), 4, "each of them, and the whole");

    let in_form = format!("access_token=token-{PAGE}&include_headers=false&batch={batch}")
        .replace('%', "%25")
        .replace("&message", "%26message");
    let told = shop.ask(request("/v25.0/", FORM, &in_form)).await;
    assert_eq!(told.status, 200);
    for wrong in [json!("hello"), json!([{"method": "POST"}]), json!(vec![json!({}); 51])] {
        let told = shop.post(PAGE, "/", &json!({"batch": wrong})).await;
        assert_eq!(told.refusal(), (400, Some(100), None), "{wrong}");
    }
}

#[tokio::test]
async fn a_batch_is_posted_where_the_pages_are() {
    let shop = shop();
    let app = crate::router(shop.simulator.clone());
    let ask = async |method: &str, path: &str, body: Value| {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        app.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap().status()
    };
    let path = format!("/?access_token=token-{PAGE}");
    let batch = json!({"batch": [{"method": "GET", "relative_url": "me"}]});
    for path in [path.clone(), format!("/v25.0{path}")] {
        assert_eq!(ask("POST", &path, batch.clone()).await, StatusCode::OK, "{path}");
    }
    assert_eq!(shop.simulator.look().requests.after(0).count(), 4);
    assert_eq!(ask("POST", &path, json!({})).await, StatusCode::BAD_REQUEST);
    assert_eq!(ask("GET", "/", json!({})).await, StatusCode::OK, "the page");
    assert_eq!(shop.simulator.look().requests.after(0).count(), 5, "nobody asked Meta for the page");
}

#[tokio::test]
async fn a_batch_may_be_text_in_json() {
    let shop = shop();
    let batch = json!([{"method": "GET", "relative_url": "me"}]).to_string();
    let told = shop.post(PAGE, "/v25.0/", &json!({"batch": batch})).await;
    assert_eq!((told.status.as_u16(), parts(&told)[0].0), (200, 200));
}

#[tokio::test]
async fn there_is_no_batch_in_a_batch() {
    let shop = shop();
    let me = json!({"method": "GET", "relative_url": "me"});
    let inner = json!([me]);
    let batch = json!([
        {"method": "POST", "relative_url": "", "body": {"batch": inner}},
        {"method": "POST", "relative_url": "v25.0/", "body": format!("batch={inner}")},
        {"method": "POST", "relative_url": format!("?batch={inner}")},
        me,
    ]);
    let told = shop.post(PAGE, "/", &json!({"batch": batch})).await;
    let told: Vec<_> = parts(&told).iter().map(|it| (it.0, it.1["error"]["code"].as_u64())).collect();
    assert_eq!(told, [(400, Some(100)), (400, Some(100)), (400, Some(100)), (200, None)]);
    assert_eq!(shop.simulator.look().requests.after(0).count(), 5, "the parts and the whole");
}

#[tokio::test]
async fn a_batch_with_a_part_that_is_none_does_nothing() {
    let shop = shop();
    let hi = json!({
        "method": "POST", "relative_url": "me/messages",
        "body": {"recipient": {"id": JONAS}, "message": {"text": "Hi"}},
    });
    let told = shop.post(PAGE, "/", &json!({"batch": [hi, {"method": "POST"}]})).await;
    assert_eq!((told.refusal(), shop.n_messages(JONAS)), ((400, Some(100), None), 1));
}

#[tokio::test]
async fn the_answers_together_have_a_size() {
    let shop = shop();
    // What does not exist is named in the answer.
    let long = json!({"method": "GET", "relative_url": "0".repeat(1024 * 1024)});
    let told = shop.post(PAGE, "/", &json!({"batch": vec![long; 12]})).await;
    let answered: Vec<_> = told.body.as_array().unwrap().iter().map(|it| !it.is_null()).collect();
    let expected: Vec<_> = (0..12).map(|it| it < 8).collect();
    assert_eq!(answered, expected);
}

#[tokio::test]
async fn a_fault_waits_for_a_part() {
    let shop = shop();
    let fault: Fault = serde_json::from_value(json!({"kind": "error", "code": 613, "times": 1})).unwrap();
    shop.change(|world| world.faults.add(fault));
    let me = json!({"method": "GET", "relative_url": "me"});
    let told = shop.post(PAGE, "/", &json!({"batch": [me, me]})).await;
    assert_eq!(told.status, 200);
    let told: Vec<_> = parts(&told).iter().map(|it| (it.0, it.1["error"]["code"].as_u64())).collect();
    assert_eq!(told, [(400, Some(613)), (200, None)]);
}
