//! What may be said: of each rule the request that keeps it and the one that breaks it.

use super::{INSTAGRAM, LINKED, MID, PAGE, POST, Shop, shop};
use serde_json::{Value, json};

const BAD: (u16, u64, Option<u64>) = (400, 100, None);
const INVALID: (u16, u64, Option<u64>) = (400, 100, Some(2_534_015));

async fn check(
    shop: &Shop,
    account: &str,
    right: Value,
    wrong: Value,
    (status, code, subcode): (u16, u64, Option<u64>),
) {
    let told = shop.send(account, right.clone()).await;
    assert_eq!(told.status.as_u16(), 200, "{account} {right}: {}", told.body);
    let told = shop.send(account, wrong.clone()).await;
    assert_eq!(told.refusal(), (status, Some(code), subcode), "{account} {wrong}: {}", told.body);
    assert!(told.body["error"]["fbtrace_id"].as_str().is_some_and(|it| it.starts_with('A')));
}

fn text(text: &str) -> Value {
    json!({"message": {"text": text}})
}

fn replies(replies: &[Value]) -> Value {
    json!({"message": {"text": "What is it about?", "quick_replies": replies}})
}

fn reply(n_title: usize, n_payload: usize) -> Value {
    json!({"content_type": "text", "title": "t".repeat(n_title), "payload": "p".repeat(n_payload)})
}

fn template(payload: &Value) -> Value {
    json!({"message": {"attachment": {"type": "template", "payload": payload}}})
}

fn elements(elements: &[Value]) -> Value {
    template(&json!({"template_type": "generic", "elements": elements}))
}

fn element(n_title: usize, n_subtitle: usize, n_buttons: usize) -> Value {
    json!({
        "title": "t".repeat(n_title), "subtitle": "s".repeat(n_subtitle), "buttons": vec![postback(5, 5); n_buttons],
    })
}

fn postback(n_title: usize, n_payload: usize) -> Value {
    json!({"type": "postback", "title": "t".repeat(n_title), "payload": "p".repeat(n_payload)})
}

fn buttons(n_text: usize, buttons: &[Value]) -> Value {
    template(&json!({"template_type": "button", "text": "t".repeat(n_text), "buttons": buttons}))
}

fn react(reaction: &str) -> Value {
    json!({"sender_action": "react", "payload": {"message_id": MID, "reaction": reaction}})
}

#[tokio::test]
async fn text_has_a_length() {
    let shop = shop();
    for account in [INSTAGRAM, LINKED] {
        check(&shop, account, text(&"a".repeat(1000)), text(&"a".repeat(1001)), BAD).await;
        check(&shop, account, text(&"ж".repeat(500)), text(&"ж".repeat(501)), BAD).await;
        check(&shop, account, text(&"🫖".repeat(250)), text(&"🫖".repeat(251)), BAD).await;
    }
    check(&shop, PAGE, text(&"ж".repeat(2000)), text(&"ж".repeat(2001)), BAD).await;
    check(&shop, PAGE, text("."), text(" "), BAD).await;
    let metadata = |n: usize| json!({"message": {"text": "Hi", "metadata": "m".repeat(n)}});
    check(&shop, PAGE, metadata(1000), metadata(1001), BAD).await;
}

#[tokio::test]
async fn a_message_is_one_thing() {
    let shop = shop();
    let heart = json!({"message": {"attachment": {"type": "like_heart"}}});
    let both = json!({"message": {"text": "Hi", "attachment": {"type": "like_heart"}}});
    check(&shop, INSTAGRAM, heart, both, INVALID).await;
    check(&shop, INSTAGRAM, text("Hi"), json!({"message": {}}), INVALID).await;
    let sticker = json!({"message": {"sticker_id": 369_239_263_222_822_u64}});
    let both = json!({"message": {"text": "Hi", "sticker_id": 369_239_263_222_822_u64}});
    check(&shop, PAGE, sticker.clone(), both, BAD).await;
    check(&shop, PAGE, text("Hi"), json!({"message": {}}), BAD).await;
    check(&shop, PAGE, text("Hi"), json!({"message": "Hi"}), BAD).await;
    check(&shop, PAGE, text("Hi"), json!({}), BAD).await;
    let both = json!({"message": {"text": "Hi"}, "sender_action": "typing_on"});
    for account in [INSTAGRAM, PAGE] {
        check(&shop, account, json!({"sender_action": "typing_on"}), both.clone(), (400, 100, Some(2_018_014))).await;
    }
    check(&shop, INSTAGRAM, text("Hi"), sticker, INVALID).await;
    check(&shop, PAGE, text("Hi"), json!({"message": {"attachment": {"type": "like_heart"}}}), BAD).await;
    check(&shop, PAGE, text("Hi"), json!({"message": {"attachment": {"type": "poem"}}}), BAD).await;
}

#[tokio::test]
async fn only_own_posts_are_shared() {
    let shop = shop();
    let share = |id: &str| json!({"message": {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": id}}}});
    check(&shop, INSTAGRAM, share(POST), share("1"), INVALID).await;
    check(&shop, LINKED, share(POST), share("1"), INVALID).await;
    check(&shop, PAGE, text("Hi"), share(POST), BAD).await;
}

#[tokio::test]
async fn quick_replies_have_a_number_and_lengths() {
    let shop = shop();
    let typed = |kind: &str| replies(&[json!({"content_type": kind})]);
    for account in [INSTAGRAM, PAGE] {
        check(&shop, account, replies(&vec![reply(5, 5); 13]), replies(&vec![reply(5, 5); 14]), BAD).await;
        check(&shop, account, replies(&[reply(20, 1000)]), replies(&[reply(20, 1001)]), BAD).await;
        check(&shop, account, replies(&[reply(1, 1)]), replies(&[]), BAD).await;
        check(&shop, account, replies(&[reply(1, 1)]), replies(&[reply(0, 1)]), BAD).await;
    }
    check(&shop, PAGE, replies(&[reply(20, 1)]), replies(&[reply(21, 1)]), BAD).await;
    for kind in ["user_email", "user_phone_number"] {
        check(&shop, PAGE, typed(kind), typed("user_shoe_size"), BAD).await;
        check(&shop, INSTAGRAM, replies(&[reply(1, 1)]), typed(kind), BAD).await;
    }
    let mut pictured = reply(1, 1);
    pictured["image_url"] = "https://shop.example/a.png".into();
    assert_eq!(shop.send(PAGE, replies(std::slice::from_ref(&pictured))).await.status, 200);
    check(&shop, INSTAGRAM, replies(&[reply(1, 1)]), replies(&[pictured]), BAD).await;
    let beside_picture = json!({"message": {
        "attachment": {"type": "template", "payload": {"template_type": "button", "text": "t", "buttons": [postback(1, 1)]}},
        "quick_replies": [reply(1, 1)],
    }});
    assert_eq!(shop.send(PAGE, beside_picture.clone()).await.status, 200);
    check(&shop, INSTAGRAM, replies(&[reply(1, 1)]), beside_picture, BAD).await;
    // Longer titles are cut.
    assert_eq!(shop.send(INSTAGRAM, replies(&[reply(25, 1)])).await.status, 200);
    assert_eq!(shop.last(super::MIA).quick_replies[0]["title"], "t".repeat(20));
}

#[tokio::test]
async fn templates_have_numbers_and_lengths() {
    let shop = shop();
    for account in [INSTAGRAM, LINKED, PAGE] {
        let shop = &shop;
        let one = || elements(&[element(80, 80, 3)]);
        check(shop, account, elements(&vec![element(5, 5, 0); 10]), elements(&vec![element(5, 5, 0); 11]), BAD).await;
        check(shop, account, one(), elements(&[element(81, 80, 3)]), BAD).await;
        check(shop, account, one(), elements(&[element(80, 81, 3)]), BAD).await;
        check(shop, account, one(), elements(&[element(80, 80, 4)]), BAD).await;
        check(shop, account, one(), elements(&[]), BAD).await;
        check(shop, account, one(), elements(&[json!({"title": "Alone"})]), BAD).await;
        let pictured = |url: &str| elements(&[json!({"title": "Kettle", "image_url": url})]);
        check(shop, account, pictured("https://shop.example/k.png"), pictured("k.png"), BAD).await;
        let action = |action: Value| elements(&[json!({"title": "Kettle", "default_action": action})]);
        let plain = action(json!({"type": "web_url", "url": "https://shop.example/"}));
        let titled = action(json!({"type": "web_url", "url": "https://shop.example/", "title": "View"}));
        check(shop, account, plain, titled, BAD).await;
        let three = vec![postback(20, 1000); 3];
        check(shop, account, buttons(640, &three), buttons(641, &three), BAD).await;
        check(shop, account, buttons(1, &three), buttons(1, &vec![postback(1, 1); 4]), BAD).await;
        check(shop, account, buttons(1, &three), buttons(1, &[]), BAD).await;
        check(shop, account, buttons(1, &three), buttons(1, &[postback(21, 1)]), BAD).await;
        check(shop, account, buttons(1, &three), buttons(1, &[postback(1, 1001)]), BAD).await;
        let link = |url: &str| buttons(1, &[json!({"type": "web_url", "title": "Shop", "url": url})]);
        check(shop, account, link("https://shop.example/"), link("shop"), BAD).await;
        check(shop, account, one(), template(&json!({"template_type": "haiku"})), BAD).await;
    }
}

#[tokio::test]
async fn each_platform_has_its_templates_and_buttons() {
    let shop = shop();
    let product = |n: usize| template(&json!({"template_type": "product", "elements": vec![json!({"id": "1"}); n]}));
    for account in [LINKED, PAGE] {
        check(&shop, account, product(10), product(11), BAD).await;
    }
    check(&shop, INSTAGRAM, text("Hi"), product(1), BAD).await;
    let media = |kind: &str| {
        let element = json!({"media_type": kind, "url": "https://www.facebook.com/1"});
        template(&json!({"template_type": "media", "elements": [element]}))
    };
    check(&shop, PAGE, media("video"), media("poem"), BAD).await;
    check(&shop, LINKED, text("Hi"), media("video"), BAD).await;
    for button in [
        json!({"type": "phone_number", "title": "Call", "payload": "+4930123456"}),
        json!({"type": "account_link", "url": "https://shop.example/in"}),
        json!({"type": "account_unlink"}),
        json!({"type": "game_play", "title": "Play"}),
    ] {
        assert_eq!(shop.send(PAGE, buttons(1, std::slice::from_ref(&button))).await.status, 200, "{button}");
        check(&shop, INSTAGRAM, buttons(1, &[postback(1, 1)]), buttons(1, &[button]), BAD).await;
    }
    let call = |number: &str| buttons(1, &[json!({"type": "phone_number", "title": "Call", "payload": number})]);
    check(&shop, PAGE, call("+49 30 123456"), call("030 123456"), BAD).await;
    check(&shop, PAGE, call("+4930"), buttons(1, &[json!({"type": "poem", "title": "Read"})]), BAD).await;
}

#[tokio::test]
async fn reactions_are_those_of_the_platform_and_stand_on_messages_of_the_thread() {
    let shop = shop();
    for account in [INSTAGRAM, LINKED] {
        check(&shop, account, react("love"), react("❤️"), BAD).await;
    }
    for emoji in ["❤️", "👍🏽", "1️⃣", "🇩🇪", "🅰️"] {
        check(&shop, PAGE, react(emoji), react("love"), BAD).await;
    }
    let unreact = |mid: &str| json!({"sender_action": "unreact", "payload": {"message_id": mid}});
    check(&shop, PAGE, unreact(MID), unreact("m_1"), BAD).await;
    let elsewhere = json!({"sender_action": "react", "payload": {"message_id": "m_1", "reaction": "love"}});
    check(&shop, INSTAGRAM, react("love"), elsewhere, BAD).await;
}

#[tokio::test]
async fn an_action_has_nothing_beside_it() {
    let shop = shop();
    for account in [INSTAGRAM, PAGE] {
        for action in ["typing_on", "typing_off", "mark_seen"] {
            let plain = json!({"sender_action": action});
            let typed = json!({"sender_action": action, "messaging_type": "RESPONSE"});
            check(&shop, account, plain.clone(), typed, BAD).await;
            check(&shop, account, plain.clone(), json!({"sender_action": action, "tag": "HUMAN_AGENT"}), BAD).await;
            let answer = json!({"sender_action": action, "reply_to": {"mid": MID}});
            check(&shop, account, plain.clone(), answer, BAD).await;
            let payload = json!({"sender_action": action, "payload": {"message_id": MID}});
            check(&shop, account, plain, payload, BAD).await;
        }
        let mut release = react(if account == PAGE { "👍" } else { "love" });
        release["thread_control"] = json!({"control_type": "release"});
        let unreact = json!({"sender_action": "unreact", "payload": {"message_id": MID}});
        check(&shop, account, unreact, release, BAD).await;
        check(&shop, account, json!({"sender_action": "mark_seen"}), json!({"sender_action": "dance"}), BAD).await;
    }
}

#[tokio::test]
async fn null_is_what_is_not_said() {
    let shop = shop();
    let nothing = json!({
        "message": {"text": "Hi", "attachment": null, "attachments": null, "sticker_id": null, "quick_replies": null,
            "metadata": null},
        "sender_action": null, "reply_to": null, "tag": null, "messaging_type": null, "thread_control": null,
        "persona_id": null, "notification_type": null,
    });
    for (account, id) in [(INSTAGRAM, super::MIA), (PAGE, super::JONAS)] {
        let mut body = nothing.clone();
        body["recipient"] = json!({"id": id, "comment_id": null, "post_id": null, "user_ref": null});
        let wrong = json!({"message": {"text": null}});
        let expected = if account == PAGE { BAD } else { INVALID };
        check(&shop, account, body, wrong, expected).await;
        check(&shop, account, json!({"sender_action": "typing_on", "message": null}), json!({"message": null}), BAD)
            .await;
        assert_eq!(shop.last(id).text.as_deref(), Some("Hi"));
    }
}

#[tokio::test]
async fn types_and_tags_are_words() {
    let shop = shop();
    for account in [INSTAGRAM, PAGE] {
        let typed = |kind: Value, tag: Value| json!({"message": {"text": "Hi"}, "messaging_type": kind, "tag": tag});
        let right = typed(json!("MESSAGE_TAG"), json!("HUMAN_AGENT"));
        for wrong in [
            typed(json!(7), Value::Null),
            typed(json!("MESSAGE_TAG"), json!(5)),
            typed(Value::Null, json!(5)),
            typed(json!(["MESSAGE_TAG"]), json!("HUMAN_AGENT")),
        ] {
            check(&shop, account, right.clone(), wrong, BAD).await;
        }
    }
}

#[tokio::test]
async fn an_answer_names_a_message_of_the_thread() {
    let shop = shop();
    let to = |mid: &str| json!({"message": {"text": "This one"}, "reply_to": {"mid": mid}});
    for account in [INSTAGRAM, LINKED, PAGE] {
        check(&shop, account, to(MID), to("elsewhere"), BAD).await;
    }
    shop.change(|world| world.account_mut(INSTAGRAM).unwrap().switches.replies = false);
    assert_eq!(shop.send(INSTAGRAM, to(MID)).await.refusal(), (400, Some(100), None));
}

#[tokio::test]
async fn some_things_are_messengers_alone() {
    let shop = shop();
    for (key, value) in [("persona_id", "1"), ("notification_type", "NO_PUSH")] {
        let with = |value: &str| {
            let mut body = text("Hi");
            body[key] = value.into();
            body
        };
        assert_eq!(shop.send(PAGE, with(value)).await.status, 200, "{key}");
        check(&shop, INSTAGRAM, text("Hi"), with(value), BAD).await;
    }
    let loud = json!({"message": {"text": "Hi"}, "notification_type": "LOUD"});
    check(&shop, PAGE, text("Hi"), loud, BAD).await;
}
