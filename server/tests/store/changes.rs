use crate::bed::Bed;
use model::ids::{AccountId, ConversationId};
use model::live::Event;
use model::time::{DAY_S, Timestamp};
use server::store::Store;
use server::store::changes::{Change, FeedBounds, NewChange};
use std::sync::Arc;

crate::on_both!(
    a_change_is_read_as_it_was_written,
    numbers_have_no_gap_whoever_writes,
    a_piece_of_any_size_is_written_whole,
    whoever_listens_hears_of_it_once_it_is_durable,
    a_change_that_was_not_written_takes_no_number,
    old_changes_are_purged_from_the_low_end,
    what_an_endpoint_needs_stays,
    the_head_stays_when_the_feed_is_empty,
);

fn change(bed: &Bed, event: Event) -> NewChange {
    NewChange { id: bed.seams.new_id(), event, account_id: None, person_id: None, at: bed.seams.now() }
}

fn conversation(bed: &Bed, revision: i64) -> NewChange {
    change(bed, Event::Conversation { conversation_id: bed.seams.new_id(), revision })
}

/// As the program's own reader does; SQLite has nothing to number.
async fn number(store: &Arc<dyn Store>) {
    while store.number_changes().await.unwrap() > 0 {}
}

async fn feed(store: &Arc<dyn Store>) -> Vec<Change> {
    number(store).await;
    store.changes_after(0, 100_000).await.unwrap()
}

async fn a_change_is_read_as_it_was_written(bed: Bed) {
    let account_id: AccountId = bed.seams.new_id();
    let conversation_id: ConversationId = bed.seams.new_id();
    let mia = bed.person("mia@luna.example", "Mia");
    let events = [
        Event::Message { conversation_id, message_id: bed.seams.new_id(), revision: 3 },
        Event::Conversation { conversation_id, revision: 4 },
        Event::Account { account_id },
        Event::Notification { id: bed.seams.new_id(), mentioned_in: None },
        Event::Resync,
    ];
    for (n, event) in (1..).zip(events) {
        let noted = NewChange { account_id: Some(account_id), person_id: Some(mia.id), ..change(&bed, event) };
        bed.store.note_changes(vec![noted]).await.unwrap();
        let read = feed(&bed.store).await.pop().unwrap();
        let at = bed.seams.now();
        assert_eq!(read, Change { seq: n, event, account_id: Some(account_id), person_id: Some(mia.id), at });
        bed.clock.advance_s(1);
    }
    assert_eq!(bed.store.changes_after(3, 1).await.unwrap()[0].seq, 4);
    assert_eq!(bed.store.changes_after(5, 10).await.unwrap(), []);
    assert_eq!(bed.store.feed_bounds().await.unwrap(), FeedBounds { oldest: 1, head: 5 });
}

/// Eight writers and, on Postgres, two that number, while somebody reads.
async fn numbers_have_no_gap_whoever_writes(bed: Bed) {
    const N_UNITS: usize = 25;
    let stores = [bed.store.clone(), bed.again().await];
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let store = stores[writer % 2].clone();
        let units: Vec<Vec<NewChange>> =
            (0..N_UNITS).map(|n| (0..=n % 3).map(|_| conversation(&bed, 1)).collect()).collect();
        writers.spawn(async move {
            for unit in units {
                store.note_changes(unit).await.unwrap();
                store.number_changes().await.unwrap();
            }
        });
    }
    let mut seen = 0;
    let n_changes: i64 = (0..N_UNITS).map(|n| 1 + i64::try_from(n % 3).unwrap()).sum::<i64>() * 8;
    while seen < n_changes {
        stores[0].number_changes().await.unwrap();
        for change in stores[1].changes_after(seen, 1000).await.unwrap() {
            assert_eq!(change.seq, seen + 1, "what is read has no gap at any moment");
            seen = change.seq;
        }
    }
    writers.join_all().await;
    assert_eq!(stores[1].feed_bounds().await.unwrap(), FeedBounds { oldest: 1, head: n_changes });
}

async fn a_piece_of_any_size_is_written_whole(bed: Bed) {
    let mut n_written = 0;
    for n in [0, 1, 3, 4, 17, 64, 149] {
        let unit: Vec<_> = (0..n)
            .map(|revision| {
                bed.clock.advance_s(1);
                conversation(&bed, revision)
            })
            .collect();
        let expected: Vec<_> = unit.iter().map(|it| it.event).collect();
        bed.store.note_changes(unit).await.unwrap();
        number(&bed.store).await;
        let read = bed.store.changes_after(n_written, 1000).await.unwrap();
        assert_eq!(read.iter().map(|it| it.event).collect::<Vec<_>>(), expected, "in the order of their ids");
        n_written += n;
    }
}

async fn whoever_listens_hears_of_it_once_it_is_durable(bed: Bed) {
    let other = bed.again().await;
    let (mut here, mut elsewhere) = (bed.store.changes_written(), other.changes_written());
    bed.store.note_changes(Vec::new()).await.unwrap();
    bed.store.insert_audit(bed.audit()).await.unwrap();
    if !bed.is_postgres() {
        assert!(!here.has_changed().unwrap(), "there is nothing new");
    }
    bed.store.note_changes(vec![conversation(&bed, 1)]).await.unwrap();
    here.changed().await.unwrap();
    assert_eq!(feed(&bed.store).await.len(), 1);
    // SQLite is served by one process. On Postgres the other store hears what this one numbered,
    // however long it took to begin listening.
    if bed.is_postgres() {
        while other.changes_after(0, 10).await.unwrap().is_empty() {
            elsewhere.changed().await.unwrap();
        }
        elsewhere.mark_unchanged();
        for n in 2..5 {
            bed.store.note_changes(vec![conversation(&bed, n)]).await.unwrap();
            number(&bed.store).await;
            while i64::try_from(other.changes_after(0, 10).await.unwrap().len()).unwrap() < n {
                elsewhere.changed().await.unwrap();
            }
        }
    }
}

/// A broken connection is made anew, and what was said meanwhile is not missed.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_connection_broke_hears_again() {
    let bed = Bed::postgres().await;
    let other = bed.again().await;
    let mut elsewhere = other.changes_written();
    for n in 1..4 {
        bed.store.note_changes(vec![conversation(&bed, 1)]).await.unwrap();
        number(&bed.store).await;
        while other.changes_after(0, 10).await.unwrap().len() < n {
            elsewhere.changed().await.unwrap();
        }
        bed.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity
                   where datname = current_database() and query like 'LISTEN%'",
        )
        .await;
    }
}

async fn a_change_that_was_not_written_takes_no_number(bed: Bed) {
    bed.store.note_changes(vec![conversation(&bed, 1)]).await.unwrap();
    let twice = conversation(&bed, 2);
    assert!(bed.store.note_changes(vec![twice.clone(), twice]).await.is_err());
    bed.store.note_changes(vec![conversation(&bed, 3)]).await.unwrap();
    let seqs: Vec<_> = feed(&bed.store).await.iter().map(|it| it.seq).collect();
    assert_eq!(seqs, [1, 2]);
}

async fn old_changes_are_purged_from_the_low_end(bed: Bed) {
    let late = Timestamp(bed.seams.now().0 + 10_000);
    for (n, at) in (1..).zip([bed.seams.now(), bed.seams.now(), late, bed.seams.now(), late]) {
        bed.clock.advance_s(1);
        bed.store.note_changes(vec![NewChange { at, ..conversation(&bed, n) }]).await.unwrap();
    }
    assert_eq!(feed(&bed.store).await.len(), 5);
    assert_eq!(bed.store.purge_changes(late).await.unwrap(), 2, "a later clock in between: no gap is made");
    assert_eq!(bed.store.purge_changes(late).await.unwrap(), 0);
    let seqs: Vec<_> = feed(&bed.store).await.iter().map(|it| it.seq).collect();
    assert_eq!(seqs, [3, 4, 5]);
    let bounds = bed.store.feed_bounds().await.unwrap();
    assert_eq!(bounds, FeedBounds { oldest: 3, head: 5 });
    assert!(bounds.reaches_back_to(2) && bounds.reaches_back_to(5));
    assert!(!bounds.reaches_back_to(1) && !bounds.reaches_back_to(6));
}

async fn what_an_endpoint_needs_stays(bed: Bed) {
    for n in 1..=3 {
        bed.clock.advance_s(1);
        bed.store.note_changes(vec![conversation(&bed, n)]).await.unwrap();
    }
    number(&bed.store).await;
    bed.execute(
        "insert into api_tokens (id, name, token_hash, scopes, created_at) values ('t', 'Shop', 'hash', '[]', 0);
         insert into endpoints (id, name, token_id, url, secret, events, seq, created_at, updated_at)
         values ('e', 'Shop', 't', 'https://shop.example', '', '[]', 2, 0, 0)",
    )
    .await;
    let later = bed.seams.now().plus_s(2 * DAY_S);
    assert_eq!(bed.store.purge_changes(later).await.unwrap(), 2);
    bed.execute("delete from endpoints").await;
    assert_eq!(bed.store.purge_changes(later).await.unwrap(), 1);
}

async fn the_head_stays_when_the_feed_is_empty(bed: Bed) {
    assert_eq!(bed.store.feed_bounds().await.unwrap(), FeedBounds { oldest: 1, head: 0 });
    bed.store.note_changes(vec![conversation(&bed, 1), conversation(&bed, 2)]).await.unwrap();
    number(&bed.store).await;
    bed.store.purge_changes(bed.seams.now().plus_s(1)).await.unwrap();
    let bounds = bed.store.feed_bounds().await.unwrap();
    assert_eq!(bounds, FeedBounds { oldest: 3, head: 2 });
    assert!(bounds.reaches_back_to(2) && !bounds.reaches_back_to(1));
    bed.store.note_changes(vec![conversation(&bed, 3)]).await.unwrap();
    assert_eq!(feed(&bed.store).await[0].seq, 3);
}
