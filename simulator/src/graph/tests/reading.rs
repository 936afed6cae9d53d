//! The same request in every form that it may come in.

use super::{INSTAGRAM, MIA, PAGE, ZOFIA, shop};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

pub const FORM: &str = "application/x-www-form-urlencoded";

pub fn request(path: &str, content_type: &str, body: &str) -> Request<Body> {
    Request::post(path).header("content-type", content_type).body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn version_token_and_encoding_may_be_as_they_like() {
    let shop = shop();
    let json = json!({"recipient": {"id": MIA}, "message": {"text": "a+b & c% ü"}}).to_string();
    let form =
        "recipient=%7B%22id%22%3A%225500000000000001%22%7D&message=%7B%22text%22%3A%22a%2Bb+%26+c%25+%C3%BC%22%7D";
    let raw = "recipient={\"id\":\"5500000000000001\"}&message={\"text\":\"a%2Bb %26 c%25 ü\"}";
    let token = format!("access_token=token-{INSTAGRAM}");
    let with_token = |body: &str| format!("{body}&{token}");
    let in_json = json.replacen('{', &format!("{{\"access_token\":\"token-{INSTAGRAM}\","), 1);
    for (path, content_type, body) in [
        (format!("/v25.0/me/messages?{token}"), "application/json", json.clone()),
        (format!("/{INSTAGRAM}/messages?{token}"), "application/json; charset=utf-8", json.clone()),
        (format!("/v26.0/me/messages?{token}"), "text/plain", json.clone()),
        ("/v24.0/me/messages".to_owned(), "application/json", in_json),
        ("/v25.0/me/messages".to_owned(), FORM, with_token(form)),
        ("/me/messages/".to_owned(), FORM, with_token(raw)),
        (format!("/me/messages?{form}"), FORM, token.clone()),
    ] {
        let told = shop.ask(request(&path, content_type, &body)).await;
        assert_eq!(told.status, 200, "{path} {content_type}: {}", told.body);
        assert_eq!(shop.last(MIA).text.as_deref(), Some("a+b & c% ü"), "{path} {content_type}");
    }
    let app_scoped = shop.simulator.look().account(INSTAGRAM).unwrap().app_scoped_id.clone();
    let told = shop.ask(request(&format!("/{app_scoped}/messages?{token}"), "application/json", &json)).await;
    assert_eq!(told.status, 200);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_wrong_parameter() {
    let shop = shop();
    let path = format!("/v25.0/me/messages?access_token=token-{INSTAGRAM}");
    for (content_type, body) in [
        ("application/json", "{\"recipient\":"),
        ("application/json", "[]"),
        ("application/json", "hello"),
        ("multipart/form-data", "hello"),
        ("multipart/form-data; boundary=b", "hello"),
        (FORM, "recipient=%7Bid&message=%7B"),
        (FORM, ""),
    ] {
        let told = shop.ask(request(&path, content_type, body)).await;
        assert_eq!(told.refusal(), (400, Some(100), None), "{content_type} {body}");
        assert!(told.body["error"]["message"].as_str().unwrap().starts_with("(#100) "));
    }
    let told = shop.ask(request("/v25.0/me/messages", FORM, "")).await;
    assert_eq!(told.refusal(), (400, Some(2500), None), "nobody's");
    let told = shop.ask(request(&format!("/v25.0/me/poems?access_token=token-{PAGE}"), FORM, "")).await;
    assert_eq!(told.refusal(), (400, Some(100), Some(33)));
}

#[tokio::test]
async fn every_request_stands_in_the_record_without_its_token() {
    let shop = shop();
    let body = json!({"recipient": {"id": ZOFIA}, "message": {"text": "Hi"}}).to_string();
    let path = format!("/v25.0/me/messages?access_token=token-{PAGE}");
    let told = shop.ask(request(&path, "application/json", &body)).await;
    shop.ask(request(&path, "application/json", "{")).await;
    let world = shop.simulator.look();
    let recorded: Vec<_> = world.requests.after(0).map(|it| it.1).collect();
    assert_eq!(recorded.len(), 2);
    let first = recorded[0];
    assert_eq!((first.method.as_str(), first.path.as_str(), first.status), ("POST", "/v25.0/me/messages", 200));
    assert_eq!(first.account_id.as_deref(), Some(super::LINKED), "whose customer it is");
    assert_eq!((&first.body, &first.answer), (&serde_json::from_str::<Value>(&body).unwrap(), &told.body));
    assert_eq!((recorded[1].status, &recorded[1].answer["error"]["code"]), (400, &json!(100)));
    assert!(!serde_json::to_string(&recorded).unwrap().contains("token-"));
}

#[tokio::test]
async fn a_proof_must_be_right() {
    let shop = shop();
    // Of "token-17841400000000001" with "secret".
    let proof = "7cc532f49966af236cfa2abc08909da0b36d358e3ad278870cad449b1036ebb2";
    let body = |proof: &str| json!({"recipient": {"id": MIA}, "message": {"text": "Hi"}, "appsecret_proof": proof});
    assert_eq!(shop.post(INSTAGRAM, "/me/messages", &body(proof)).await.status, 200);
    let told = shop.post(INSTAGRAM, "/me/messages", &body("0123")).await;
    assert_eq!(told.refusal(), (400, Some(100), None));
    assert_eq!(shop.post(INSTAGRAM, "/me/messages", &body("hello")).await.status, 400);
    assert_eq!(told.body["error"]["message"], "Invalid appsecret_proof provided in the API argument");
}
