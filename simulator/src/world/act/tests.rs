use super::{Act, Refused};
use crate::clock::Clock;
use crate::world::Newcomer;
use crate::world::World;
use crate::world::account::{Account, App, Callback, Platform, Routing};
use crate::world::customer::{Attachment, STANDARD_MS};
use crate::world::say::Saying;
use crate::world::tell::{Channel, Parcel};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const INSTAGRAM: &str = "17841400000000001";
const PAGE: &str = "102030405060701";
const NOW_MS: i64 = 1_795_000_000_000;

fn world() -> World {
    let mut world = World::empty(Clock::standing(NOW_MS), "http://meta");
    for (id, posted) in [("1", true), ("2", false)] {
        let callback = posted.then(|| Callback { url: String::new(), verify_token: String::new() });
        world.apps.push(App { id: id.to_owned(), secret: String::new(), name: String::new(), callback });
    }
    world.add_account(Account::new(Platform::Instagram, INSTAGRAM, "luna"), "1", "i");
    world.add_account(Account::new(Platform::Page, PAGE, "Luna"), "1", "p");
    for (account_id, id) in [(INSTAGRAM, "ig"), (PAGE, "fb")] {
        world.add_customer(&Newcomer { account_id, name: "Mara Lindt", id: Some(id) }).unwrap();
    }
    world
}

fn act(world: &mut World, customer: &str, act: Value) -> Result<Value, Refused> {
    let act: Act = serde_json::from_value(act).unwrap();
    let now_ms = world.now_ms();
    world.act(customer, act, now_ms)
}

fn mid(made: &Value) -> &str {
    made["mid"].as_str().unwrap()
}

fn write(world: &mut World, customer: &str, text: &str) -> String {
    mid(&act(world, customer, json!({"send": {"text": text}})).unwrap()).to_owned()
}

fn say(world: &mut World, customer: &str, saying: Saying) -> String {
    let now_ms = world.now_ms();
    world.say(customer, Saying { app_id: Some("1".to_owned()), ..saying }, now_ms).unwrap()
}

fn say_text(world: &mut World, customer: &str) -> String {
    say(world, customer, Saying { text: Some("Hello".to_owned()), ..Saying::default() })
}

fn last(world: &World) -> &Parcel {
    world.outbox["1"].back().unwrap()
}

fn refused(made: Result<Value, Refused>) -> String {
    match made {
        Err(Refused::Because(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn acts_are_written_as_the_contract_says() {
    for it in [
        json!({"send": {"text": "Hi"}}),
        json!({"send": {"attachments": [{"type": "image", "url": "http://a/b.png"}]}}),
        json!({"react": {"mid": "m", "emoji": "❤️"}}),
        json!({"unreact": {"mid": "m"}}),
        json!({"unsend": {"mid": "m"}}),
        json!({"edit": {"mid": "m", "text": "t"}}),
        json!({"tap": {"mid": "m", "payload": "p"}}),
        json!({"story_reply": {"text": "t"}}),
        json!({"story_mention": {}}),
        json!({"comment": {"text": "t"}}),
        json!({"read": {}}),
    ] {
        serde_json::from_value::<Act>(it.clone()).unwrap_or_else(|error| panic!("{it}: {error}"));
    }
    for wrong in [json!({"shout": {}}), json!({"send": {"txt": "Hi"}}), json!({"read": {}, "send": {}}), json!("read")]
    {
        assert!(serde_json::from_value::<Act>(wrong.clone()).is_err(), "{wrong}");
    }
}

/// What opens the day in which the business may write, and what the seven days of a person.
#[test]
fn windows_follow_what_the_customer_does() {
    let cases = [
        (json!({"send": {"text": "Hi"}}), true, true),
        (json!({"story_mention": {}}), true, true),
        (json!({"share": {"kind": "post"}}), true, true),
        (json!({"postback": {"title": "Hours?", "payload": "HOURS"}}), true, false),
        (json!({"referral": {"ref": "qr"}}), true, false),
        (json!({"react": {"mid": "MID", "emoji": "👍"}}), true, false),
        (json!({"read": {}}), false, false),
        (json!({"comment": {"text": "How much?"}}), false, false),
    ];
    for (what, day, week) in cases {
        let mut world = world();
        let said = say_text(&mut world, "ig");
        let what: Value = serde_json::from_str(&what.to_string().replace("MID", &said)).unwrap();
        act(&mut world, "ig", what.clone()).unwrap();
        let customer = world.customer("ig").unwrap();
        assert_eq!(customer.conversation_open(NOW_MS), day, "{what}");
        assert_eq!(customer.human_agent_open(NOW_MS), week, "{what}");
    }
}

#[test]
fn taking_back_and_editing_open_nothing() {
    let mut world = world();
    let hi = write(&mut world, "ig", "Hi");
    act(&mut world, "ig", json!({"react": {"mid": hi, "emoji": "👍"}})).unwrap();
    let later_ms = NOW_MS + 2 * STANDARD_MS;
    for what in
        [json!({"unreact": {"mid": hi}}), json!({"edit": {"mid": hi, "text": "Hello"}}), json!({"unsend": {"mid": hi}})]
    {
        world.act("ig", serde_json::from_value(what).unwrap(), later_ms).unwrap();
    }
    assert!(!world.customer("ig").unwrap().conversation_open(later_ms));
}

#[test]
fn a_reaction_is_named_as_the_platform_names_it() {
    let words =
        [("😂", "laugh", "smile"), ("❤️", "love", "love"), ("👎", "other", "dislike"), ("🎉", "other", "other")];
    for (emoji, on_instagram, on_messenger) in words {
        for (customer, word) in [("ig", on_instagram), ("fb", on_messenger)] {
            let mut world = world();
            let said = say_text(&mut world, customer);
            act(&mut world, customer, json!({"react": {"mid": said, "emoji": emoji}})).unwrap();
            assert_eq!(last(&world).item["reaction"]["reaction"], word, "{emoji}");
        }
    }
}

#[test]
fn who_changes_a_reaction_still_has_one() {
    let mut world = world();
    let said = say_text(&mut world, "ig");
    for emoji in ["❤️", "😂"] {
        act(&mut world, "ig", json!({"react": {"mid": said, "emoji": emoji}})).unwrap();
    }
    assert_eq!(world.customer("ig").unwrap().thread.messages[0].reactions.len(), 1);
    act(&mut world, "ig", json!({"unreact": {"mid": said}})).unwrap();
    assert!(refused(act(&mut world, "ig", json!({"unreact": {"mid": said}}))).contains("no reaction"));
}

#[test]
fn what_is_not_theirs_or_gone_is_refused() {
    let mut world = world();
    let said = say_text(&mut world, "ig");
    for what in [
        json!({"unsend": {"mid": said}}),
        json!({"edit": {"mid": said, "text": "No"}}),
        json!({"react": {"mid": "none", "emoji": "👍"}}),
        json!({"send": {"text": " "}}),
        json!({"send": {"text": "Yes", "reply_to": {"mid": "none"}}}),
        json!({"tap": {"mid": said, "payload": "YES"}}),
        json!({"location": {"lat": 1.0, "long": 2.0}}),
        json!({"visitor_post": {"text": "Hi"}}),
        json!({"comment": {"text": "Hi", "post_id": "none"}}),
    ] {
        refused(act(&mut world, "ig", what));
    }
    let hi = write(&mut world, "ig", "Hi");
    act(&mut world, "ig", json!({"unsend": {"mid": hi}})).unwrap();
    for what in [
        json!({"edit": {"mid": hi, "text": "No"}}),
        json!({"unsend": {"mid": hi}}),
        json!({"react": {"mid": hi, "emoji": "👍"}}),
    ] {
        assert!(refused(act(&mut world, "ig", what)).contains("unsent"));
    }
    assert_eq!(act(&mut world, "nobody", json!({"read": {}})), Err(Refused::NoCustomer));
}

#[test]
fn messenger_lets_a_message_be_edited_five_times() {
    for (customer, sixth_is_refused) in [("fb", true), ("ig", false)] {
        let mut world = world();
        let hi = write(&mut world, customer, "Hi");
        for n in 1..=5 {
            act(&mut world, customer, json!({"edit": {"mid": hi, "text": format!("Hi {n}")}})).unwrap();
            assert_eq!(last(&world).item["message_edit"]["num_edit"], n);
        }
        let sixth = act(&mut world, customer, json!({"edit": {"mid": hi, "text": "Hi 6"}}));
        assert_eq!(sixth.is_err(), sixth_is_refused);
    }
}

#[test]
fn a_quick_reply_is_a_message_and_a_button_a_postback() {
    let mut world = world();
    let quick = json!({"content_type": "text", "title": "Track", "payload": "TRACK"});
    let asked =
        say(&mut world, "ig", Saying { text: Some("?".into()), quick_replies: vec![quick], ..Saying::default() });
    act(&mut world, "ig", json!({"tap": {"mid": asked, "payload": "TRACK"}})).unwrap();
    let message = &last(&world).item["message"];
    assert_eq!((&message["text"], &message["quick_reply"]["payload"]), (&json!("Track"), &json!("TRACK")));
    assert!(refused(act(&mut world, "ig", json!({"tap": {"mid": asked, "payload": "TRACK"}}))).contains("go away"));
    let buttons = json!({"template_type": "button", "text": "Else?", "buttons": [
        {"type": "web_url", "title": "View", "url": "https://shop.example"},
        {"type": "postback", "title": "No, thanks", "payload": "DONE"},
    ]});
    let attachments = vec![Attachment { kind: "template".into(), payload: Some(buttons) }];
    let asked = say(&mut world, "ig", Saying { attachments, ..Saying::default() });
    act(&mut world, "ig", json!({"tap": {"mid": asked, "payload": "DONE"}})).unwrap();
    assert_eq!(last(&world).item["postback"]["title"], "No, thanks");
    assert_eq!(last(&world).item["postback"]["payload"], "DONE");
}

#[test]
fn an_address_that_is_asked_for_hides_no_other_reply() {
    for (payload, written) in [("NO", "No, thanks"), ("mara@example.org", "mara@example.org")] {
        let mut world = world();
        let quick_replies = vec![
            json!({"content_type": "user_email"}),
            json!({"content_type": "text", "title": "No, thanks", "payload": "NO"}),
        ];
        let asked = say(&mut world, "ig", Saying { text: Some("?".into()), quick_replies, ..Saying::default() });
        act(&mut world, "ig", json!({"tap": {"mid": asked, "payload": payload}})).unwrap();
        assert_eq!(last(&world).item["message"]["text"], written);
    }
}

#[test]
fn nobody_writes_a_book_in_a_message() {
    let (longest, longer) = ("ü".repeat(20_000), "ü".repeat(20_001));
    let mut world = world();
    let hi = write(&mut world, "fb", &longest);
    for what in [
        json!({"send": {"text": longer}}),
        json!({"edit": {"mid": hi, "text": longer}}),
        json!({"comment": {"text": longer}}),
        json!({"visitor_post": {"text": longer}}),
        json!({"postback": {"title": longer, "payload": "P"}}),
    ] {
        assert!(refused(act(&mut world, "fb", what)).contains("20000"));
    }
    assert!(refused(act(&mut world, "ig", json!({"story_reply": {"text": longer}}))).contains("20000"));
    for emoji in ["", "nice", "<b>👍</b>"] {
        assert!(refused(act(&mut world, "fb", json!({"react": {"mid": hi, "emoji": emoji}}))).contains("emoji"));
    }
}

#[test]
fn a_message_is_found_by_its_mid_alone() {
    let mut world = world();
    let mids = [
        write(&mut world, "ig", "Hi"),
        say_text(&mut world, "ig"),
        mid(&act(&mut world, "ig", json!({"postback": {"title": "Hours?", "payload": "HOURS"}})).unwrap()).to_owned(),
    ];
    for mid in mids {
        assert_eq!(world.customer_of_message(&mid).unwrap().id, "ig");
    }
    assert!(world.customer_of_message("m_none").is_none());
}

#[test]
fn only_the_app_that_offered_a_button_learns_its_payload() {
    let mut world = world();
    let mut second = world.account(INSTAGRAM).unwrap().subscriptions[0].clone();
    second.app_id = "2".to_owned();
    world.account_mut(INSTAGRAM).unwrap().subscriptions.push(second);
    let buttons =
        json!({"template_type": "button", "buttons": [{"type": "postback", "title": "Yes", "payload": "YES"}]});
    let attachments = vec![Attachment { kind: "template".into(), payload: Some(buttons) }];
    let asked = say(&mut world, "ig", Saying { attachments, ..Saying::default() });
    act(&mut world, "ig", json!({"tap": {"mid": asked, "payload": "YES"}})).unwrap();
    assert_eq!(last(&world).item["postback"]["payload"], "YES");
    assert_eq!(world.outbox["2"].back().unwrap().item["postback"].get("payload"), None);
}

#[test]
fn a_thread_that_nobody_owns_goes_to_the_default_app() {
    let mut world = world();
    let mut bot = world.account(INSTAGRAM).unwrap().subscriptions[0].clone();
    bot.app_id = "2".to_owned();
    let account = world.account_mut(INSTAGRAM).unwrap();
    account.subscriptions.push(bot);
    account.routing = Some(Routing { default_app_id: "2".to_owned(), may_take: BTreeSet::new() });
    act(&mut world, "ig", json!({"postback": {"title": "Hours?", "payload": "HOURS"}})).unwrap();
    assert_eq!(world.owner("ig"), Some("2"));
    assert_eq!((last(&world).channel, last(&world).item["postback"].get("payload")), (Channel::Standby, None));
    assert_eq!(world.outbox["2"][0].channel, Channel::Messaging);
    world.clock.advance(STANDARD_MS + 1).unwrap();
    assert_eq!(world.owner("ig"), None);
}

#[test]
fn reading_is_told_once_and_in_the_platforms_way() {
    for (customer, expected) in [("ig", "mid"), ("fb", "watermark")] {
        let mut world = world();
        assert!(refused(act(&mut world, customer, json!({"read": {}}))).contains("nothing"));
        say_text(&mut world, customer);
        for _ in 0..2 {
            act(&mut world, customer, json!({"read": {}})).unwrap();
        }
        let reads: Vec<_> = world.outbox["1"].iter().filter(|it| it.item.get("read").is_some()).collect();
        assert_eq!(reads.len(), 1);
        assert!(reads[0].item["read"].get(expected).is_some(), "{:?}", reads[0]);
    }
}

#[test]
fn delivery_is_told_on_messenger_alone() {
    let mut world = world();
    let long_ago_ms = NOW_MS - 9 * STANDARD_MS;
    for customer in ["ig", "fb"] {
        // Whoever says it: an app, a person on the phone, now or long ago.
        say_text(&mut world, customer);
        let native = || Saying { text: Some("Hello".to_owned()), ..Saying::default() };
        world.say(customer, native(), long_ago_ms).unwrap();
        act(&mut world, customer, json!({"block": {}})).unwrap();
        world.say(customer, native(), NOW_MS).unwrap();
    }
    let told: Vec<_> = world.outbox["1"].iter().filter(|it| it.account_id == PAGE).collect();
    let kinds: Vec<_> = told.iter().map(|it| it.item.get("delivery").is_some()).collect();
    assert_eq!(kinds, [false, true, false, true, false], "who blocked the business gets nothing");
    assert_eq!(told[1].item["delivery"]["mids"], json!([told[0].item["message"]["mid"]]));
    assert_eq!(
        (&told[3].item["timestamp"], &told[3].item["delivery"]["watermark"]),
        (&json!(long_ago_ms), &json!(long_ago_ms))
    );
    assert_eq!(world.outbox["1"].iter().filter(|it| it.account_id == INSTAGRAM).count(), 3, "echoes");
}

#[test]
fn a_link_on_messenger_brings_its_preview() {
    let mut world = world();
    for (customer, n) in [("fb", 1), ("ig", 0)] {
        write(&mut world, customer, "is it https://shop.example/kettle ?");
        let message = &world.customer(customer).unwrap().thread.messages[0];
        assert_eq!(message.attachments.len(), n);
    }
    let url = world.outbox["1"][0].item["message"]["attachments"][0]["payload"]["url"].as_str().unwrap();
    assert!(url.contains("u=https%3A%2F%2Fshop.example%2Fkettle&"), "{url}");
}

#[test]
fn comments_are_told_as_changes_and_remembered() {
    let mut world = world();
    let made = act(&mut world, "fb", json!({"comment": {"text": "Price?"}})).unwrap();
    assert_eq!(last(&world).channel, Channel::Changes("feed"));
    act(&mut world, "fb", json!({"edit_comment": {"comment_id": made["comment_id"], "text": "Size?"}})).unwrap();
    assert_eq!((&last(&world).item["verb"], &last(&world).item["message"]), (&json!("edited"), &json!("Size?")));
    act(&mut world, "fb", json!({"delete_comment": {"comment_id": made["comment_id"]}})).unwrap();
    assert_eq!(last(&world).item["verb"], "remove");
    let made = act(&mut world, "ig", json!({"comment": {"text": "Price?"}})).unwrap();
    assert_eq!(last(&world).channel, Channel::Changes("comments"));
    let reply = json!({"comment": {"text": "Please", "parent_id": made["comment_id"]}});
    act(&mut world, "ig", reply).unwrap();
    assert_eq!(last(&world).item["parent_id"], made["comment_id"]);
    assert_eq!(world.comments.len(), 2);
}

#[test]
fn who_blocked_the_business_cannot_write_to_it() {
    let mut world = world();
    act(&mut world, "ig", json!({"block": {}})).unwrap();
    assert!(world.customer("ig").unwrap().unreachable);
    assert!(refused(act(&mut world, "ig", json!({"send": {"text": "Hi"}}))).contains("unblock"));
    act(&mut world, "ig", json!({"unblock": {}})).unwrap();
    write(&mut world, "ig", "Hi");
}
