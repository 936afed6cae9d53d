use crate::bed::{Bed, open};
use server::store::migrate::State;
use sqlx::Connection as _;

crate::on_both!(
    the_database_answers,
    migrating_twice_does_nothing,
    a_newer_database_is_refused,
    what_was_written_is_there_after_closing,
    a_closed_store_says_so,
);

async fn the_database_answers(bed: Bed) {
    bed.store.ping().await.unwrap();
}

async fn migrating_twice_does_nothing(bed: Bed) {
    assert_eq!(bed.store.migrations().await.unwrap(), State::UpToDate);
    assert_eq!(bed.store.migrate().await.unwrap().0, Vec::<String>::new());
}

async fn a_newer_database_is_refused(bed: Bed) {
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 select 9999, 'from the future', success, checksum, 0 from _sqlx_migrations where version = 1";
    if bed.url.starts_with("sqlite") {
        let mut conn = sqlx::SqliteConnection::connect(&bed.url).await.unwrap();
        sqlx::query(newer).execute(&mut conn).await.unwrap();
    } else {
        let mut conn = sqlx::PgConnection::connect(&bed.url).await.unwrap();
        sqlx::query(newer).execute(&mut conn).await.unwrap();
    }
    let state = bed.store.migrations().await.unwrap();
    assert!(matches!(state, State::Newer { has: 9999, .. }), "{state:?}");
    let refused = bed.store.migrate().await.unwrap_err().to_string();
    assert!(refused.contains("newer switchboard"), "{refused}");
}

async fn what_was_written_is_there_after_closing(bed: Bed) {
    bed.store.insert_audit(bed.audit()).await.unwrap();
    bed.store.close().await;
    assert_eq!(open(&bed.url).await.list_audit(None, 10).await.unwrap().len(), 1);
}

async fn a_closed_store_says_so(bed: Bed) {
    bed.store.close().await;
    assert!(bed.store.insert_audit(bed.audit()).await.is_err());
    assert!(bed.store.ping().await.is_err());
}

/// Of several that start at once on an empty database, one migrates it and the others find it done.
async fn migrated_once(bed: Bed) {
    let mut tries = Vec::new();
    for _ in 0..4 {
        let store = bed.again().await;
        tries.push(tokio::spawn(async move { store.migrate().await.unwrap().0 }));
    }
    let mut applied = Vec::new();
    for one in tries {
        let names = one.await.unwrap();
        if !names.is_empty() {
            applied.push(names);
        }
    }
    assert_eq!(applied.len(), 1, "{applied:?}");
    assert_eq!(applied[0][0], "0001_ground");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_migrated_once() {
    migrated_once(Bed::empty_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_migrated_once() {
    migrated_once(Bed::empty_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_served_by_one() {
    let bed = Bed::sqlite().await;
    bed.store.hold_for_serving().unwrap();
    let second = bed.again().await;
    let refused = second.hold_for_serving().unwrap_err().to_string();
    assert!(refused.contains("already serving"), "{refused}");
    bed.store.close().await;
    drop(bed.store);
    second.hold_for_serving().unwrap();
}
