use super::{
    JONAS, LEA, LINKED, MARA, Meta, NOW, PAGE, SHOP, add_token, answers, assert_form, code, ids, world, writes,
};
use crate::world::account::{Holder, Routing};
use crate::world::{Newcomer, World};
use serde_json::{Value, json};

/// Somebody who wrote to the shop `ago_s` seconds before now.
fn somebody(world: &mut World, n: usize, ago_s: i64) -> String {
    let id = format!("77000000000{n:05}");
    world.add_customer(&Newcomer { account_id: SHOP, name: &format!("friend {n}"), id: Some(&id) });
    writes(world, &id, "Hello", NOW - ago_s * 1000);
    world.customer(&id).unwrap().thread.id.clone()
}

#[tokio::test]
async fn a_list_has_the_form_of_its_platform() {
    let mut world = world();
    somebody(&mut world, 1, 10);
    writes(&mut world, MARA, "Hi", NOW);
    writes(&mut world, JONAS, "Hello", NOW);
    let routing = Routing { default_app_id: super::APP.to_owned(), may_take: [].into() };
    world.account_mut(PAGE).unwrap().routing = Some(routing);
    let meta = Meta::of(world);
    let fields = "fields=id,updated_time,participants";
    let told =
        meta.get(&format!("/v26.0/{SHOP}/conversations?platform=instagram&{fields}&limit=1"), "shop-token").await;
    assert_form(&told, "graph.ig.conversations");
    assert_eq!(told["data"][0]["participants"]["data"][0]["id"], SHOP, "the business comes first");
    assert_eq!(told["data"][0]["updated_time"], "2026-11-18T09:31:01+0000");
    let told = meta.get(&format!("/me/conversations?{fields},is_owner"), "page-token").await;
    assert_form(&told, "graph.page.conversations");
    assert_eq!(told["data"][0]["is_owner"], true);
}

#[tokio::test]
async fn pages_are_walked_with_cursors_newest_first() {
    let mut world = world();
    let made: Vec<String> = (0..120).map(|n| somebody(&mut world, n, i64::try_from(n).unwrap())).collect();
    let meta = Meta::of(world);
    let (mut seen, mut query) = (Vec::new(), "limit=1000".to_owned());
    loop {
        let page = meta.get(&format!("/me/conversations?{query}"), "shop-token").await;
        assert!(page["data"].as_array().unwrap().len() <= 50, "fifty is the most");
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        let next = page["paging"]["next"].as_str().map(str::to_owned);
        assert_eq!(page["paging"].get("previous").is_some(), seen.len() > 50);
        meta.advance(1_000);
        match next {
            Some(next) => {
                assert!(
                    next.starts_with("https://meta.example/v25.0/me/conversations?access_token=shop-token&limit=50&")
                );
                query = next.split_once('?').unwrap().1.to_owned();
            }
            None => break,
        }
    }
    assert_eq!(seen, made);
    let second = meta.get("/me/conversations?limit=2", "shop-token").await;
    let after = second["paging"]["cursors"]["after"].as_str().unwrap().to_owned();
    let third = meta.get(&format!("/me/conversations?limit=1&after={after}"), "shop-token").await;
    assert_eq!(ids(&third), [&made[2]]);
    meta.advance(1_000);
    let before = third["paging"]["cursors"]["before"].as_str().unwrap();
    let back = meta.get(&format!("/me/conversations?limit=1&before={before}"), "shop-token").await;
    assert_eq!(ids(&back), [&made[1]]);
}

#[tokio::test]
async fn what_arrives_meanwhile_moves_nothing() {
    let mut world = world();
    let made: Vec<String> = (0..3).map(|n| somebody(&mut world, n, 100 + i64::try_from(n).unwrap())).collect();
    let meta = Meta::of(world);
    let first = meta.get("/me/conversations?limit=2", "shop-token").await;
    meta.0.change(|world| somebody(world, 9, 0));
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    let rest = meta.get(&format!("/me/conversations?limit=2&after={after}"), "shop-token").await;
    assert_eq!(ids(&rest), [&made[2]]);
    assert!(rest["paging"].get("next").is_none());
}

#[tokio::test]
async fn one_person_is_one_conversation_or_none() {
    let mut world = world();
    writes(&mut world, MARA, "Hi", NOW);
    somebody(&mut world, 1, 5);
    let meta = Meta::of(world);
    let of_mara = meta.get(&format!("/me/conversations?user_id={MARA}"), "shop-token").await;
    assert_eq!(of_mara["data"].as_array().unwrap().len(), 1);
    let of_nobody = meta.get("/me/conversations?user_id=1", "shop-token").await;
    assert_eq!(of_nobody, json!({"data": []}), "an empty list has no paging");
}

#[tokio::test]
async fn an_old_request_is_forgotten_unless_it_was_answered() {
    let mut world = world();
    let old = 31 * super::DAY / 1000;
    let (unanswered, answered) = (somebody(&mut world, 1, old), somebody(&mut world, 2, old));
    answers(&mut world, "7700000000000002", "Hello to you", NOW - old * 1000 + 5);
    let meta = Meta::of(world);
    let told = meta.get("/me/conversations", "shop-token").await;
    assert_eq!(ids(&told), [&answered]);
    assert!(!told.to_string().contains(&unanswered));
}

#[tokio::test]
async fn a_page_speaks_also_for_the_instagram_account_linked_to_it() {
    let mut world = world();
    let mid = writes(&mut world, LEA, "Bonjour", NOW);
    writes(&mut world, JONAS, "Hello", NOW);
    let meta = Meta::of(world);
    let path =
        format!("/{PAGE}/conversations?platform=instagram&fields=participants,messages{{id,message}},message_count");
    let told = meta.get(&path, "page-token").await;
    assert_eq!(told["data"][0]["participants"]["data"][0]["id"], LINKED);
    assert_eq!(told["data"][0]["messages"]["data"], json!([{"id": mid, "message": "Bonjour"}]));
    assert_eq!(told["data"][0]["message_count"], 1);
    let messenger =
        meta.get("/me/conversations?platform=messenger&fields=snippet,unread_count,can_reply", "page-token").await;
    let expected = json!({"snippet": "Hello", "unread_count": 1, "can_reply": true, "id": messenger["data"][0]["id"]});
    assert_eq!(messenger["data"][0], expected);
}

#[tokio::test]
async fn a_conversation_is_read_by_its_id_with_its_messages() {
    let mut world = world();
    let mids: Vec<String> = (0..30).map(|n| writes(&mut world, MARA, "Hi", NOW + n)).collect();
    let thread = world.customer(MARA).unwrap().thread.id.clone();
    let meta = Meta::of(world);
    let told = meta.get(&format!("/v26.0/{thread}?fields=messages"), "shop-token").await;
    assert_form(&told, "graph.ig.conversation_messages");
    assert_eq!(told["messages"]["data"][0]["id"], mids[29]);
    let edge = meta.get(&format!("/v26.0/{thread}/messages?limit=20&fields=id,message"), "shop-token").await;
    assert_eq!(edge["data"].as_array().unwrap().len(), 20);
    meta.advance(1_000);
    let next = edge["paging"]["next"].as_str().unwrap().strip_prefix("https://meta.example").unwrap();
    let rest = meta.get(next, "shop-token").await;
    assert_eq!(ids(&rest), mids[..10].iter().rev().collect::<Vec<_>>());
    let few = meta.get(&format!("/{thread}?fields=messages.limit(2){{from}}"), "shop-token").await;
    assert_eq!(few["messages"]["data"].as_array().unwrap().len(), 2);
    assert_eq!(few["messages"]["data"][0]["from"]["id"], MARA);
}

#[tokio::test]
async fn wrong_questions_are_refused() {
    let mut world = world();
    writes(&mut world, MARA, "Hi", NOW);
    writes(&mut world, JONAS, "Hi", NOW);
    let thread = world.customer(MARA).unwrap().thread.id.clone();
    add_token(&mut world, "basic-token", Holder::Account(SHOP.to_owned()), &["instagram_business_basic"]);
    add_token(&mut world, "bare-page-token", Holder::Account(PAGE.to_owned()), &["pages_show_list"]);
    let meta = Meta::of(world);
    for (path, token, expected) in [
        ("/me/conversations?fields=message_count".to_owned(), "shop-token", (100, None)),
        ("/me/conversations?fields=nonsense".to_owned(), "page-token", (100, None)),
        ("/me/conversations?fields=messages{".to_owned(), "page-token", (2500, None)),
        ("/me/conversations?limit=0".to_owned(), "shop-token", (100, None)),
        ("/me/conversations?limit=many".to_owned(), "shop-token", (100, None)),
        ("/me/conversations?after=nowhere".to_owned(), "shop-token", (100, None)),
        ("/me/conversations?platform=messenger".to_owned(), "shop-token", (100, None)),
        ("/me/conversations?platform=fax".to_owned(), "page-token", (100, None)),
        ("/me/conversations?platform=instagram".to_owned(), "linked-token", (0, None)),
        ("/me/conversations".to_owned(), "basic-token", (10, None)),
        ("/me/conversations".to_owned(), "bare-page-token", (200, None)),
        ("/me/conversations".to_owned(), "no-token", (190, None)),
        (format!("/{PAGE}/conversations"), "shop-token", (100, Some(33))),
        (format!("/{thread}/messages"), "page-token", (100, Some(33))),
        (format!("/{thread}/messages?fields=nonsense"), "shop-token", (100, None)),
    ] {
        let told = meta.get(&path, token).await;
        if expected.0 == 0 {
            assert_eq!(told, json!({"data": []}), "{path}");
        } else {
            assert_eq!(code(&told), expected, "{path}: {told}");
        }
        meta.advance(1_000);
    }
    let mut world = super::world();
    world.accounts.retain(|it| it.id != LINKED);
    let told: Value = Meta::of(world).get("/me/conversations?platform=instagram", "page-token").await;
    assert_form(&told, "graph.error.page_not_linked");
}
