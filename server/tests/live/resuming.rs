//! Cut and taken up again.

use crate::bed::Bed;
use crate::running::{browser, conversation, serve, serve_on};
use model::live::Event;
use model::person::Role;
use model::time::DAY_S;
use server::live::Live;
use std::time::Duration;

crate::on_both!(
    a_stream_begins_at_the_head_and_tells_what_happens,
    a_stream_that_was_cut_goes_on_without_gap_or_repetition,
    what_cannot_be_resumed_is_answered_with_one_resync,
    a_stream_opened_in_the_midst_of_writing_misses_nothing,
    a_silent_stream_shows_that_it_is_there_and_where_it_stands,
);

async fn a_stream_begins_at_the_head_and_tells_what_happens(bed: Bed) {
    let running = serve(&bed).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let before = conversation(&bed, None, 1);
    running.note(vec![before]).await;
    let mut first = mia.listen_after(&running.at, "0").await;
    assert_eq!(first.next().await.unwrap().id, "1");
    let response = mia.get(&running.at, "/events").send().await.unwrap();
    for (header, expected) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(response.headers()[header], expected, "{header}");
    }
    let mut heard = crate::running::Heard::of(response);
    assert_eq!(heard.next_block().await.unwrap().retry, "2000");
    let hello = heard.next().await.unwrap();
    assert_eq!((hello.id.as_str(), hello.kind.as_str()), ("1", "hello"));
    let after = conversation(&bed, None, 2);
    running.note(vec![after.clone()]).await;
    let told = heard.next().await.unwrap();
    assert_eq!((told.id.as_str(), told.event()), ("2", after.event));
    assert_eq!(first.next().await.unwrap(), told, "every stream hears it");
    running.stop().await;
}

async fn a_stream_that_was_cut_goes_on_without_gap_or_repetition(bed: Bed) {
    let running = serve(&bed).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let mut heard = mia.listen(&running.at).await;
    let changes: Vec<_> = (0..8).map(|n| conversation(&bed, None, n)).collect();
    running.note(changes[..3].to_vec()).await;
    heard.next().await.unwrap();
    let last = heard.next().await.unwrap();
    drop(heard);
    running.note(changes[3..6].to_vec()).await;
    let mut again = mia.listen_after(&running.at, &last.id).await;
    let expected: Vec<Event> = changes[2..].iter().map(|it| it.event).collect();
    assert_eq!(again.events(4).await, expected[..4]);
    running.note(changes[6..].to_vec()).await;
    assert_eq!(again.events(2).await, expected[4..]);
    let address = format!("/events?after={}", last.id);
    let mut by_address = crate::running::Heard::of(mia.get(&running.at, &address).send().await.unwrap());
    assert_eq!(by_address.events(6).await, expected);
    running.stop().await;
}

async fn what_cannot_be_resumed_is_answered_with_one_resync(bed: Bed) {
    let running = serve(&bed).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let mut now = mia.listen(&running.at).await;
    for n in 0..4 {
        running.note(vec![conversation(&bed, None, n)]).await;
        now.next().await.unwrap();
    }
    running.program.store.purge_changes(bed.seams.now().plus_s(-1)).await.unwrap();
    let bounds = running.program.store.feed_bounds().await.unwrap();
    assert_eq!((bounds.oldest, bounds.head), (3, 4));
    let mut streams = Vec::new();
    for lost in ["1", "5", "x", ""] {
        let mut heard = mia.listen_after(&running.at, lost).await;
        let told = heard.next().await.unwrap();
        assert_eq!((told.id.as_str(), told.event()), ("4", Event::Resync), "{lost:?}");
        streams.push(heard);
    }
    let mut kept = mia.listen_after(&running.at, "2").await;
    assert_eq!([kept.next().await.unwrap().id, kept.next().await.unwrap().id], ["3", "4"]);
    streams.push(kept);
    running.note(vec![conversation(&bed, None, 5)]).await;
    for mut heard in streams {
        assert_eq!(heard.next().await.unwrap().id, "5", "and then it is live");
    }
    running.stop().await;
}

async fn a_stream_opened_in_the_midst_of_writing_misses_nothing(bed: Bed) {
    const N_CHANGES: i64 = 1500;
    let running = serve(&bed).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let store = running.program.store.clone();
    let units: Vec<_> =
        (0..N_CHANGES / 10).map(|n| (0..10).map(|it| conversation(&bed, None, n * 10 + it)).collect()).collect();
    let writing = tokio::spawn(async move {
        for unit in units {
            store.note_changes(unit).await.unwrap();
        }
    });
    let mut listening = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let mut heard = mia.listen_after(&running.at, "0").await;
        listening.spawn(async move {
            for seq in 1..=N_CHANGES {
                let told = heard.next().await.unwrap();
                assert_eq!(told.id, seq.to_string());
                assert!(matches!(told.event(), Event::Conversation { .. }), "{told:?}");
            }
        });
    }
    while let Some(listened) = listening.join_next().await {
        listened.unwrap();
    }
    writing.await.unwrap();
    running.stop().await;
}

async fn a_silent_stream_shows_that_it_is_there_and_where_it_stands(bed: Bed) {
    let live = Live::with_tick(Duration::from_millis(20));
    let running = serve_on(&bed, bed.store.clone(), live).await;
    let ines = browser(&bed, "ines@luna.example", Role::Agent).await;
    let mut heard = ines.listen(&running.at).await;
    running.note(vec![conversation(&bed, Some(bed.seams.new_id()), 1)]).await;
    let mut block = heard.next_block().await.unwrap();
    while block.id != "1" {
        block = heard.next_block().await.unwrap();
    }
    assert_eq!(block.data, "", "not for Ines, but her browser need not ask for it again");
    bed.clock.advance_s(DAY_S);
    heard.ends().await;
    running.stop().await;
}
