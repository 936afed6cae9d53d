//! Deletes files that are marked as deleted, those that were never sent, and those without a row. A
//! file is gone before its row is, so that none is ever left behind; whatever fails keeps its mark for
//! the next time.

use super::keep::{KeepError, MediaStore};
use crate::program::Program;
use crate::start::chain;
use crate::store::{StoreError, StoreResult};
use model::media::MediaId;
use model::time::DAY_S;
use std::time::Duration;
use tokio::time::Instant;

const LOOKS_AGAIN_AFTER: Duration = Duration::from_hours(1);
const LOOKS_FOR_STRAYS_AFTER: Duration = Duration::from_hours(24);

const AT_ONCE: u32 = 100;
/// What was taken in to be sent is in a message or a draft by then.
const IS_UNUSED_AFTER_S: i64 = DAY_S;
/// In a day a file is noted or never will be.
const IS_STRAY_AFTER_S: i64 = DAY_S;
/// A program that is killed leaves a few. So many say that the files are another database's.
const MOST_STRAYS: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keep(#[from] KeepError),
}

pub fn start(program: &Program) {
    let sweeper = program.clone();
    program.spawn("media sweeper", move || run(sweeper.clone()));
}

async fn run(program: Program) {
    let (mut unused_at, mut strays_at) = (Instant::now(), Instant::now());
    loop {
        if Instant::now() >= unused_at {
            unused_at = Instant::now() + LOOKS_AGAIN_AFTER;
            if let Err(error) = mark_unused(&program).await {
                tracing::warn!(error = %chain(&error), "files that were never sent stay for now: {}", chain(&error));
            }
        }
        if let Err(error) = sweep_marked(&program).await {
            tracing::warn!(error = %chain(&error), "some deleted files stay for now: {}", chain(&error));
        }
        if Instant::now() >= strays_at {
            strays_at = Instant::now() + LOOKS_FOR_STRAYS_AFTER;
            if let Err(error) = sweep_strays(&program).await {
                let why = chain(&error);
                tracing::warn!(error = %why, "files that nothing points at stay for now: {why}");
            }
        }
        tokio::select! {
            () = program.media_marked.notified() => {}
            () = tokio::time::sleep(LOOKS_AGAIN_AFTER) => {}
        }
    }
}

/// Marks files that somebody took in and never sent, and says how many that were.
pub async fn mark_unused(program: &Program) -> StoreResult<u64> {
    let mut n_marked = 0;
    loop {
        let now = program.seams.now();
        let unused = program.store.list_unused_uploads(now.plus_s(-IS_UNUSED_AFTER_S), AT_ONCE).await?;
        let n_now = if unused.is_empty() { 0 } else { program.store.mark_unused_uploads(unused, now).await? };
        n_marked += n_now;
        if n_now == 0 {
            return Ok(n_marked);
        }
    }
}

/// Deletes what is marked, and says how many files that were. One that cannot be deleted does not
/// keep the others; a store that deletes none of several is not asked for more.
pub async fn sweep_marked(program: &Program) -> Result<u32, SweepError> {
    let (mut n_deleted, mut after) = (0, None);
    loop {
        let marked = program.store.list_marked_media(after, AT_ONCE).await?;
        let Some(last) = marked.last().cloned() else { return Ok(n_deleted) };
        let (mut n_now, mut failed) = (0, None);
        for it in marked {
            match program.media.delete(&it.store_key).await {
                Ok(()) => n_now += u32::from(program.store.delete_media(it.id).await?),
                Err(error) => {
                    tracing::warn!(media.id = %it.id, "a deleted file stays for now: {}", chain(&error));
                    failed = Some(error);
                }
            }
        }
        n_deleted += n_now;
        if let Some(error) = failed.filter(|_| n_now == 0) {
            return Err(error.into());
        }
        after = Some(last);
    }
}

/// Deletes files that were kept or begun by a program that did not live to note them, and says how
/// many of the kept ones that were.
pub async fn sweep_strays(program: &Program) -> Result<usize, SweepError> {
    let before = program.seams.now().plus_s(-IS_STRAY_AFTER_S);
    let mut strays = Vec::new();
    for folder in MediaStore::folders() {
        program.media.delete_unfinished(&folder, before).await?;
        let kept = program.media.list_kept(&folder, before).await?;
        if !kept.is_empty() {
            strays.extend(program.store.list_stray_media(kept).await?);
        }
        if strays.len() > MOST_STRAYS {
            tracing::warn!("the media store has many files that this database does not know: none of them is deleted");
            return Ok(0);
        }
    }
    for id in &strays {
        delete_stray(program, *id).await?;
    }
    Ok(strays.len())
}

async fn delete_stray(program: &Program, id: MediaId) -> Result<(), KeepError> {
    program.media.delete(&MediaStore::key(id)).await?;
    tracing::info!(media.id = %id, "deleted a file that nothing pointed at");
    Ok(())
}
