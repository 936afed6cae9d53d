use crate::cdn::picture;
use crate::rows;
use crate::running::Running;
use axum::body::Bytes;
use model::media::MediaId;
use model::time::DAY_S;
use server::media::keep::MediaStore;
use server::media::sweep::{start, sweep_marked, sweep_strays};
use std::time::Duration;

crate::on_both!(
    a_marked_file_goes_and_then_its_row,
    what_cannot_be_deleted_keeps_its_mark_and_not_the_others,
    a_file_that_was_never_noted_goes_after_a_day,
    a_file_that_was_never_finished_goes_after_a_day,
    many_strays_are_another_database_s_files,
    the_sweeper_works_at_the_start_and_when_it_is_woken,
);

/// As unsending does: the attachment is gone, and the file is marked.
async fn unsend(running: &Running, id: MediaId) {
    let statements = format!(
        "delete from attachments where media_id = '{id}';
         update media set deleted_at = {} where id = '{id}'",
        running.seams.now().0
    );
    rows::execute(&running.url, &statements).await;
}

async fn n_rows(running: &Running) -> String {
    rows::value(&running.url, "select cast(count(*) as text) from media").await.unwrap()
}

async fn put(running: &Running) -> MediaId {
    let id: MediaId = running.seams.new_id();
    let mut writing = running.program.media.begin(&MediaStore::key(id));
    writing.put(Bytes::from(picture())).await.unwrap();
    writing.finish().await.unwrap();
    id
}

async fn a_marked_file_goes_and_then_its_row(running: Running) {
    let (unsent, _) = running.kept("image/png", None, picture()).await;
    let (other, _) = running.kept("image/png", None, picture()).await;
    assert_eq!((sweep_marked(&running.program).await.unwrap(), running.n_files()), (0, 2));
    unsend(&running, unsent).await;
    assert_eq!((sweep_marked(&running.program).await.unwrap(), running.n_files()), (1, 1));
    assert_eq!(rows::value(&running.url, "select id from media").await, Some(other.to_string()));
    // Whoever was killed between the file and the row goes on with the row.
    unsend(&running, other).await;
    running.program.media.delete(&MediaStore::key(other)).await.unwrap();
    assert_eq!(sweep_marked(&running.program).await.unwrap(), 1);
    assert_eq!(n_rows(&running).await, "0");
}

async fn what_cannot_be_deleted_keeps_its_mark_and_not_the_others(running: Running) {
    let (stuck, _) = running.kept("image/png", None, picture()).await;
    unsend(&running, stuck).await;
    // A folder in its place is no file.
    let path = running.media_folder().join(MediaStore::key(stuck));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(sweep_marked(&running.program).await.is_err());
    running.clock.advance_s(1);
    let (later, _) = running.kept("image/png", None, picture()).await;
    unsend(&running, later).await;
    assert_eq!(sweep_marked(&running.program).await.unwrap(), 1);
    assert_eq!(rows::value(&running.url, "select id from media").await, Some(stuck.to_string()));
    std::fs::remove_dir(&path).unwrap();
    assert_eq!(sweep_marked(&running.program).await.unwrap(), 1);
    assert_eq!(n_rows(&running).await, "0");
}

async fn a_file_that_was_never_noted_goes_after_a_day(running: Running) {
    let (kept, _) = running.kept("image/png", None, picture()).await;
    running.clock.advance_s(1);
    let stray = put(&running).await;
    let foreign = running.media_folder().join("ab");
    std::fs::create_dir_all(&foreign).unwrap();
    std::fs::write(foreign.join("notes.txt"), "not ours").unwrap();
    running.clock.advance_s(DAY_S - 1);
    assert_eq!(sweep_strays(&running.program).await.unwrap(), 0, "it may yet be noted");
    running.clock.advance_s(2);
    assert_eq!(sweep_strays(&running.program).await.unwrap(), 1);
    let file = async |id| running.program.media.read_whole(&MediaStore::key(id)).await.unwrap();
    assert!(file(stray).await.is_none() && file(kept).await.is_some() && foreign.join("notes.txt").exists());
}

async fn a_file_that_was_never_finished_goes_after_a_day(running: Running) {
    // Killed in the middle: while it lives, a program takes such a file with it.
    let begun = running.media_folder().join(format!("{}#1", MediaStore::key(running.seams.new_id())));
    std::fs::create_dir_all(begun.parent().unwrap()).unwrap();
    std::fs::write(&begun, "half a mug").unwrap();
    running.clock.advance_s(DAY_S - 1);
    sweep_strays(&running.program).await.unwrap();
    let left = running.n_files();
    running.clock.advance_s(2);
    sweep_strays(&running.program).await.unwrap();
    assert_eq!((left, running.n_files()), (1, 0));
}

async fn many_strays_are_another_database_s_files(running: Running) {
    running.kept("image/png", None, picture()).await;
    running.clock.advance_s(1);
    for _ in 0..201 {
        put(&running).await;
    }
    running.clock.advance_s(DAY_S + 1);
    assert_eq!((sweep_strays(&running.program).await.unwrap(), running.n_files()), (0, 202));
}

async fn the_sweeper_works_at_the_start_and_when_it_is_woken(running: Running) {
    let (before, _) = running.kept("image/png", None, picture()).await;
    let (after, _) = running.kept("image/png", None, picture()).await;
    let until = async |left: &str| {
        let gone = async { while n_rows(&running).await != left {} };
        tokio::time::timeout(Duration::from_secs(20), gone).await.expect("it is swept");
    };
    unsend(&running, before).await;
    start(&running.program);
    until("1").await;
    unsend(&running, after).await;
    running.program.media_marked.notify_one();
    until("0").await;
    running.program.stopping.cancel();
    running.program.workers.close();
    running.program.workers.wait().await;
}
