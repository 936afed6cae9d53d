use super::*;
use crate::clock::Clock;
use crate::world::Newcomer;
use crate::world::account::{Account, App, Platform, Routing, Subscription, every_field};
use crate::world::act::Act;
use crate::world::customer::Attachment;
use crate::world::say::Saying;
use serde_json::json;
use std::collections::BTreeSet;

const INSTAGRAM: &str = "17841400000000001";
const PAGE: &str = "102030405060701";
const NOW_MS: i64 = 1_795_000_000_000;

/// Two accounts with a customer each, and two apps that hear of everything.
fn world() -> World {
    let mut world = World::empty(Clock::standing(NOW_MS), "http://meta");
    for id in ["inbox", "bot"] {
        let (id, nothing) = (id.to_owned(), String::new());
        world.apps.push(App { id, secret: nothing.clone(), name: nothing, callback: None });
    }
    for (platform, id, customer) in [(Platform::Instagram, INSTAGRAM, "ig"), (Platform::Page, PAGE, "fb")] {
        world.add_account(Account::new(platform, id, "Luna"), "inbox", customer);
        let fields = every_field(platform);
        let bot = Subscription { app_id: "bot".to_owned(), fields, failing_since_ms: None };
        world.account_mut(id).unwrap().subscriptions.push(bot);
        world.add_customer(&Newcomer { account_id: id, name: "Mara Lindt", id: Some(customer) }).unwrap();
    }
    world
}

fn fields(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn account_hears(world: &mut World, account_id: &str, names: &[&str]) {
    world.account_mut(account_id).unwrap().subscriptions[0].fields = fields(names);
}

fn app_hears(world: &mut World, object: &'static str, names: &[&str]) {
    world.app_fields.insert(("inbox".to_owned(), object), fields(names));
}

fn act(world: &mut World, customer: &str, what: Value) {
    let what: Act = serde_json::from_value(what).unwrap();
    let now_ms = world.now_ms();
    world.act(customer, what, now_ms).unwrap();
}

fn say(world: &mut World, customer: &str, app_id: &str, saying: Saying) -> String {
    world.say(customer, Saying { app_id: Some(app_id.to_owned()), ..saying }, world.now_ms()).unwrap()
}

fn told(world: &mut World, app_id: &str) -> Vec<Parcel> {
    world.outbox.remove(app_id).unwrap_or_default().into()
}

/// Whether the inbox hears of a message and of its being read.
fn heard(world: &mut World, customer: &str) -> (bool, bool) {
    world.clock.advance(1).unwrap();
    act(world, customer, json!({"send": {"text": "Hi"}}));
    say(world, customer, "inbox", Saying { text: Some("Hello".to_owned()), ..Saying::default() });
    act(world, customer, json!({"read": {}}));
    let told = told(world, "inbox");
    let any = |key: &str| told.iter().any(|it| it.item.get(key).is_some() && it.item["message"]["is_echo"] != true);
    (any("message"), any("read"))
}

#[test]
fn an_app_hears_what_it_subscribed_to_at_all() {
    for (platform, account_id, customer, read) in
        [("instagram", INSTAGRAM, "ig", "messaging_seen"), ("page", PAGE, "fb", "message_reads")]
    {
        let on_instagram = platform == "instagram";
        let mut world = world();
        account_hears(&mut world, account_id, &["messages"]);
        assert_eq!(heard(&mut world, customer), (true, false), "the app has set nothing");
        app_hears(&mut world, platform, &["messages", read]);
        assert_eq!(heard(&mut world, customer), (true, on_instagram), "Instagram goes by the app alone");
        app_hears(&mut world, platform, &[read]);
        assert_eq!(heard(&mut world, customer), (false, on_instagram));
        app_hears(&mut world, if on_instagram { "page" } else { "instagram" }, &["messages"]);
        assert!(!heard(&mut world, customer).0, "that is the other object");
        world.account_mut(account_id).unwrap().subscriptions.remove(0);
        app_hears(&mut world, platform, &["messages", read]);
        assert_eq!(heard(&mut world, customer), (false, false), "the account has to be subscribed as well");
    }
}

#[test]
fn echoes_on_instagram_reach_whoever_hears_messages_or_echoes_and_once() {
    for (account_id, customer, wanted, n_echoes) in [
        (INSTAGRAM, "ig", &["messages"][..], 1),
        (INSTAGRAM, "ig", &["message_echoes"], 1),
        (INSTAGRAM, "ig", &["messages", "message_echoes"], 1),
        (INSTAGRAM, "ig", &["messaging_seen"], 0),
        (PAGE, "fb", &["messages"], 0),
        (PAGE, "fb", &["message_echoes"], 1),
    ] {
        let mut world = world();
        account_hears(&mut world, account_id, wanted);
        say(&mut world, customer, "inbox", Saying { text: Some("Hello".to_owned()), ..Saying::default() });
        assert_eq!(told(&mut world, "inbox").len(), n_echoes, "{account_id} {wanted:?}");
    }
}

#[test]
fn a_tap_goes_whole_to_the_app_that_sent_the_button_wherever_the_thread_is() {
    let yes = |channel| (channel, Some(json!("YES")));
    let no = |channel| (channel, None);
    // Who owns the thread, and what the inbox and the bot hear of a tap on the bot's button.
    for (owner, inbox, bot) in [
        (Some("inbox"), no(Channel::Messaging), yes(Channel::Messaging)),
        (Some("bot"), no(Channel::Standby), yes(Channel::Messaging)),
        (Some("a third"), no(Channel::Standby), yes(Channel::Messaging)),
        (None, no(Channel::Messaging), yes(Channel::Messaging)),
    ] {
        let mut world = world();
        let routing = |it: &str| Routing { default_app_id: it.to_owned(), may_take: BTreeSet::new() };
        world.account_mut(PAGE).unwrap().routing = owner.map(routing);
        let payload =
            json!({"template_type": "button", "buttons": [{"type": "postback", "title": "Yes", "payload": "YES"}]});
        let attachments = vec![Attachment { kind: "template".to_owned(), payload: Some(payload) }];
        let asked = say(&mut world, "fb", "bot", Saying { attachments, ..Saying::default() });
        act(&mut world, "fb", json!({"tap": {"mid": asked, "payload": "YES"}}));
        for (app_id, expected) in [("inbox", inbox), ("bot", bot)] {
            let last = told(&mut world, app_id).pop().unwrap();
            assert_eq!(last.item["postback"]["title"], "Yes");
            assert_eq!((last.channel, last.item["postback"].get("payload").cloned()), expected, "{owner:?} {app_id}");
        }
    }
}
