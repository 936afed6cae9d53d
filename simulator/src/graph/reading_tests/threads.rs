mod story;

use super::{APP, BOT, DAY, JONAS, LEA, LINKED, MARA, Meta, NOW, PAGE, assert_form, code, compare, world, writes};
use crate::world::World;
use crate::world::account::{Holder, Routing, Subscription, every_field, every_permission};
use crate::world::act::Act;
use crate::world::tell::Channel;
use serde_json::{Value, json};

const HOUR: i64 = 60 * 60 * 1000;

/// Bot and inbox on the Page and on the account linked to it; the bot is the default app.
fn routed() -> World {
    let mut world = unrouted();
    for id in [PAGE, LINKED] {
        let routing = Routing { default_app_id: BOT.to_owned(), may_take: [APP.to_owned()].into() };
        world.account_mut(id).unwrap().routing = Some(routing);
    }
    world
}

fn unrouted() -> World {
    let mut world = world();
    for id in [PAGE, LINKED] {
        let account = world.account_mut(id).unwrap();
        let fields = every_field(account.platform);
        account.subscriptions.push(Subscription { app_id: BOT.to_owned(), fields, failing_since_ms: None });
    }
    let page = world.account(PAGE).unwrap();
    let permissions = every_permission(page.platform, page.login);
    let made = world.issue("", BOT, Holder::Account(PAGE.to_owned()), permissions, None);
    world.tokens.iter_mut().find(|it| it.value == made).unwrap().value = "bot-token".to_owned();
    for id in [JONAS, LEA] {
        writes(&mut world, id, "Hi", NOW);
    }
    world
}

fn of(customer_id: &str) -> Value {
    json!({"recipient": {"id": customer_id}})
}

async fn control(meta: &Meta, what: &str, token: &str, more: Value) -> Value {
    let mut body = of(JONAS);
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    meta.post(&format!("/v26.0/{PAGE}/{what}_thread_control"), token, body).await
}

/// What an app was told since it was last asked.
fn told(meta: &Meta, app_id: &str) -> Vec<(Channel, Value)> {
    let parcels = meta.0.look().outbox.remove(app_id).unwrap_or_default();
    parcels.into_iter().map(|it| (it.channel, it.item)).collect()
}

fn item_of(payload: &str) -> Value {
    let path = format!("{}/../model/tests/payloads/{payload}.json", env!("CARGO_MANIFEST_DIR"));
    let whole: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    whole.pointer("/entry/0/messaging/0").unwrap().clone()
}

fn owner(meta: &Meta) -> Option<String> {
    meta.0.look().owner(JONAS).map(str::to_owned)
}

async fn ok(meta: &Meta, what: &str, token: &str, more: Value) {
    assert_form(&control(meta, what, token, more).await, "graph.thread_control.ok");
}

fn customer_writes(meta: &Meta, text: &str) {
    customer_does(meta, json!({"send": {"text": text}}));
}

fn customer_does(meta: &Meta, what: Value) {
    let act: Act = serde_json::from_value(what).unwrap();
    meta.0.change(|world| world.act(JONAS, act, world.now_ms())).unwrap();
}

fn channels(meta: &Meta) -> (Vec<Channel>, Vec<Channel>) {
    let of = |app_id| told(meta, app_id).into_iter().map(|it| it.0).collect();
    (of(BOT), of(APP))
}

#[tokio::test]
async fn what_nobody_owns_is_given_to_whoever_asks() {
    let meta = Meta::of(routed());
    ok(&meta, "request", "page-token", json!({})).await;
    let heard = told(&meta, APP);
    assert_eq!(
        heard[0].1["pass_thread_control"],
        json!({
            "previous_owner_app_id": null, "new_owner_app_id": APP, "metadata": ""
        })
    );
    ok(&meta, "request", "bot-token", json!({"metadata": "survey"})).await;
    assert_eq!(told(&meta, APP)[0].1["request_thread_control"]["metadata"], "survey");
    assert_eq!(owner(&meta).as_deref(), Some(APP), "asking is not taking");
}

#[tokio::test]
async fn who_owns_it_is_told_to_the_owner_and_to_the_default_app() {
    let meta = Meta::of(routed());
    let path = format!("/v26.0/{PAGE}/thread_owner?recipient={JONAS}");
    assert_form(&meta.get(&path, "page-token").await, "graph.thread_owner.empty");
    assert_eq!(meta.get(&path, "bot-token").await["data"][0]["thread_owner"]["app_id"], BOT);
    customer_writes(&meta, "Hi");
    let hidden = meta.get(&path, "page-token").await;
    assert_form(&hidden, "graph.thread_owner.hidden");
    assert_eq!(hidden["data"][0]["thread_owner"]["expiration"], (NOW + DAY) / 1000);
    ok(&meta, "pass", "bot-token", json!({"target_app_id": APP})).await;
    for token in ["page-token", "bot-token"] {
        let shown = meta.get(&path, token).await;
        assert_form(&shown, "graph.thread_owner.owner");
        assert_eq!(shown["data"][0]["thread_owner"]["app_id"], APP);
    }
}

#[tokio::test]
async fn a_released_thread_is_idle_and_told_to_nobody() {
    let meta = Meta::of(routed());
    ok(&meta, "pass", "bot-token", json!({"target_app_id": APP})).await;
    told(&meta, APP);
    ok(&meta, "release", "page-token", json!({})).await;
    assert_eq!(owner(&meta), None);
    assert_eq!(channels(&meta), (vec![], vec![]));
    assert_eq!(code(&control(&meta, "release", "page-token", json!({})).await), (10, Some(2_018_300)));
}

#[tokio::test]
async fn control_is_refused_to_whoever_has_none() {
    let meta = Meta::of(routed());
    let long = "x".repeat(1001);
    for (what, token, more, expected) in [
        ("pass", "page-token", json!({"target_app_id": BOT}), (10, Some(2_018_300))),
        ("pass", "bot-token", json!({"target_app_id": BOT}), (100, None)),
        ("pass", "bot-token", json!({"target_app_id": "1"}), (100, None)),
        ("pass", "bot-token", json!({"metadata": long}), (100, None)),
        ("pass", "bot-token", json!({"recipient": {"id": "1"}}), (100, Some(2_018_001))),
        ("pass", "bot-token", json!({"recipient": {"id": MARA}}), (100, Some(2_018_001))),
        ("pass", "bot-token", json!({"recipient": null}), (100, Some(2_018_001))),
        ("release", "page-token", json!({}), (10, Some(2_018_300))),
        ("extend", "page-token", json!({"duration": 60}), (10, Some(2_018_300))),
        ("extend", "page-token", json!({}), (100, None)),
        ("take", "no-token", json!({}), (190, None)),
    ] {
        assert_eq!(code(&control(&meta, what, token, more.clone()).await), expected, "{what} {more}");
    }
    customer_writes(&meta, "Hi");
    for duration in [0, 604_801] {
        assert_eq!(code(&control(&meta, "extend", "bot-token", json!({"duration": duration})).await), (100, None));
    }
    meta.0.change(|world| world.account_mut(PAGE).unwrap().routing.as_mut().unwrap().may_take.clear());
    assert_eq!(code(&control(&meta, "take", "page-token", json!({})).await), (100, Some(2_018_171)));
}

#[tokio::test]
async fn an_instagram_account_is_handed_over_through_its_page() {
    let meta = Meta::of(routed());
    let path = |what: &str| format!("/v26.0/{PAGE}/{what}_thread_control");
    let refused = meta.post(&path("pass"), "page-token", of(LEA)).await;
    assert_form(&refused, "graph.error.not_thread_owner");
    let done = meta.post(&path("request"), "page-token", of(LEA)).await;
    assert_eq!(code(&done), (100, Some(2_018_171)), "on Instagram only without routing");
    let body = json!({"recipient": {"id": LEA}, "target_app_id": APP, "metadata": "{}"});
    assert_eq!(meta.post(&path("pass"), "bot-token", body).await, json!({"success": true}));
    compare(&told(&meta, APP)[0].1, &item_of("instagram.handover.pass_from_idle"), "pass");
    meta.0.change(|world| world.native_inbox_takes(LEA));
    compare(&told(&meta, APP)[0].1, &item_of("instagram.handover.take"), "take");
    let login = meta.post("/me/pass_thread_control", "shop-token", of(MARA)).await;
    assert_eq!(code(&login), (100, Some(33)), "not where Instagram Login is used");
    let login = meta.get(&format!("/me/thread_owner?recipient={MARA}"), "shop-token").await;
    assert_eq!(code(&login), (100, Some(33)));
    assert!(login["error"]["message"].as_str().unwrap().starts_with("Unsupported get request. "), "{login}");
}

#[tokio::test]
async fn a_message_may_pass_or_release_in_the_same_step() {
    let meta = Meta::of(routed());
    let send = async |token: &str, control: Value| {
        let body = json!({
            "recipient": {"id": JONAS}, "messaging_type": "RESPONSE", "message": {"text": "Hi"},
            "thread_control": control,
        });
        meta.post("/me/messages", token, body).await
    };
    let to_us = json!({"control_type": "pass", "app_id": APP.parse::<u64>().unwrap()});
    let to_the_bot = json!({"control_type": "pass", "app_id": BOT});
    assert_eq!(code(&send("page-token", to_the_bot).await), (10, Some(2_018_300)));
    assert_eq!(code(&send("bot-token", json!({"control_type": "pass", "app_id": "1"})).await), (100, None));
    assert!(send("bot-token", to_us).await["message_id"].is_string());
    assert_eq!(owner(&meta).as_deref(), Some(APP));
    let heard = told(&meta, APP);
    assert_eq!(heard.last().unwrap().1["pass_thread_control"]["new_owner_app_id"], APP);
    assert!(send("page-token", json!({"control_type": "release"})).await["message_id"].is_string());
    assert_eq!(owner(&meta), None);
    meta.0.change(|world| world.account_mut(PAGE).unwrap().routing = None);
    assert_eq!(code(&send("page-token", json!({"control_type": "release"})).await), (100, None));
}

#[tokio::test]
async fn whatever_is_done_about_control_gives_a_day() {
    let meta = Meta::of(routed());
    ok(&meta, "pass", "bot-token", json!({"target_app_id": APP})).await;
    ok(&meta, "extend", "page-token", json!({"duration": 604_800})).await;
    meta.advance(HOUR);
    ok(&meta, "take", "page-token", json!({})).await;
    meta.advance(DAY);
    assert_eq!(owner(&meta), None);
}

#[tokio::test]
async fn switching_routing_on_tells_each_app_its_role() {
    let meta = Meta::of(unrouted());
    let routing = Routing { default_app_id: BOT.to_owned(), may_take: [].into() };
    meta.0.change(|world| world.set_routing(PAGE, Some(routing)));
    let heard = told(&meta, APP);
    compare(&heard[0].1, &item_of("page.handover.app_roles"), "app_roles");
    assert_eq!(heard[0].1["app_roles"], json!({APP: ["secondary_receiver"]}));
    assert_eq!(told(&meta, BOT)[0].1["app_roles"], json!({BOT: ["primary_receiver"]}));
}
