//! Every request that the reference shows.

use super::media::server;
use super::{INSTAGRAM, JONAS, LINKED, MIA, PAGE, UPLOAD, ZOFIA, shop};
use crate::world::Upload;
use serde_json::Value;

const EXAMPLES: &str = include_str!("../../../tests/payloads/send.examples.json");

#[tokio::test]
async fn every_example_of_the_reference_is_accepted() {
    let media = server().await;
    let examples: Vec<Value> = serde_json::from_str(&EXAMPLES.replace("https://inbox.example/m", &media)).unwrap();
    assert_eq!(examples.len(), 17);
    for example in examples {
        let shop = shop();
        shop.change(|world| {
            let upload = Upload {
                account_id: PAGE.to_owned(),
                kind: "image".to_owned(),
                url: "http://pocket/cdn/1.jpg".to_owned(),
                at_ms: world.now_ms(),
            };
            world.uploads.insert(UPLOAD.to_owned(), upload);
        });
        let edge = if example.get("platform").is_some() { "message_attachments" } else { "messages" };
        let told = shop.post(PAGE, &format!("/v25.0/{PAGE}/{edge}"), &example).await;
        assert_eq!(told.status, 200, "{example}: {}", told.body);
        // Uploads and products are of Pages alone.
        let of_page = ["attachment_id", "product", "platform", JONAS, "sticker", "18033370781441773"];
        if !of_page.iter().any(|it| example.to_string().contains(it)) {
            let body = serde_json::from_str(&example.to_string().replace(ZOFIA, MIA)).unwrap();
            for path in [format!("/v26.0/{INSTAGRAM}/messages"), "/me/messages".to_owned()] {
                let told = shop.post(INSTAGRAM, &path, &body).await;
                assert_eq!(told.status, 200, "{body}: {}", told.body);
            }
        }
    }
}

/// Keys, and which of their values are text.
fn shape(value: &Value) -> Vec<(String, bool)> {
    value.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.is_string())).collect()
}

#[tokio::test]
async fn answers_have_the_keys_of_metas() {
    let shop = shop();
    let media = server().await;
    let metas = |text: &str| shape(&serde_json::from_str(text).unwrap());
    for (account, metas) in [
        (INSTAGRAM, metas(include_str!("../../../tests/payloads/graph.send.ok.instagram.json"))),
        (LINKED, metas(include_str!("../../../tests/payloads/graph.send.ok.instagram.json"))),
        (PAGE, metas(include_str!("../../../tests/payloads/graph.send.ok.page.json"))),
    ] {
        assert_eq!(shape(&shop.say(account, "Hi").await.body), metas);
    }
    let reusable = serde_json::json!({"message": {"attachment": {
        "type": "image", "payload": {"url": format!("{media}/kettle.jpg"), "is_reusable": true},
    }}});
    let told = shop.send(PAGE, reusable.clone()).await;
    let with_id = metas(include_str!("../../../tests/payloads/graph.send.ok.page_with_attachment_id.json"));
    assert_eq!(shape(&told.body), with_id);
    let again = serde_json::json!({"message": {"attachment": {
        "type": "image", "payload": {"attachment_id": told.body["attachment_id"]},
    }}});
    assert_eq!(shop.send(PAGE, again).await.status, 200);
    let told = shop.post(PAGE, "/me/message_attachments", &reusable).await;
    assert_eq!(shape(&told.body), metas(include_str!("../../../tests/payloads/graph.attachment_upload.ok.json")));
    let told = shop.send(INSTAGRAM, serde_json::json!({"sender_action": "mark_seen"})).await;
    assert_eq!(shape(&told.body), metas(include_str!("../../../tests/payloads/graph.sender_action.ok.json")));
}
