//! A person's picture: their own to change and to remove; an admin may remove it, too.

use super::{PeopleError, PeopleResult, change};
use crate::auth::{Caller, Client};
use crate::media::arrive::let_go;
use crate::media::portrait;
use crate::media::upload::convert::Unconvertible;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::people::PersonChange;
use model::may::Act;
use model::media::MediaId;
use model::people::Refusal;
use model::person::PersonId;

/// Larger ones are not even looked at.
pub const PICTURE_MOST: usize = 8 * 1024 * 1024;

/// Why a picture is not taken: a sentence for whoever chose it.
pub type NotTaken = &'static str;

const NONE: NotTaken = "Choose a picture first.";
const TOO_LARGE: NotTaken = "This picture is larger than 8 MB. Choose a smaller one.";
const UNREADABLE: NotTaken = "This is no picture that can be read. PNG, JPEG and WebP can be.";
const MOVING: NotTaken = "This picture moves. Choose one that stands still.";

/// Everybody who has one.
pub async fn faces(program: &Program) -> StoreResult<Vec<(PersonId, MediaId)>> {
    program.store.list_faces().await
}

/// In place of the one before. A browser that goes away ends the request wherever it is; what has begun must be
/// cleared up, so it is done beside it.
pub async fn set(
    program: &Program,
    caller: &Caller,
    client: &Client,
    bytes: Vec<u8>,
) -> PeopleResult<Result<(), NotTaken>> {
    caller.may(Act::OwnPage)?;
    match bytes.len() {
        0 => return Ok(Err(NONE)),
        n if n > PICTURE_MOST => return Ok(Err(TOO_LARGE)),
        _ => {}
    }
    let (to, change) = (program.clone(), change(program, caller, client, caller.me.id));
    let taking = program.workers.spawn(async move { take(&to, change, bytes).await });
    taking.await.unwrap_or(Err(PeopleError::Panicked))
}

async fn take(program: &Program, change: PersonChange, bytes: Vec<u8>) -> PeopleResult<Result<(), NotTaken>> {
    let picture = match portrait::keep(program, change.person, bytes).await? {
        Ok(picture) => picture,
        Err(Unconvertible::Moving) => return Ok(Err(MOVING)),
        Err(Unconvertible::Unreadable) => return Ok(Err(UNREADABLE)),
    };
    // After an error nobody knows whether the row is there; if it is not, the file is a stray.
    let done = program.store.set_picture(change, Some(picture.clone())).await?;
    if done.is_err() {
        let_go(program, &picture).await;
    }
    program.media_marked.notify_one();
    Ok(Ok(()))
}

/// One's own, or as an admin somebody else's.
pub async fn remove(
    program: &Program,
    caller: &Caller,
    client: &Client,
    person: PersonId,
) -> PeopleResult<Result<(), Refusal>> {
    caller.may(if person == caller.me.id { Act::OwnPage } else { Act::RunPeople })?;
    let done = program.store.set_picture(change(program, caller, client, person), None).await?;
    program.media_marked.notify_one();
    Ok(done)
}
