//! The example of the platform's reference, step by step, and how else it can go.

use super::{channels, control, customer_does, customer_writes, item_of, ok, owner, routed, told, unrouted};
use crate::graph::reading_tests::{APP, BOT, DAY, JONAS, Meta, NOW, PAGE, answers, assert_form, code, compare};
use crate::world::control::PAGE_INBOX;
use crate::world::tell::Channel;
use serde_json::json;

#[tokio::test]
async fn from_the_bot_to_a_person_and_back() {
    let meta = Meta::of(routed());
    // 1: the default app hears it, we listen in.
    customer_writes(&meta, "Where is my parcel?");
    assert_eq!(channels(&meta), (vec![Channel::Messaging], vec![Channel::Standby]));
    // 2: the bot answers; both hear the echo, and that it was delivered.
    assert!(meta.0.look().may_send(JONAS, BOT) && !meta.0.look().may_send(JONAS, APP));
    meta.0.change(|world| answers(world, JONAS, "It is on its way", NOW));
    assert_eq!(channels(&meta), (vec![Channel::Messaging; 2], vec![Channel::Standby; 2]));
    // 3: the customer asks for a person; what the button means only the bot is told.
    customer_does(&meta, json!({"postback": {"title": "Talk to a person", "payload": "HUMAN_PLEASE"}}));
    assert_eq!(told(&meta, BOT)[0].1["postback"]["payload"], "HUMAN_PLEASE");
    let heard = told(&meta, APP);
    assert_eq!((heard[0].0, heard[0].1["postback"].get("payload")), (Channel::Standby, None));
    // 4: it hands over.
    let why = "{\"why\":\"asked for a person\"}";
    ok(&meta, "pass", "bot-token", json!({"target_app_id": APP.parse::<u64>().unwrap(), "metadata": why})).await;
    // 5: we are told, with the reason, and nobody else is.
    let heard = told(&meta, APP);
    assert_eq!(heard[0].0, Channel::Messaging);
    compare(&heard[0].1, &item_of("page.handover.pass"), "pass");
    let expected = json!({"previous_owner_app_id": BOT, "new_owner_app_id": APP, "metadata": why});
    assert_eq!(heard[0].1["pass_thread_control"], expected);
    assert!(told(&meta, BOT).is_empty());
    // 6 and 7: now we may send, and hear; the bot listens in.
    assert!(meta.0.look().may_send(JONAS, APP) && !meta.0.look().may_send(JONAS, BOT));
    customer_writes(&meta, "Hello Ines");
    assert_eq!(channels(&meta), (vec![Channel::Standby], vec![Channel::Messaging]));
    // 8: the agent is slow and keeps it for a week.
    ok(&meta, "extend", "page-token", json!({"duration": 604_800})).await;
    meta.advance(3 * DAY);
    assert_eq!(owner(&meta).as_deref(), Some(APP));
    // 9: resolved: it goes back to the default app.
    ok(&meta, "pass", "page-token", json!({})).await;
    // 10: the bot is told.
    assert_eq!(told(&meta, BOT)[0].1["pass_thread_control"]["new_owner_app_id"], BOT);
    // 11: and hears the customer again.
    customer_writes(&meta, "Thanks");
    assert_eq!(channels(&meta), (vec![Channel::Messaging], vec![Channel::Standby]));
}

#[tokio::test]
async fn somebody_answers_in_business_suite() {
    let meta = Meta::of(routed());
    customer_writes(&meta, "Hi");
    ok(&meta, "pass", "bot-token", json!({"target_app_id": APP})).await;
    told(&meta, APP);
    meta.0.change(|world| world.native_inbox_takes(JONAS));
    let heard = told(&meta, APP);
    compare(&heard[0].1, &item_of("page.handover.take"), "take");
    assert_eq!(heard[0].1["take_thread_control"]["new_owner_app_id"], PAGE_INBOX.parse::<u64>().unwrap());
    assert!(!meta.0.look().may_send(JONAS, APP));
    customer_writes(&meta, "And now?");
    assert_eq!(told(&meta, APP)[0].0, Channel::Standby);
    // Taken back: that needs the switch, which the inbox has here; Meta's own inbox hears nothing.
    ok(&meta, "take", "page-token", json!({"metadata": "back"})).await;
    assert!(meta.0.look().may_send(JONAS, APP));
    assert!(told(&meta, APP).is_empty() && !meta.0.look().outbox.contains_key(PAGE_INBOX));
}

#[tokio::test]
async fn time_runs_out_and_nobody_says_so() {
    let meta = Meta::of(routed());
    ok(&meta, "pass", "bot-token", json!({"target_app_id": APP})).await;
    told(&meta, APP);
    meta.advance(DAY - 1);
    assert_eq!(owner(&meta).as_deref(), Some(APP));
    meta.advance(1);
    assert_eq!(owner(&meta), None);
    assert!(told(&meta, APP).is_empty() && told(&meta, BOT).is_empty());
    assert!(meta.0.look().may_send(JONAS, BOT), "what is idle is the default app's");
    customer_writes(&meta, "Anyone there?");
    assert_eq!(channels(&meta), (vec![Channel::Messaging], vec![Channel::Standby]));
}

#[tokio::test]
async fn without_routing_everybody_hears_everything() {
    let meta = Meta::of(unrouted());
    customer_writes(&meta, "Hi");
    assert_eq!(channels(&meta), (vec![Channel::Messaging], vec![Channel::Messaging]));
    assert_eq!(code(&control(&meta, "take", "page-token", json!({})).await), (100, Some(2_018_171)));
    ok(&meta, "pass", "bot-token", json!({"target_app_id": APP})).await;
    assert_eq!(told(&meta, APP)[0].1["pass_thread_control"]["previous_owner_app_id"], BOT);
    assert!(meta.0.look().may_send(JONAS, BOT) && meta.0.look().may_send(JONAS, APP), "it binds nobody");
    assert_eq!(code(&control(&meta, "pass", "bot-token", json!({})).await), (100, None), "there is no default app");
    ok(&meta, "request", "bot-token", json!({"metadata": "survey"})).await;
    compare(&told(&meta, APP)[0].1, &item_of("page.handover.request"), "request");
    assert_form(
        &meta.get(&format!("/{PAGE}/thread_owner?recipient={JONAS}"), "page-token").await,
        "graph.thread_owner.empty",
    );
}
