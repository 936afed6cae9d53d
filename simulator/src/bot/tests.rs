use super::*;
use crate::graph::reading_tests::{APP, JONAS, Meta, NOW, PAGE, world};
use crate::world::act::Act;
use std::sync::Arc;

fn served() -> World {
    let mut world = world();
    connect(&mut world, PAGE);
    world
}

fn does(world: &mut World, what: Value) {
    let act: Act = serde_json::from_value(what).unwrap();
    world.act(JONAS, act, world.now_ms()).unwrap();
}

/// What the bot offered last.
fn tap(world: &World, payload: &str) -> Value {
    let said = &world.customer(JONAS).unwrap().thread.messages.last().unwrap().mid;
    json!({"tap": {"mid": said, "payload": payload}})
}

fn answers_to(world: &mut World, what: Value) -> (String, Vec<Value>) {
    does(world, what);
    world.clock.advance(THINKS_MS).unwrap();
    answer(world);
    let last = world.customer(JONAS).unwrap().thread.messages.last().unwrap();
    let own = last.from == From::Business { app_id: Some(APP_ID.to_owned()) };
    let text = last.text.clone().filter(|_| own).unwrap_or_default();
    (text, last.quick_replies.iter().map(|it| it["title"].clone()).collect())
}

#[test]
fn it_says_that_it_is_one_and_offers_a_person() {
    let mut world = served();
    let (text, offers) = answers_to(&mut world, json!({"send": {"text": "Hello!"}}));
    assert!(text.contains("Hi Jonas") && text.contains("automated"), "{text}");
    assert_eq!(offers, ["Track my order", "Talk to a person"]);
    let (text, _) = answers_to(&mut world, json!({"send": {"text": "Hm"}}));
    assert!(!text.contains("welcome"), "it introduces itself once a day: {text}");
    let order = tap(&world, TRACK);
    let (text, _) = answers_to(&mut world, order);
    assert!(text.contains("LC-"), "{text}");
    let (text, _) = answers_to(&mut world, json!({"send": {"attachments": [{"type": "image"}]}}));
    assert!(text.contains("only read text"), "{text}");
}

#[test]
fn it_hands_over_and_is_silent_until_it_gets_the_thread_back() {
    for taps in [false, true] {
        let mut world = served();
        answers_to(&mut world, json!({"send": {"text": "Hello!"}}));
        let asking = if taps { tap(&world, PERSON) } else { json!({"send": {"text": "Can I talk to a human?"}}) };
        let (text, _) = answers_to(&mut world, asking);
        assert!(text.contains("fetching somebody"), "{text}");
        assert_eq!(world.owner(JONAS), Some(APP));
        let heard = world.outbox[APP].back().unwrap();
        assert_eq!(heard.item["pass_thread_control"]["metadata"], r#"{"why":"asked for a person"}"#);
        assert_eq!(answers_to(&mut world, json!({"send": {"text": "Hello?"}})).0, "", "in standby");
        world.pass_thread(JONAS, APP, None, "").unwrap();
        world.clock.advance(THINKS_MS).unwrap();
        answer(&mut world);
        let back = world.customer(JONAS).unwrap().thread.messages.last().unwrap().text.clone().unwrap();
        assert!(back.contains("automated"), "{back}");
    }
}

#[test]
fn without_routing_it_is_silent_by_itself_while_others_answer() {
    for how in ["passed on", "asked for it", "somebody answers", "on a phone"] {
        let mut world = served();
        world.account_mut(PAGE).unwrap().routing = None;
        answers_to(&mut world, json!({"send": {"text": "Hello!"}}));
        let says = |app_id: Option<&str>| Saying {
            app_id: app_id.map(str::to_owned),
            text: Some("Hi, this is Ines".to_owned()),
            ..Saying::default()
        };
        let now_ms = world.now_ms();
        match how {
            "passed on" => drop(answers_to(&mut world, json!({"send": {"text": "A person, please"}}))),
            "asked for it" => {
                world.pass_thread(JONAS, APP, Some(APP_ID), "").unwrap();
                world.request_thread(JONAS, APP, "").unwrap();
                world.clock.advance(THINKS_MS).unwrap();
                answer(&mut world);
            }
            "somebody answers" => drop(world.say(JONAS, says(Some(APP)), now_ms)),
            _ => drop(world.say(JONAS, says(None), now_ms)),
        }
        assert_eq!(answers_to(&mut world, json!({"send": {"text": "Where is my order?"}})).0, "", "{how}");
        world.pass_thread(JONAS, APP, Some(APP_ID), "").unwrap();
        world.clock.advance(THINKS_MS).unwrap();
        answer(&mut world);
        let (text, _) = answers_to(&mut world, json!({"send": {"text": "Where is my order?"}}));
        assert!(text.contains("LC-"), "{how}: {text}");
    }
}

#[test]
fn it_does_not_answer_itself_nor_what_is_too_old() {
    let mut world = served();
    answers_to(&mut world, json!({"send": {"text": "Hello!"}}));
    let n_messages = world.customer(JONAS).unwrap().thread.messages.len();
    world.clock.advance(THINKS_MS).unwrap();
    answer(&mut world);
    does(&mut world, json!({"send": {"text": "Hello?"}}));
    world.clock.advance(STANDARD_MS).unwrap();
    answer(&mut world);
    assert_eq!(world.customer(JONAS).unwrap().thread.messages.len(), n_messages + 1, "the question alone");
}

#[tokio::test]
async fn it_runs_by_the_clock_of_the_simulator() {
    let meta = Meta::of(served());
    let bot = tokio::spawn(run(Arc::clone(&meta.0)));
    let mut changed = meta.0.changed.subscribe();
    meta.0.change(|world| does(world, json!({"send": {"text": "Hello!"}})));
    let typing = |world: &World| world.customer(JONAS).unwrap().thread.typing_until_ms;
    while typing(&meta.0.look()).is_none() {
        changed.changed().await.unwrap();
    }
    meta.advance(THINKS_MS);
    while meta.0.look().customer(JONAS).unwrap().thread.messages.len() < 2 {
        changed.changed().await.unwrap();
    }
    assert_eq!(typing(&meta.0.look()), None);
    assert_eq!(meta.0.look().customer(JONAS).unwrap().thread.messages[1].at_ms, NOW + THINKS_MS);
    bot.abort();
}
