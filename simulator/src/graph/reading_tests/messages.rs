use super::{JONAS, MARA, Meta, NOW, SHOP, answers, assert_form, code, message, shows, world, writes};
use crate::world::customer::{Reaction, ReplyTo};
use axum::body::Bytes;
use serde_json::{Value, json};

const ALL: &str = "id,created_time,from,to,message,attachments,shares{link},story,reactions,reply_to,is_unsupported";

async fn read(meta: &Meta, mid: &str, fields: &str) -> Value {
    meta.advance(1_000);
    let token = if mid.starts_with("m_") { "page-token" } else { "shop-token" };
    meta.get(&format!("/v26.0/{mid}?fields={fields}"), token).await
}

#[tokio::test]
async fn every_kind_has_its_form_on_instagram() {
    let mut world = world();
    let url = json!({"url": "https://cdn.example/a.jpg"});
    let text = writes(&mut world, MARA, "Hi! Do you still have the blue kettle in stock?", NOW);
    let image = shows(&mut world, MARA, "image", url.clone());
    let video = shows(&mut world, MARA, "video", url.clone());
    let share = shows(&mut world, MARA, "ig_post", json!({"url": "https://cdn.example/p", "ig_post_media_id": "189"}));
    let mention = shows(&mut world, MARA, "story_mention", url);
    let reply = writes(&mut world, MARA, "Where is this? 😍", NOW);
    let story = ReplyTo::Story { id: "18022590641581239".to_owned(), url: "https://cdn.example/s".to_owned() };
    message(&mut world, MARA, &reply).reply_to = Some(story);
    let liked = answers(&mut world, MARA, "Yes, two left. Shall I reserve one?", NOW);
    let heart = Reaction { by_customer: true, word: "love".to_owned(), emoji: "❤️".to_owned() };
    message(&mut world, MARA, &liked).reactions.push(heart);
    let meta = Meta::of(world);
    for (mid, fields, payload) in [
        (&text, ALL, "graph.ig.message.text"),
        (&image, ALL, "graph.ig.message.image"),
        (&video, ALL, "graph.ig.message.video"),
        (&share, ALL, "graph.ig.message.share"),
        (&mention, "created_time,story,from", "graph.ig.message.story_mention"),
        (&reply, "created_time,from,message,story", "graph.ig.message.story_reply"),
        (&liked, "created_time,message,reactions", "graph.ig.message.reactions"),
    ] {
        assert_form(&read(&meta, mid, fields).await, payload);
    }
    let told = read(&meta, &liked, "from,to").await;
    assert_eq!((&told["from"]["id"], &told["to"]["data"][0]["id"]), (&json!(SHOP), &json!(MARA)));
    assert_eq!(read(&meta, &share, "shares").await["shares"], json!({"data": [{"id": "189"}]}), "links only by name");
    assert_eq!(read(&meta, &share, "shares{link,id}").await["shares"]["data"][0]["link"], "https://cdn.example/p");
    assert_eq!(read(&meta, &text, "").await.as_object().unwrap().len(), 2, "id and time are what comes unasked");
}

#[tokio::test]
async fn messenger_names_people_and_tells_of_files() {
    let mut world = world();
    let url = world.files.add("bowl.jpg", "image/jpeg", Bytes::from_static(b"0123456789"));
    let image = shows(&mut world, JONAS, "image", json!({"url": url}));
    let voice = shows(&mut world, JONAS, "audio", json!({"url": "https://cdn.example/voice.mp4?oh=1"}));
    let place = shows(&mut world, JONAS, "location", json!({"coordinates": {"lat": 1, "long": 2}}));
    let meta = Meta::of(world);
    let told = read(&meta, &image, "from,attachments,tags").await;
    let named = json!({"name": "Jonas Thal", "email": format!("{JONAS}@facebook.com"), "id": JONAS});
    assert_eq!(told["from"], named);
    let file = &told["attachments"]["data"][0];
    assert_eq!(
        (&file["mime_type"], &file["name"], &file["size"]),
        (&json!("image/jpeg"), &json!("bowl.jpg"), &json!(10))
    );
    assert_eq!(file["image_data"]["url"], url);
    assert_eq!(told["tags"]["data"][0]["name"], "inbox");
    let told = read(&meta, &voice, "attachments{file_url,name}").await;
    let expected = json!([{"file_url": "https://cdn.example/voice.mp4?oh=1", "name": "voice.mp4"}]);
    assert_eq!(told["attachments"]["data"], expected);
    assert!(read(&meta, &place, "attachments").await.get("attachments").is_none());
}

#[tokio::test]
async fn what_was_sent_through_the_api_is_read_too() {
    let mut world = world();
    let element = json!({"title": "Blue kettle", "subtitle": "1.7 l", "image_url": "https://cdn.example/k.jpg"});
    let template = shows(&mut world, JONAS, "template", json!({"generic": {"elements": [element]}}));
    let answered = answers(&mut world, JONAS, "Yes", NOW);
    let mid = answered.clone();
    let reply = answers(&mut world, JONAS, "and no", NOW);
    message(&mut world, JONAS, &reply).reply_to = Some(ReplyTo::Message { mid: answered });
    let odd = writes(&mut world, JONAS, "", NOW);
    message(&mut world, JONAS, &odd).unsupported = true;
    let meta = Meta::of(world);
    let told = read(&meta, &template, "attachments").await;
    let expected = json!({"title": "Blue kettle", "subtitle": "1.7 l", "media_url": "https://cdn.example/k.jpg"});
    assert_eq!(told["attachments"]["data"][0]["generic_template"], expected);
    assert_eq!(read(&meta, &reply, "reply_to").await["reply_to"], json!({"mid": mid, "is_self_reply": true}));
    assert_eq!(read(&meta, &odd, "is_unsupported").await["is_unsupported"], true);
}

#[tokio::test]
async fn what_was_unsent_is_gone() {
    let mut world = world();
    let mid = writes(&mut world, MARA, "Oops", NOW);
    message(&mut world, MARA, &mid).unsent = true;
    let thread = world.customer(MARA).unwrap().thread.id.clone();
    let meta = Meta::of(world);
    assert_form(&read(&meta, &mid, "message").await, "graph.error.message_deleted");
    assert_eq!(meta.get(&format!("/{thread}/messages"), "shop-token").await, json!({"data": []}));
}

#[tokio::test]
async fn how_far_back_one_can_read_is_a_switch() {
    let mut world = world();
    let mids: Vec<String> = (0..21).map(|n| writes(&mut world, MARA, "Hi", NOW + n)).collect();
    let meta = Meta::of(world);
    assert_eq!(read(&meta, &mids[0], "message").await["message"], "Hi", "as it was measured");
    meta.0.change(|world| world.account_mut(SHOP).unwrap().switches.newest_twenty_only = true);
    assert_eq!(code(&read(&meta, &mids[0], "message").await), (9_000_001, None), "as it is documented");
    assert_eq!(read(&meta, &mids[1], "message").await["message"], "Hi");
    let path = format!("/{}/messages?fields=message", meta.0.look().customer(MARA).unwrap().thread.id);
    let list = meta.get(&path, "shop-token").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 21);
    assert!(list["data"][20].get("message").is_none() && list["data"][19].get("message").is_some());
}

#[tokio::test]
async fn a_message_is_its_accounts_own() {
    let mut world = world();
    let mid = writes(&mut world, MARA, "Hi", NOW);
    let meta = Meta::of(world);
    assert_eq!(code(&meta.get(&format!("/{mid}"), "page-token").await), (100, Some(33)));
    assert_eq!(code(&meta.get(&format!("/{mid}"), "gone").await), (190, None));
    assert_eq!(code(&read(&meta, &mid, "tags").await), (100, None), "Messenger's alone");
}
