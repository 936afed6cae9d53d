use super::{JONAS, LEA, LINKED, MARA, Meta, NOW, PAGE, SHOP, add_token, assert_form, code, world, writes};
use crate::world::World;
use crate::world::account::{Holder, Routing};
use serde_json::json;

const INSTAGRAM: &str = "name,username,profile_pic,follower_count,is_user_follow_business,is_business_follow_user,\
                         is_verified_user";

fn talkative() -> World {
    let mut world = world();
    for id in [MARA, JONAS, LEA] {
        writes(&mut world, id, "Hi", NOW);
        world.customer_mut(id).unwrap().picture = Some("https://cdn.example/face.jpg".to_owned());
    }
    world
}

#[tokio::test]
async fn each_platform_tells_who_a_customer_is_in_its_own_form() {
    let meta = Meta::of(talkative());
    assert_form(&meta.get(&format!("/v25.0/{MARA}?fields={INSTAGRAM}"), "shop-token").await, "graph.ig.profile");
    let told = meta.get(&format!("/{JONAS}?fields=first_name,last_name,profile_pic"), "page-token").await;
    assert_form(&told, "graph.page.profile");
    assert_eq!((&told["first_name"], &told["last_name"]), (&json!("Jonas"), &json!("Thal")));
    let by_page = meta.get(&format!("/{LEA}?fields=username"), "page-token").await;
    assert_eq!(by_page, json!({"username": "la.fontaine", "id": LEA}));
    meta.0.change(|world| {
        let mara = world.customer_mut(MARA).unwrap();
        (mara.name, mara.picture) = (String::new(), None);
    });
    let told = meta.get(&format!("/{MARA}?fields=name,username,profile_pic"), "shop-token").await;
    assert_form(&told, "graph.ig.profile_nulls");
}

#[tokio::test]
async fn whoever_may_not_know_is_told_in_metas_codes() {
    let mut world = talkative();
    add_token(&mut world, "basic-token", Holder::Account(SHOP.to_owned()), &["instagram_business_basic"]);
    add_token(&mut world, "bare-page-token", Holder::Account(PAGE.to_owned()), &["pages_show_list"]);
    let meta = Meta::of(world);
    for (id, token, expected) in [
        (MARA, "gone", (190, None)),
        (JONAS, "shop-token", (9010, None)),
        ("1", "shop-token", (9010, None)),
        ("1", "page-token", (100, Some(33))),
        (MARA, "basic-token", (10, None)),
        (JONAS, "bare-page-token", (100, Some(2_018_247))),
    ] {
        assert_eq!(code(&meta.get(&format!("/{id}"), token).await), expected, "{id} {token}");
    }
    assert_eq!(code(&meta.get(&format!("/{MARA}?fields=shoe_size"), "shop-token").await), (100, None));
}

#[tokio::test]
async fn nobody_is_looked_at_who_did_not_write_or_does_not_want_to() {
    let meta = Meta::of(world());
    assert_form(&meta.get(&format!("/{MARA}"), "shop-token").await, "graph.error.consent_required");
    let meta = Meta::of(talkative());
    meta.0.change(|world| world.customer_mut(MARA).unwrap().unreachable = true);
    assert_eq!(code(&meta.get(&format!("/{MARA}"), "shop-token").await), (230, None));
}

#[tokio::test]
async fn messenger_has_two_more_ways_not_to_tell() {
    let meta = Meta::of(talkative());
    meta.0.change(|world| world.customer_mut(JONAS).unwrap().name = "+49 30 901820".to_owned());
    assert_form(&meta.get(&format!("/{JONAS}"), "page-token").await, "graph.error.profile_unavailable");
    let meta = Meta::of(talkative());
    meta.0.change(|world| world.account_mut(PAGE).unwrap().switches.profiles = false);
    assert_eq!(meta.get(&format!("/{JONAS}"), "page-token").await, json!({}));
}

#[tokio::test]
async fn instagram_login_has_two_ids_of_an_account() {
    let mut world = world();
    world.account_mut(SHOP).unwrap().picture = Some("https://cdn.example/shop.jpg".to_owned());
    let scoped = world.account(SHOP).unwrap().app_scoped_id.clone();
    let meta = Meta::of(world);
    let fields = "user_id,username,name,account_type,profile_picture_url,followers_count";
    let told = meta.get(&format!("/v26.0/me?fields={fields}"), "shop-token").await;
    assert_form(&told, "graph.ig.me_flat");
    assert_eq!((&told["id"], &told["user_id"]), (&json!(scoped), &json!(SHOP)));
    assert_eq!(meta.get(&format!("/{scoped}?fields=username"), "shop-token").await["username"], "fern_and_kettle");
    assert_eq!(meta.get("/me", "shop-token").await, json!({"id": scoped}));
    assert_eq!(code(&meta.get("/me?fields=messaging_feature_status", "shop-token").await), (100, None));
    assert_eq!(code(&meta.get(&format!("/{PAGE}"), "shop-token").await), (100, Some(33)));
}

#[tokio::test]
async fn a_page_tells_what_is_linked_and_switched_on() {
    let meta = Meta::of(world());
    let told = meta.get("/me?fields=messaging_feature_status", "page-token").await;
    assert_form(&told, "graph.feature_status");
    assert_eq!(told["messaging_feature_status"]["hop_v2"], false);
    let routing = Routing { default_app_id: super::BOT.to_owned(), may_take: [].into() };
    meta.0.change(|world| world.account_mut(PAGE).unwrap().routing = Some(routing));
    let told = meta.get("/me?fields=messaging_feature_status", "page-token").await;
    assert_eq!(told["messaging_feature_status"]["hop_v2"], true);
    let told = meta.get("/me?fields=instagram_business_account", "page-token").await;
    assert_eq!(told["instagram_business_account"], json!({"id": LINKED}));
    let told = meta.get(&format!("/{PAGE}?fields=instagram_business_account{{id,username}}"), "page-token").await;
    assert_eq!(told["instagram_business_account"], json!({"id": LINKED, "username": "fern.garden"}));
    let told = meta.get(&format!("/{LINKED}?fields=id,username"), "page-token").await;
    assert_eq!(told, json!({"id": LINKED, "username": "fern.garden"}));
}
