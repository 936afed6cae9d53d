//! What goes wrong on demand, over real connections.

use super::{INSTAGRAM, JONAS, MIA, PAGE, Shop, shop};
use crate::Shared;
use crate::faults::Fault;
use crate::world::record::Request;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Served {
    at: String,
    stop: oneshot::Sender<()>,
    done: JoinHandle<std::io::Result<()>>,
}

async fn serve(simulator: &Shared) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopping) = oneshot::channel::<()>();
    let stopped = async move { drop(stopping.await) };
    Served { at, stop, done: tokio::spawn(crate::serve(listener, Arc::clone(simulator), stopped)) }
}

fn post(at: &str, text: &str) -> JoinHandle<reqwest::Result<Value>> {
    let body = json!({"recipient": {"id": JONAS}, "message": {"text": text}});
    let client = reqwest::Client::builder().build().unwrap();
    let request = client.post(format!("{at}/v25.0/me/messages?access_token=token-{PAGE}")).json(&body);
    tokio::spawn(async move { request.send().await?.json().await })
}

/// Until so many requests stand in the record.
async fn recorded(simulator: &Shared, n: usize) {
    let mut changed = simulator.changed.subscribe();
    while simulator.look().requests.after(0).count() < n {
        changed.changed().await.unwrap();
    }
}

fn order(shop: &Shop, fault: Value) {
    let fault: Fault = serde_json::from_value(fault).unwrap();
    shop.change(|world| world.faults.add(fault));
}

#[tokio::test]
async fn a_connection_is_cut_before_or_after_delivery() {
    let shop = shop();
    let served = serve(&shop.simulator).await;
    for (text, n_messages) in [("#fault cut", 1), ("#fault cut_after_delivery", 2)] {
        let error = post(&served.at, text).await.unwrap().unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        assert_eq!(shop.n_messages(JONAS), n_messages, "{text}");
    }
    let told = |it: (u64, &Request)| (it.1.status, it.1.answer.is_null());
    let recorded: Vec<_> = shop.simulator.look().requests.after(0).map(told).collect();
    assert_eq!(recorded, [(0, true), (0, false)]);
    assert!(post(&served.at, "Hi").await.unwrap().unwrap()["message_id"].is_string(), "the next is as ever");
}

#[tokio::test]
async fn whoever_never_gets_an_answer_does_not_keep_the_simulator_from_stopping() {
    let shop = shop();
    let served = serve(&shop.simulator).await;
    let waiting = post(&served.at, "#fault timeout");
    recorded(&shop.simulator, 1).await;
    assert_eq!(shop.n_messages(JONAS), 1);
    let also_waiting = post(&served.at, "#fault timeout_after_delivery");
    let late = post(&served.at, "#fault slow 3000000");
    recorded(&shop.simulator, 3).await;
    assert_eq!(shop.n_messages(JONAS), 3);
    assert!(!waiting.is_finished() && !also_waiting.is_finished() && !late.is_finished());
    served.stop.send(()).unwrap();
    served.done.await.unwrap().unwrap();
    assert!(waiting.await.unwrap().is_err());
    assert!(also_waiting.await.unwrap().is_err());
    assert!(late.await.unwrap().is_ok(), "what was late comes at once");
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_comes_late() {
    let shop = shop();
    let started = tokio::time::Instant::now();
    assert_eq!(shop.say(INSTAGRAM, "#fault slow 3000").await.status, 200);
    assert_eq!(started.elapsed().as_millis(), 3_000);
}

#[tokio::test]
async fn errors_of_every_class_are_answered_as_ordered() {
    let shop = shop();
    for (fault, refusal) in [
        (json!({"code": 613, "subcode": 2_534_040}), (400, Some(613), Some(2_534_040))),
        (json!({"code": 2}), (500, Some(2), None)),
        (json!({"code": 190, "subcode": 463, "status": 401}), (401, Some(190), Some(463))),
    ] {
        let mut ordered = json!({"kind": "error", "account_id": INSTAGRAM, "times": 1});
        ordered.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
        order(&shop, ordered);
        assert_eq!(shop.say(PAGE, "Hi").await.status, 200, "another account");
        assert_eq!(shop.say(INSTAGRAM, "Hi").await.refusal(), refusal);
        assert_eq!(shop.say(INSTAGRAM, "Hi").await.status, 200, "once");
    }
    assert_eq!(shop.say(INSTAGRAM, "#fault error 10 2534022").await.refusal(), (400, Some(10), Some(2_534_022)));
    assert_eq!(shop.n_messages(MIA), 4);
    assert_eq!(shop.say(INSTAGRAM, "#fault error_after_delivery").await.refusal(), (500, Some(1), Some(1_357_046)));
    assert_eq!(shop.n_messages(MIA), 5);
}

#[tokio::test]
async fn the_echo_can_come_before_the_answer() {
    let shop = shop();
    order(&shop, json!({"kind": "echo_first", "times": 1}));
    let simulator = Arc::clone(&shop.simulator);
    let mut changed = simulator.changed.subscribe();
    let answer = tokio::spawn(async move { shop.say(INSTAGRAM, "Hi").await.body });
    let echo = loop {
        changed.changed().await.unwrap();
        let parcel = simulator.look().outbox.values_mut().next().and_then(std::collections::VecDeque::pop_front);
        if let Some(parcel) = parcel {
            break parcel;
        }
    };
    assert!(!answer.is_finished());
    echo.delivered.unwrap().send(()).unwrap();
    assert_eq!(answer.await.unwrap()["message_id"], echo.item["message"]["mid"]);
}
