//! Every request that the client can build, as Meta's pages print it.

use model::outgoing::{Button, Card, DefaultAction, FileKind, ProductRef, QuickReply, Template};
use model::platform::Platform;
use serde_json::{Value, json};
use server::graph::send::{Content, Request, Source, To, What};

const MARA: &str = "1093847561029384";
const JONAS: &str = "24680135791113150";

fn message(content: Content) -> What {
    What::Message { content, tagged: false, reply_to: None, mark: None }
}

fn text(text: &str) -> Content {
    Content::Text { text: text.to_owned(), quick_replies: Vec::new() }
}

fn url(name: &str) -> Source {
    Source::Url(format!("https://inbox.example/m/{name}"))
}

fn body(to: To, what: What, platform: Platform) -> Value {
    Request { to, what }.body(platform)
}

fn to_mara(what: What) -> Value {
    body(To::Person(MARA.to_owned()), what, Platform::Instagram)
}

fn to_jonas(what: What) -> Value {
    body(To::Person(JONAS.to_owned()), what, Platform::Page)
}

/// The same message on both platforms; Messenger wants to hear that it is a response.
fn assert_message(content: &Content, expected: &Value) {
    assert_eq!(to_mara(message(content.clone())), json!({"recipient": {"id": MARA}, "message": expected}));
    let to_jonas = to_jonas(message(content.clone()));
    assert_eq!(to_jonas, json!({"recipient": {"id": JONAS}, "messaging_type": "RESPONSE", "message": expected}));
}

#[test]
fn words_and_quick_replies() {
    let yes = "Yes, two left. Shall I reserve one?";
    assert_message(&text(yes), &json!({"text": yes}));
    let topic = |title: &str, payload: &str| QuickReply::Text {
        title: title.to_owned(),
        payload: payload.to_owned(),
        image_url: None,
    };
    let quick_replies = vec![topic("My order", "TOPIC_ORDER"), topic("Talk to a person", "HUMAN_PLEASE")];
    assert_message(
        &Content::Text { text: "What is it about?".to_owned(), quick_replies },
        &json!({
            "text": "What is it about?",
            "quick_replies": [
                {"content_type": "text", "title": "My order", "payload": "TOPIC_ORDER"},
                {"content_type": "text", "title": "Talk to a person", "payload": "HUMAN_PLEASE"}
            ]
        }),
    );
    let quick_replies = vec![QuickReply::UserPhoneNumber, QuickReply::UserEmail];
    let asked = to_jonas(message(Content::Text { text: "How can we reach you?".to_owned(), quick_replies }));
    assert_eq!(
        asked["message"]["quick_replies"],
        json!([{"content_type": "user_phone_number"}, {"content_type": "user_email"}])
    );
}

#[test]
fn files() {
    for (kind, word) in
        [(FileKind::Image, "image"), (FileKind::Audio, "audio"), (FileKind::Video, "video"), (FileKind::File, "file")]
    {
        assert_message(
            &Content::File { kind, from: url("9f2c.jpg") },
            &json!({"attachment": {"type": word, "payload": {"url": "https://inbox.example/m/9f2c.jpg"}}}),
        );
        assert_message(
            &Content::File { kind, from: Source::Uploaded("1045781236549870".to_owned()) },
            &json!({"attachment": {"type": word, "payload": {"attachment_id": "1045781236549870"}}}),
        );
    }
    assert_message(
        &Content::Pictures(vec![url("9f2c.jpg"), Source::Uploaded("1045781236549870".to_owned())]),
        &json!({
            "attachments": [
                {"type": "image", "payload": {"url": "https://inbox.example/m/9f2c.jpg"}},
                {"type": "image", "payload": {"attachment_id": "1045781236549870"}}
            ]
        }),
    );
    assert_message(
        &Content::Pictures(vec![url("9f2c.jpg")]),
        &json!({"attachment": {"type": "image", "payload": {"url": "https://inbox.example/m/9f2c.jpg"}}}),
    );
}

#[test]
fn a_heart_and_a_post_of_ones_own() {
    assert_eq!(
        to_mara(message(Content::LikeHeart)),
        json!({"recipient": {"id": "1093847561029384"}, "message": {"attachment": {"type": "like_heart"}}})
    );
    assert_eq!(
        to_mara(message(Content::Post { id: "17959209403289421".to_owned() })),
        json!({
            "recipient": {"id": "1093847561029384"},
            "message": {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "17959209403289421"}}}
        })
    );
}

#[test]
fn templates() {
    let shop = || "https://shop.example/kettle".to_owned();
    let card = Card {
        title: "Blue kettle".to_owned(),
        subtitle: Some("1.7 l, 39 EUR".to_owned()),
        image_url: Some("https://inbox.example/m/kettle.jpg".to_owned()),
        default_action: Some(DefaultAction::WebUrl { url: shop() }),
        buttons: vec![
            Button::WebUrl { title: "View".to_owned(), url: shop() },
            Button::Postback { title: "Reserve".to_owned(), payload: "RESERVE_KETTLE".to_owned() },
        ],
    };
    let generic = json!({
        "template_type": "generic",
        "elements": [
            {
                "title": "Blue kettle",
                "subtitle": "1.7 l, 39 EUR",
                "image_url": "https://inbox.example/m/kettle.jpg",
                "default_action": {"type": "web_url", "url": "https://shop.example/kettle"},
                "buttons": [
                    {"type": "web_url", "title": "View", "url": "https://shop.example/kettle"},
                    {"type": "postback", "title": "Reserve", "payload": "RESERVE_KETTLE"}
                ]
            }
        ]
    });
    let buttons = json!({
        "template_type": "button",
        "text": "Anything else?",
        "buttons": [
            {"type": "postback", "title": "No, thanks", "payload": "DONE"},
            {"type": "web_url", "title": "Shop", "url": "https://shop.example/"}
        ]
    });
    let button_template = Template::Button {
        text: "Anything else?".to_owned(),
        buttons: vec![
            Button::Postback { title: "No, thanks".to_owned(), payload: "DONE".to_owned() },
            Button::WebUrl { title: "Shop".to_owned(), url: "https://shop.example/".to_owned() },
        ],
    };
    let product = json!({"template_type": "product", "elements": [{"id": "7723456109843321"}]});
    for (template, payload) in [
        (Template::Generic { elements: vec![card] }, generic),
        (button_template, buttons),
        (Template::Product { elements: vec![ProductRef { id: "7723456109843321".to_owned() }] }, product),
    ] {
        let content = Content::Template(serde_json::to_value(template).unwrap());
        assert_message(&content, &json!({"attachment": {"type": "template", "payload": payload}}));
    }
}

#[test]
fn what_stands_beside_a_message() {
    let sorry = || text("Sorry for the wait, the kettle is back in stock.");
    let late = || What::Message { content: sorry(), tagged: true, reply_to: None, mark: None };
    for (recipient, body) in [(MARA, to_mara(late())), (JONAS, to_jonas(late()))] {
        assert_eq!(
            body,
            json!({
                "recipient": {"id": recipient},
                "messaging_type": "MESSAGE_TAG",
                "tag": "HUMAN_AGENT",
                "message": {"text": "Sorry for the wait, the kettle is back in stock."}
            })
        );
    }
    let marked = || What::Message {
        content: text("Good morning, until six."),
        tagged: false,
        reply_to: None,
        mark: Some("out:7b1d".to_owned()),
    };
    assert_eq!(
        to_jonas(marked()),
        json!({
            "recipient": {"id": "24680135791113150"},
            "messaging_type": "RESPONSE",
            "message": {"text": "Good morning, until six.", "metadata": "out:7b1d"}
        })
    );
    assert_eq!(
        to_mara(marked()),
        json!({"recipient": {"id": "1093847561029384"}, "message": {"text": "Good morning, until six."}}),
        "Instagram has no such thing"
    );
    let answering = What::Message {
        content: text("This one: 39 EUR"),
        tagged: false,
        reply_to: Some("aWdfZAG1NjQ2ZD".to_owned()),
        mark: None,
    };
    assert_eq!(
        to_mara(answering),
        json!({
            "recipient": {"id": "1093847561029384"},
            "message": {"text": "This one: 39 EUR"},
            "reply_to": {"mid": "aWdfZAG1NjQ2ZD"}
        })
    );
}

#[test]
fn a_private_reply_never_has_a_tag() {
    let to = || To::Comment("18033370781441773".to_owned());
    let shipping = "Hi! Shipping is 4.90 within the EU.";
    for tagged in [false, true] {
        let what = || What::Message { content: text(shipping), tagged, reply_to: None, mark: None };
        assert_eq!(
            body(to(), what(), Platform::Instagram),
            json!({
                "recipient": {"comment_id": "18033370781441773"},
                "message": {"text": "Hi! Shipping is 4.90 within the EU."}
            })
        );
        assert_eq!(
            body(to(), what(), Platform::Page),
            json!({
                "recipient": {"comment_id": "18033370781441773"},
                "messaging_type": "RESPONSE",
                "message": {"text": "Hi! Shipping is 4.90 within the EU."}
            })
        );
    }
}

#[test]
fn actions_stand_alone() {
    for (what, name) in [(What::TypingOn, "typing_on"), (What::TypingOff, "typing_off"), (What::MarkSeen, "mark_seen")]
    {
        assert_eq!(to_mara(what.clone()), json!({"recipient": {"id": MARA}, "sender_action": name}));
        assert_eq!(to_jonas(what), json!({"recipient": {"id": JONAS}, "sender_action": name}));
    }
    let mid = || "aWdfZAG1NjQ2ZD".to_owned();
    let react = || What::React { mid: mid(), emoji: "😂".to_owned() };
    let reacted = |id: &str, reaction: &str| {
        json!({
            "recipient": {"id": id},
            "sender_action": "react",
            "payload": {"message_id": "aWdfZAG1NjQ2ZD", "reaction": reaction}
        })
    };
    assert_eq!(to_mara(react()), reacted(MARA, "love"));
    assert_eq!(to_jonas(react()), reacted(JONAS, "😂"));
    let payload = json!({"message_id": "aWdfZAG1NjQ2ZD"});
    for (id, body) in [(MARA, to_mara(What::Unreact { mid: mid() })), (JONAS, to_jonas(What::Unreact { mid: mid() }))] {
        assert_eq!(body, json!({"recipient": {"id": id}, "sender_action": "unreact", "payload": payload}));
    }
}
