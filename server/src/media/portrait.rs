//! Pictures of our own people: what somebody chose, made a small square, for everybody who is signed in.

use super::arrive::delete;
use super::keep::{KeepError, MediaStore};
use super::upload::convert::{Converted, Unconvertible, square};
use super::{look, sniff};
use crate::program::Program;
use crate::store::media::NewMedia;
use axum::body::Bytes;
use model::media::MediaId;
use model::person::PersonId;

/// Shown at 64 at most, on screens with up to four dots in one.
const SIDE: i32 = 256;
const TAKEN: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// Keeps the file. The caller notes it in its own unit of work, or lets it go again ([`super::arrive::let_go`]).
pub(crate) async fn keep(
    program: &Program,
    by: PersonId,
    bytes: Vec<u8>,
) -> Result<Result<NewMedia, Unconvertible>, KeepError> {
    let head = &bytes[..bytes.len().min(sniff::SNIFFED)];
    if !TAKEN.contains(&sniff::content_type(head)) {
        return Ok(Err(Unconvertible::Unreadable));
    }
    let made = look::alone_on(Bytes::from(bytes), |bytes| square(bytes, SIDE.unsigned_abs())).await;
    let Converted { bytes, content_type } = match made.unwrap_or(Err(Unconvertible::Unreadable)) {
        Ok(made) => made,
        Err(why) => return Ok(Err(why)),
    };
    let id: MediaId = program.seams.new_id();
    let store_key = MediaStore::key(id);
    let n_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let mut writing = program.media.begin(&store_key);
    if let Err(error) = writing.put(Bytes::from(bytes)).await {
        writing.abort().await;
        return Err(error);
    }
    if let Err(error) = writing.finish().await {
        delete(program, id).await;
        return Err(error);
    }
    Ok(Ok(NewMedia {
        id,
        account_id: None,
        store_key,
        name: None,
        content_type: content_type.to_owned(),
        size: n_bytes,
        width: Some(SIDE),
        height: Some(SIDE),
        duration_ms: None,
        blur: None,
        created_by: Some(by),
        created_at: program.seams.now(),
    }))
}
