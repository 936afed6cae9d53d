use crate::bed::Bed;
use tokio::sync::broadcast::error::RecvError;

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_says_every_process_on_postgres_hears() {
    let bed = Bed::postgres().await;
    let other = bed.again().await;
    let mut heard = other.words_of_processes();
    let mut written = other.changes_written();
    // It fires when it listens.
    written.changed().await.unwrap();
    bed.store.tell_processes("Mia is here".to_owned()).await.unwrap();
    bed.store.tell_processes("x".repeat(9000)).await.unwrap();
    bed.store.tell_processes("Ines too".to_owned()).await.unwrap();
    assert_eq!([heard.recv().await.unwrap(), heard.recv().await.unwrap()], ["Mia is here", "Ines too"]);
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_there_is_nobody_to_hear() {
    let bed = Bed::sqlite().await;
    bed.store.tell_processes("Mia is here".to_owned()).await.unwrap();
    assert_eq!(bed.store.words_of_processes().recv().await, Err(RecvError::Closed));
}
