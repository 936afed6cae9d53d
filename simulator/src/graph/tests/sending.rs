//! What becomes of what was sent.

use super::{INSTAGRAM, JONAS, LINKED, MIA, MID, PAGE, Shop, ZOFIA, shop};
use crate::world::customer::{From, ReplyTo, TYPING_MS};
use serde_json::{Value, json};

/// What the app is about to be told.
fn told(shop: &Shop) -> Vec<Value> {
    shop.simulator.look().outbox.values().flatten().map(|it| it.item.clone()).collect()
}

#[tokio::test]
async fn the_echo_has_the_mid_of_the_answer() {
    for (account, customer) in [(INSTAGRAM, MIA), (PAGE, JONAS), (LINKED, ZOFIA)] {
        let shop = shop();
        let answer = shop.say(account, "Yes, two left.").await.body;
        assert_eq!(answer["recipient_id"], customer);
        let echo = &told(&shop)[0];
        assert_eq!(echo["message"]["mid"], answer["message_id"]);
        assert_eq!((&echo["message"]["is_echo"], &echo["sender"]["id"]), (&json!(true), &json!(account)));
        let message = shop.last(customer);
        assert_eq!(answer["message_id"], message.mid);
        assert_eq!(message.from, From::Business { app_id: Some(super::APP.to_owned()) });
    }
}

#[tokio::test]
async fn messenger_alone_tells_that_it_was_delivered() {
    let shop = shop();
    let answer = shop.say(PAGE, "Hi").await.body;
    assert_eq!(told(&shop)[1]["delivery"]["mids"], json!([answer["message_id"]]));
    assert_eq!(shop.say(INSTAGRAM, "Hi").await.status, 200);
    assert_eq!(told(&shop).len(), 3);
}

#[tokio::test]
async fn all_that_goes_with_a_message_stands_in_the_thread() {
    let shop = shop();
    let body = json!({
        "message": {"text": "This one", "metadata": "out:1", "quick_replies": [
            {"content_type": "text", "title": "Take it", "payload": "TAKE"},
        ]},
        "reply_to": {"mid": MID}, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT",
    });
    assert_eq!(shop.send(PAGE, body).await.status, 200);
    let message = shop.last(JONAS);
    assert_eq!(message.reply_to, Some(ReplyTo::Message { mid: MID.to_owned() }));
    assert_eq!((message.metadata.as_deref(), message.tag.as_deref()), (Some("out:1"), Some("HUMAN_AGENT")));
    assert_eq!(message.quick_replies[0]["payload"], "TAKE");
    assert_eq!(told(&shop)[0]["message"]["metadata"], "out:1");
}

#[tokio::test]
async fn typing_and_looking_are_seen_by_the_customer_and_by_nobody_else() {
    let shop = shop();
    let thread = || shop.simulator.look().customer(MIA).unwrap().thread.clone();
    let action = |action: &str| json!({"sender_action": action});
    assert_eq!(shop.send(INSTAGRAM, action("typing_on")).await.body, json!({"recipient_id": MIA}));
    assert_eq!(thread().typing_until_ms, Some(super::NOW_MS + TYPING_MS));
    shop.send(INSTAGRAM, action("typing_off")).await;
    assert_eq!((thread().typing_until_ms, thread().seen_at_ms), (None, None));
    shop.send(INSTAGRAM, action("mark_seen")).await;
    assert_eq!(thread().seen_at_ms, Some(super::NOW_MS));
    shop.send(INSTAGRAM, action("typing_on")).await;
    shop.say(INSTAGRAM, "Done").await;
    assert_eq!(thread().typing_until_ms, None, "a message ends it");
    assert_eq!(told(&shop).len(), 1);
}

#[tokio::test]
async fn a_reaction_stands_on_the_message_until_another_or_none() {
    let shop = shop();
    let emojis = || -> Vec<String> { shop.last(JONAS).reactions.iter().map(|it| it.emoji.clone()).collect() };
    for emoji in ["👍", "🎉"] {
        let react = json!({"sender_action": "react", "payload": {"message_id": MID, "reaction": emoji}});
        assert_eq!(shop.send(PAGE, react).await.body, json!({"recipient_id": JONAS}));
        assert_eq!(emojis(), [emoji]);
    }
    shop.send(PAGE, json!({"sender_action": "unreact", "payload": {"message_id": MID}})).await;
    assert!(emojis().is_empty());
    let love = json!({"sender_action": "react", "payload": {"message_id": MID, "reaction": "love"}});
    shop.send(INSTAGRAM, love).await;
    assert_eq!(shop.last(MIA).reactions[0].word, "love");
    assert!(told(&shop).is_empty());
}

#[tokio::test]
async fn templates_stand_as_they_were_sent() {
    let shop = shop();
    let buttons = json!([{"type": "postback", "title": "No", "payload": "DONE"}]);
    let payload = json!({"template_type": "button", "text": "Anything else?", "buttons": buttons});
    for (account, customer) in [(PAGE, JONAS), (INSTAGRAM, MIA)] {
        shop.send(account, json!({"message": {"attachment": {"type": "template", "payload": payload}}})).await;
        assert_eq!(shop.last(customer).attachments[0].payload.as_ref(), Some(&payload));
    }
}
