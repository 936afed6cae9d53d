use super::*;
use crate::clock::Clock;
use crate::world::say::Saying;
use crate::{Options, Seed, seed};

const NOW_MS: i64 = 1_760_000_000_000;

fn world() -> World {
    let options = Options { seed: Seed::Demo, now_ms: NOW_MS, callback: None, app_secret: None, verify_token: None };
    let mut world = seed::world(&options, Clock::standing(NOW_MS), "http://meta");
    seed::live(&mut world);
    world
}

/// What is due until then happens, at its time.
fn pass(actors: &mut Actors, world: &mut World, ms: i64) {
    let end_ms = world.now_ms() + ms;
    loop {
        actors.notice(world);
        let at_ms = actors.due_ms().max(world.now_ms());
        if at_ms > end_ms {
            world.clock.advance(end_ms - world.now_ms());
            return;
        }
        world.clock.advance(at_ms - world.now_ms());
        actors.step(world);
    }
}

fn n_written(world: &World) -> usize {
    world.customers().iter().map(|it| it.thread.messages.len()).sum()
}

#[test]
fn every_script_has_somebody_and_everybody_a_script() {
    let world = world();
    let names: Vec<_> = world.customers().iter().filter_map(|it| it.script).collect();
    assert_eq!(names.len(), SCRIPTS.len());
    assert!(SCRIPTS.iter().all(|it| names.contains(&it.name)), "{names:?}");
}

#[test]
fn they_write_every_minute_or_two() {
    let mut world = world();
    let mut actors = Actors::at(&world);
    let before = n_written(&world);
    pass(&mut actors, &mut world, 30 * MINUTE_MS);
    let written = n_written(&world) - before;
    assert!((12..=30).contains(&written), "{written}");
}

#[test]
fn they_read_and_answer_what_the_business_says() {
    let mut world = world();
    let mut actors = Actors::at(&world);
    let id = world.customers().iter().find(|it| it.script == Some("priya")).unwrap().id.clone();
    let saying = Saying { text: Some("Your parcel is out for delivery.".to_owned()), ..Saying::default() };
    world.say(&id, saying, NOW_MS);
    pass(&mut actors, &mut world, 29 * SECOND_MS);
    let thread = &world.customer(&id).unwrap().thread;
    assert!(thread.read_until_ms >= Some(NOW_MS));
    let answer = thread.messages.last().unwrap();
    assert_eq!((&answer.from, answer.text.as_deref()), (&From::Customer, Some("Perfect, thank you!")));
}

#[test]
fn nobody_makes_up_for_time_that_was_skipped() {
    let mut world = world();
    let mut actors = Actors::at(&world);
    let before = n_written(&world);
    world.clock.advance(7 * 24 * 60 * MINUTE_MS);
    actors.step(&mut world);
    assert_eq!(n_written(&world), before + 1);
}
