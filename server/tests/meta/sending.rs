use crate::host::{Host, payload};
use axum::http::{HeaderMap, Method};
use model::platform::{Login, Platform};
use serde_json::Value;
use server::graph::send::{Content, Request, Sent, To, What};
use server::graph::{Access, Graph, GraphError, Kind, Token};
use std::time::Duration;

pub const TOKEN: &str = "EAABsbCS1iHgBO0ExampleTokenForTestsOnly";
const SECRET: [&str; 2] = ["--meta-app-secrets", "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5"];
pub const PROOF: &str = "appsecret_proof=2f293bba5b8d243bd20c040b8e77dc3048ea0d6fa61e4a77a0fa632b78f660ec";

pub fn access(login: Login) -> Access {
    Access { login, token: Token::new(TOKEN.to_owned()), app: None }
}

pub fn graph(host: &Host) -> Graph {
    Graph::new(&host.settings(&SECRET)).unwrap()
}

fn hello() -> Request {
    let content = Content::Text { text: "Good morning".to_owned(), quick_replies: Vec::new() };
    let what = What::Message { content, tagged: false, reply_to: None, mark: None };
    Request { to: To::Person("601".to_owned()), what }
}

async fn to_jonas(graph: &Graph) -> Result<Sent, GraphError> {
    graph.send(&access(Login::Page), Platform::Page, &hello()).await.outcome
}

#[tokio::test]
async fn a_message_is_posted_and_its_name_read() {
    let host = Host::start().await;
    host.answers("messages", 200, &payload("send.ok.page"));
    let sent = to_jonas(&graph(&host)).await.unwrap();
    assert_eq!(sent.recipient.as_deref(), Some("24680135791113150"));
    assert!(sent.mid.unwrap().starts_with("m_fSKK45miRp2woz1VFe1WW"));
    host.answers("messages", 200, &payload("send.ok.instagram"));
    let sent = graph(&host).send(&access(Login::Instagram), Platform::Instagram, &hello()).await.outcome.unwrap();
    assert!(sent.mid.unwrap().starts_with("aWdfZAG1"));

    let [messenger, instagram] = &host.heard()[..] else { panic!("two calls") };
    for call in [messenger, instagram] {
        assert_eq!((&call.method, call.path.as_str()), (&Method::POST, "/v25.0/me/messages"));
        assert_eq!(call.content_type, "application/json");
        assert_eq!(call.authorization, format!("Bearer {TOKEN}"));
        assert!(!call.query.contains(TOKEN) && !String::from_utf8_lossy(&call.body).contains(TOKEN));
    }
    assert_eq!((messenger.query.as_str(), instagram.query.as_str()), (PROOF, ""));
    let body: Value = serde_json::from_slice(&messenger.body).unwrap();
    assert_eq!(body, hello().body(Platform::Page));
}

#[tokio::test]
async fn an_answer_that_names_no_message_is_in_doubt_and_an_action_needs_none() {
    let host = Host::start().await;
    for answer in [&payload("sender_action.ok"), "{}", "[]", "<html>", ""] {
        host.answers("messages", 200, answer);
        let error = to_jonas(&graph(&host)).await.unwrap_err();
        assert_eq!((error.kind, error.in_doubt), (Kind::Transient, true), "{answer}");
    }
    host.answers("messages", 200, &payload("sender_action.ok"));
    for what in [
        What::TypingOn,
        What::MarkSeen,
        What::React { mid: "m_1".to_owned(), emoji: "😂".to_owned() },
        What::Unreact { mid: "m_1".to_owned() },
    ] {
        let request = Request { to: To::Person("601".to_owned()), what };
        let sent = graph(&host).send(&access(Login::Page), Platform::Page, &request).await.outcome.unwrap();
        assert_eq!(sent, Sent { mid: None, recipient: Some("1093847561029384".to_owned()) });
    }
}

#[tokio::test]
async fn an_error_is_an_error_whatever_its_status() {
    let host = Host::start().await;
    for status in [200, 400, 500] {
        host.answers("messages", status, &payload("error.window_closed.page"));
        let error = to_jonas(&graph(&host)).await.unwrap_err();
        assert_eq!((error.code, error.subcode, error.in_doubt), (Some(10), Some(2_018_278), false), "{status}");
    }
    host.answers("messages", 400, &payload("error.transient_2"));
    assert!(to_jonas(&graph(&host)).await.unwrap_err().in_doubt);
}

#[tokio::test]
async fn the_use_of_the_limits_is_read_from_good_and_bad_answers() {
    let host = Host::start().await;
    let cases = r#"{"1":[{"type":"messenger","call_count":96,"estimated_time_to_regain_access":2}]}"#;
    let headers = HeaderMap::from_iter([
        ("x-app-usage".parse().unwrap(), r#"{"call_count":34,"total_time":11}"#.parse().unwrap()),
        ("x-business-use-case-usage".parse().unwrap(), cases.parse().unwrap()),
    ]);
    for (status, body) in [(200, payload("send.ok.page")), (400, payload("error.rate_send"))] {
        host.answers_with("messages", status, &body, headers.clone());
        let answered = graph(&host).send(&access(Login::Page), Platform::Page, &hello()).await;
        assert_eq!((answered.usage.percent, answered.usage.wait_s), (Some(96), Some(120)));
        assert_eq!(answered.outcome.is_ok(), status == 200);
    }
}

/// A host that takes the call, and says nothing for as long as anybody listens.
#[tokio::test]
async fn no_answer_in_time_is_in_doubt() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut host = Host::start().await;
    host.url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let graph = graph(&host).sending_within(Duration::from_millis(100));
    let error = to_jonas(&graph).await.unwrap_err();
    assert_eq!((error.kind, error.status, error.in_doubt), (Kind::Transient, None, true), "{error}");
    assert!(!format!("{error:?}").contains(TOKEN));
}

#[tokio::test]
async fn a_refused_connection_is_not_in_doubt() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut host = Host::start().await;
    host.url = format!("http://{}", taken.local_addr().unwrap());
    drop(taken);
    let error = to_jonas(&graph(&host)).await.unwrap_err();
    assert_eq!((error.kind, error.status, error.in_doubt), (Kind::Transient, None, false), "{error}");
}
