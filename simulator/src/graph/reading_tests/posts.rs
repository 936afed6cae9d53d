use super::{MARA, Meta, NOW, PAGE, SHOP, add_token, assert_form, code, ids, world};
use crate::world::World;
use crate::world::account::{Holder, Post, Story};
use crate::world::customer::Comment;
use serde_json::json;

const FIELDS: &str = "id,caption,media_type,media_product_type,media_url,permalink,timestamp,username";

fn posted() -> World {
    let mut world = world();
    let post = |id: &str, media_type, media_product_type, at_ms| Post {
        id: id.to_owned(),
        caption: "Autumn table setting".to_owned(),
        media_type,
        media_product_type,
        media_url: format!("https://cdn.example/{id}"),
        permalink: format!("https://www.instagram.com/p/{id}/"),
        at_ms,
    };
    let shop = world.account_mut(SHOP).unwrap();
    shop.posts = vec![post("101", "IMAGE", "FEED", NOW - 5_000), post("102", "VIDEO", "REELS", NOW - 9_000)];
    shop.stories = vec![Story { id: "103".to_owned(), url: "https://cdn.example/103".to_owned(), at_ms: NOW - 1_000 }];
    let comment = |id: &str, parent_id: Option<&str>| Comment {
        id: id.to_owned(),
        account_id: SHOP.to_owned(),
        customer_id: MARA.to_owned(),
        post_id: "101".to_owned(),
        parent_id: parent_id.map(str::to_owned),
        text: "Lovely!".to_owned(),
        at_ms: NOW,
        answered_privately: false,
    };
    world.comments = vec![comment("201", None), comment("202", Some("201"))];
    world
}

#[tokio::test]
async fn posts_come_newest_first_page_by_page() {
    let meta = Meta::of(posted());
    let told = meta.get(&format!("/v26.0/{SHOP}/media?fields={FIELDS}"), "shop-token").await;
    assert_eq!(ids(&told), ["101", "102"]);
    assert_form(&json!({"data": [told["data"][0]], "paging": told["paging"]}), "graph.ig.media");
    let first = meta.get("/me/media?limit=1", "shop-token").await;
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    assert!(first["paging"]["next"].as_str().unwrap().contains(after));
    let second = meta.get(&format!("/me/media?limit=1&after={after}"), "shop-token").await;
    assert_eq!(ids(&second), ["102"]);
    assert!(second["paging"].get("next").is_none());
}

#[tokio::test]
async fn one_post_a_story_and_what_people_wrote_are_read_by_id() {
    let meta = Meta::of(posted());
    let reel = meta.get("/102?fields=thumbnail_url,media_product_type", "shop-token").await;
    let expected = json!({"id": "102", "thumbnail_url": "https://cdn.example/102", "media_product_type": "REELS"});
    assert_eq!(reel, expected);
    assert!(meta.get("/101?fields=thumbnail_url,comments_count", "shop-token").await.get("thumbnail_url").is_none());
    assert_eq!(ids(&meta.get("/me/stories", "shop-token").await), ["103"]);
    assert_eq!(meta.get("/103?fields=media_product_type", "shop-token").await["media_product_type"], "STORY");
    let comments = meta.get("/101/comments?fields=id,text,username,timestamp,from,parent_id", "shop-token").await;
    assert_eq!(ids(&comments), ["201"]);
    assert_eq!(comments["data"][0]["from"], json!({"id": MARA, "username": "mara.bakes"}));
    assert_eq!(ids(&meta.get("/201/replies", "shop-token").await), ["202"]);
    assert_eq!(meta.get("/202?fields=parent_id", "shop-token").await, json!({"id": "202", "parent_id": "201"}));
    meta.advance(super::DAY);
    assert_eq!(meta.get("/me/stories", "shop-token").await, json!({"data": []}), "stories live for a day");
}

#[tokio::test]
async fn what_is_anothers_is_not_read() {
    let mut world = posted();
    add_token(&mut world, "basic-token", Holder::Account(SHOP.to_owned()), &["instagram_business_basic"]);
    let meta = Meta::of(world);
    for (path, token, expected) in [
        (format!("/{PAGE}/media"), "page-token", (100, Some(33))),
        (format!("/{SHOP}/media"), "page-token", (100, Some(33))),
        ("/101".to_owned(), "page-token", (100, Some(33))),
        ("/101/comments".to_owned(), "page-token", (100, Some(33))),
        ("/101/comments".to_owned(), "basic-token", (10, None)),
        ("/me/media?fields=price".to_owned(), "shop-token", (100, None)),
    ] {
        assert_eq!(code(&meta.get(&path, token).await), expected, "{path} {token}");
    }
}
