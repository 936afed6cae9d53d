//! The pretended Meta and the inbox, as two programs that know nothing of each other.

use crate::meta::{Meta, connect, until_there};
use crate::running::{Place, text};
use serde_json::{Value, json};
use std::time::Duration;

crate::on_both!(what_a_customer_does_reaches_the_inbox_with_its_picture);

async fn what_a_customer_does_reaches_the_inbox_with_its_picture(place: Place) {
    let meta = Meta::start(&["--seed", "empty"]).await;
    let account = meta.post("accounts", json!({"platform": "instagram", "name": "luna.ceramics"})).await;
    let graph = &meta.running.address;
    connect(&place, &account).await;
    let inbox = meta.serve_inbox(&place, &["--media-allow", graph]).await;

    let hannah = meta.post("customers", json!({"account_id": account["id"], "name": "Hannah Okafor"})).await;
    let acts = format!("customers/{}/do", hannah["id"].as_str().unwrap());
    let said = meta.post(&acts, json!({"send": {"text": "Is the blue mug still there?"}})).await;
    until_there(&place.url, "select count(*) from messages where text = 'Is the blue mug still there?'", 1).await;

    let picture = include_bytes!("../../simulator/art/tidal-mugs.jpg").to_vec();
    let upload = meta.client.post(format!("{graph}/control/files")).header("content-type", "image/jpeg").body(picture);
    let uploaded: Value = upload.send().await.unwrap().json().await.unwrap();
    let attachment = json!({"type": "image", "url": uploaded["url"]});
    meta.post(&acts, json!({"send": {"attachments": [attachment]}})).await;
    until_there(&place.url, "select count(*) from media where deleted_at is null", 1).await;

    meta.post(&acts, json!({"unsend": {"mid": said["mid"]}})).await;
    until_there(&place.url, "select count(*) from messages where text = 'Is the blue mug still there?'", 0).await;
    let webhooks = meta.get("webhooks").await;
    let refused = webhooks["items"].as_array().unwrap().iter().filter(|it| it["status"] != 200).count();
    assert_eq!(refused, 0, "{webhooks}");
    until_there(&place.url, "select count(*) from contacts where name = 'Hannah Okafor'", 1).await;
    inbox.stop().await;
    let (status, took, _) = meta.running.stop().await;
    assert!(status.success() && took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn wrong_options_of_the_simulator_are_one_line() {
    let place = Place::sqlite();
    for (args, expected) in [
        (["--seed", "everybody"], "demo"),
        (["--callback", "127.0.0.1:3000"], "http://127.0.0.1:3000/webhooks/meta"),
        (["--listen", "here"], "127.0.0.1"),
    ] {
        let refused = place.run(&[&["simulator"], &args[..]].concat()).await;
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.lines().count() == 1 && said.contains(args[0]) && said.contains(expected), "{said}");
    }
}
