//! However it comes, it ends the same.

use crate::inbox::{Inbox, payload, payload_names};
use crate::seen;
use axum::http::StatusCode;
use model::meta::read;
use model::time::Timestamp;

crate::on_both!(
    any_order_any_repetition_any_batch_end_the_same,
    the_same_event_in_many_requests_at_once_is_there_once,
    a_replay_into_an_empty_database_ends_the_same,
    a_replay_into_the_same_database_changes_nothing,
);

/// Every item of the reference, each a body of its own.
fn items() -> Vec<String> {
    let bodies = payload_names();
    // Not the test of the dashboard, which is another row each time it is pressed.
    let bodies = bodies.iter().filter(|it| !it.ends_with("_test"));
    let items = bodies.flat_map(|it| read::items(&payload(it), Timestamp(0)).unwrap());
    items.map(|it| it.raw).collect()
}

/// Several bodies of one object as one.
fn merged(bodies: &[String]) -> Vec<Vec<u8>> {
    ["instagram", "page"]
        .iter()
        .filter_map(|object| {
            let start = format!("{{\"object\":\"{object}\",\"entry\":[");
            let entries: Vec<&str> =
                bodies.iter().filter_map(|it| it.strip_prefix(&start)?.strip_suffix("]}")).collect();
            (!entries.is_empty()).then(|| format!("{start}{}]}}", entries.join(",")).into_bytes())
        })
        .collect()
}

/// A shuffle that is the same in every run: a small generator is enough for it.
fn shuffled(mut all: Vec<String>, seed: u64) -> Vec<String> {
    let mut state = seed;
    for last in (1..all.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all.swap(last, usize::try_from(state >> 33).unwrap() % (last + 1));
    }
    all
}

async fn any_order_any_repetition_any_batch_end_the_same(inbox: Inbox) {
    let items = items();
    for item in &items {
        inbox.take(item.as_bytes()).await;
    }
    let expected = inbox.seen().await;
    assert!(expected.len() > 150, "{}", expected.len());
    for (seed, at_once) in [(1, 1), (2, 7), (3, 40), (4, 1000)] {
        let other = inbox.another().await;
        let twice = shuffled([items.clone(), items.clone()].concat(), seed);
        for batch in twice.chunks(at_once) {
            for body in merged(batch) {
                other.take(&body).await;
            }
        }
        let differ: Vec<_> = differing(&expected, &other.seen().await);
        assert!(differ.is_empty(), "{at_once} at once: {differ:#?}");
    }
}

fn differing(expected: &[String], found: &[String]) -> Vec<String> {
    let missing = expected.iter().filter(|it| !found.contains(it)).map(|it| format!("missing {it}"));
    let extra = found.iter().filter(|it| !expected.contains(it)).map(|it| format!("extra {it}"));
    missing.chain(extra).chain((expected.len() != found.len()).then(|| "another number".to_owned())).collect()
}

/// In two programs on one Postgres; SQLite has one.
async fn the_same_event_in_many_requests_at_once_is_there_once(inbox: Inbox) {
    let other = if inbox.url.starts_with("sqlite") { None } else { Some(inbox.again().await) };
    let other = other.as_ref().unwrap_or(&inbox);
    let items = items();
    let posts = items.iter().flat_map(|it| [&inbox, other, &inbox, other].map(|to| to.post(it.as_bytes())));
    for status in futures::future::join_all(posts).await {
        assert_eq!(status, StatusCode::OK);
    }
    // Both apply at the same time; who finds a group of lanes taken leaves it.
    for _ in 0..2 {
        let hands = |of: &Inbox| server::intake::worker::Hands {
            store: of.store.clone(),
            seams: of.program.seams.clone(),
            our_app_id: of.program.intake.our_app_id.clone(),
        };
        let (ours, theirs) = (hands(&inbox), hands(other));
        let both = futures::join!(server::intake::worker::apply_all(&ours), server::intake::worker::apply_all(&theirs));
        both.0.and(both.1).unwrap();
    }
    inbox.apply().await;
    let once = inbox.another().await;
    for item in &items {
        once.take(item.as_bytes()).await;
    }
    let differ = differing(&once.seen().await, &inbox.seen().await);
    assert!(differ.is_empty(), "{differ:#?}");
}

async fn a_replay_into_an_empty_database_ends_the_same(inbox: Inbox) {
    for item in &shuffled(items(), 5) {
        inbox.take(item.as_bytes()).await;
    }
    let other = inbox.another().await;
    let mut after = None;
    loop {
        let entries = inbox.store.read_inbound(after, 50).await.unwrap();
        let Some(last) = entries.last() else { break };
        after = Some(last.id);
        for entry in &entries {
            other.take(entry.raw.as_bytes()).await;
        }
    }
    let differ = differing(&inbox.seen().await, &other.seen().await);
    assert!(differ.is_empty(), "{differ:#?}");
}

async fn a_replay_into_the_same_database_changes_nothing(inbox: Inbox) {
    for item in &items() {
        inbox.take(item.as_bytes()).await;
    }
    let (before, journal) = (inbox.seen().await, seen::journal(&inbox.url).await);
    let n_rows = inbox.store.replay_inbound(server::store::intake::Replay::All).await.unwrap();
    assert_eq!(usize::try_from(n_rows).unwrap(), journal.len());
    inbox.apply().await;
    assert_eq!(differing(&before, &inbox.seen().await), Vec::<String>::new());
    assert_eq!(seen::journal(&inbox.url).await, journal);
}
