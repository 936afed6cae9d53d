use crate::clock::Clock;
use crate::world::World;
use crate::world::customer::{HUMAN_AGENT_MS, STANDARD_MS};
use crate::{Options, Seed, seed};

const NOW_MS: i64 = 1_760_000_000_000;

fn empty() -> World {
    let options = Options {
        seed: Seed::Demo,
        now_ms: NOW_MS,
        callback: Some("http://127.0.0.1:9/".to_owned()),
        app_secret: None,
        verify_token: None,
    };
    seed::world(&options, Clock::standing(NOW_MS), "http://meta")
}

fn full() -> World {
    let mut world = empty();
    seed::live(&mut world);
    world
}

#[test]
fn every_line_of_the_demo_happens() {
    let mut played = empty();
    seed::shop::furnish(&mut played);
    assert_eq!(super::everything(&mut played), 0, "refused");
    let world = full();
    let (people, _) = super::people();
    for (customer, person) in world.customers().iter().zip(&people) {
        assert_eq!((customer.name.as_str(), customer.account_id.as_str()), (person.name, person.account_id));
        let written = person
            .lines
            .iter()
            .filter(|it| !["react", "unsend", "edit", "read", "block", "comment"].contains(&it.deed));
        assert!(customer.thread.messages.len() >= written.count(), "{}", person.name);
        let messages = &customer.thread.messages;
        assert!(messages.iter().all(|it| it.at_ms < NOW_MS), "{}: nothing is still to come", person.name);
    }
    assert_eq!(world.customers().len(), people.len());
    let of = |kind: &str| {
        let attachments = world.customers().iter().flat_map(|it| &it.thread.messages).flat_map(|it| &it.attachments);
        attachments.filter(|it| it.kind == kind).count()
    };
    for kind in ["image", "audio", "video", "file", "ig_reel", "ig_post", "story_mention", "template", "location"] {
        assert!(of(kind) > 0, "{kind}");
    }
    assert!(world.customers().iter().any(|it| it.unreachable));
    assert_eq!(world.comments.len(), 3);
}

#[test]
fn conversations_are_in_every_state_of_the_window() {
    let world = full();
    let ages: Vec<i64> = world.customers().iter().filter_map(|it| it.last_message_ms).map(|it| NOW_MS - it).collect();
    let free = ages.iter().filter(|it| **it < STANDARD_MS).count();
    let tagged = ages.iter().filter(|it| (STANDARD_MS..HUMAN_AGENT_MS).contains(*it)).count();
    assert!(free > 40 && tagged > 25 && ages.len() - free - tagged > 10, "{free} {tagged} of {}", ages.len());
}

#[test]
fn the_same_start_makes_the_same_ids_and_what_follows_does_not() {
    let mids = |world: &World| -> Vec<String> {
        world.customers().iter().flat_map(|it| &it.thread.messages).map(|it| it.mid.clone()).collect()
    };
    let (mut one, other) = (full(), full());
    assert_eq!(mids(&one), mids(&other));
    assert!(!mids(&one).contains(&one.ids.instagram_mid()));
}

#[test]
fn webhooks_wait_in_the_order_in_which_things_happened() {
    let world = full();
    let parcels = &world.outbox[seed::APP];
    let times: Vec<i64> = parcels.iter().filter_map(|it| it.item["timestamp"].as_i64()).collect();
    assert!(times.len() > 300 && times.is_sorted(), "{}", times.len());
}
