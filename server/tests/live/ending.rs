//! When a stream ends; and two processes on one Postgres.

use crate::bed::Bed;
use crate::running::{browser, change, conversation, serve, serve_on};
use model::live::Event;
use model::person::Role;
use server::live::Live;
use server::store::changes::NewChange;
use std::time::{Duration, Instant};

crate::on_both!(
    signing_out_ends_the_streams_of_that_session,
    a_session_that_ends_elsewhere_ends_its_stream_at_the_next_look,
    a_deactivated_person_hears_nothing_more,
    stopping_ends_every_stream_at_once,
    the_oldest_of_too_many_streams_is_told_to_come_back_later,
);

async fn signing_out_ends_the_streams_of_that_session(bed: Bed) {
    let live = Live::with_tick(Duration::from_hours(1));
    let running = serve_on(&bed, bed.store.clone(), live).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let ines = browser(&bed, "ines@luna.example", Role::Agent).await;
    let (one, two) = (mia.listen(&running.at).await, mia.listen(&running.at).await);
    let mut other = ines.listen(&running.at).await;
    assert!(metric("switchboard_streams") >= 3.0);
    mia.sign_out(&running.at).await;
    one.ends().await;
    two.ends().await;
    assert_eq!(mia.get(&running.at, "/events").send().await.unwrap().status(), 401);
    let change = conversation(&bed, None, 1);
    running.note(vec![change.clone()]).await;
    assert_eq!(other.events(1).await, [change.event], "others go on");
    running.stop().await;
}

fn metric(name: &str) -> f64 {
    let text = server::telemetry::metrics().render();
    text.lines().find_map(|it| it.strip_prefix(name)?.trim().parse().ok()).unwrap()
}

async fn a_session_that_ends_elsewhere_ends_its_stream_at_the_next_look(bed: Bed) {
    let live = Live::with_tick(Duration::from_millis(20));
    let running = serve_on(&bed, bed.store.clone(), live).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let heard = mia.listen(&running.at).await;
    bed.store.delete_session(mia.session.clone()).await.unwrap();
    heard.ends().await;
    running.stop().await;
}

async fn a_deactivated_person_hears_nothing_more(bed: Bed) {
    let live = Live::with_tick(Duration::from_hours(1));
    let running = serve_on(&bed, bed.store.clone(), live).await;
    let ines = browser(&bed, "ines@luna.example", Role::Agent).await;
    let heard = ines.listen(&running.at).await;
    bed.execute("update people set state = 'deactivated'").await;
    let resync = NewChange { person_id: Some(ines.person), ..change(&bed, Event::Resync) };
    running.note(vec![resync, conversation(&bed, None, 1)]).await;
    heard.ends().await;
    running.stop().await;
}

async fn stopping_ends_every_stream_at_once(bed: Bed) {
    let running = serve(&bed).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let streams = [mia.listen(&running.at).await, mia.listen_after(&running.at, "0").await];
    let start = Instant::now();
    running.stop().await;
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    for heard in streams {
        heard.ends().await;
    }
}

async fn the_oldest_of_too_many_streams_is_told_to_come_back_later(bed: Bed) {
    let running = serve(&bed).await;
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let mut streams = Vec::new();
    for _ in 0..=20 {
        streams.push(mia.listen(&running.at).await);
    }
    let mut oldest = streams.remove(0);
    assert_eq!(oldest.next_block().await.unwrap().retry, "60000");
    oldest.ends().await;
    let change = conversation(&bed, None, 1);
    running.note(vec![change.clone()]).await;
    for mut heard in streams {
        assert_eq!(heard.events(1).await, [change.event]);
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_on_one_postgres_each_hears_what_the_other_writes() {
    let bed = Bed::postgres().await;
    let (one, two) = (serve(&bed).await, serve_on(&bed, bed.again().await, Live::default()).await);
    let mia = browser(&bed, "mia@luna.example", Role::Admin).await;
    let mut heard = [mia.listen(&one.at).await, mia.listen(&two.at).await];
    for n in 0..10 {
        let writer = if n % 2 == 0 { &one } else { &two };
        let change = conversation(&bed, None, n);
        writer.note(vec![change.clone()]).await;
        for stream in &mut heard {
            let told = stream.next().await.unwrap();
            assert_eq!((told.id, Event::read(&told.data)), ((n + 1).to_string(), change.event));
        }
    }
    let [_, other] = heard;
    drop(other);
    two.stop().await;
    let change = conversation(&bed, None, 10);
    one.note(vec![change.clone()]).await;
    let mut again = mia.listen_after(&one.at, "10").await;
    assert_eq!(again.events(1).await, [change.event], "what one process told, the other can go on from");
    one.stop().await;
}
