//! `POST /media`: a file that somebody is about to send in a conversation. It is kept as it comes, told
//! by its bytes, made into what Meta takes where that can be done, and noted; the browser then sees
//! what will be sent. `DELETE /media/{id}` takes it away again.

pub(crate) mod convert;
mod name;
mod receive;
mod words;

use super::arrive::delete;
use super::keep::{KeepError, MediaStore};
use super::look;
use crate::auth::caller::{Caller, refusal};
use crate::http::fault::Fault;
use crate::program::Program;
use crate::store::media::NewMedia;
use crate::store::uploads::UploadPlace;
use crate::store::{StoreError, StoreResult};
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, http::header::CONTENT_LENGTH};
use convert::Converted;
use model::ids::ConversationId;
use model::media::{MediaId, UploadRefused, UploadedMedia};
use model::outgoing::{can_be_converted, file_kind, fits};
use receive::Received;
use serde::Deserialize;

#[derive(Debug, thiserror::Error)]
enum UploadError {
    #[error("there is no such conversation")]
    NoConversation,
    #[error("the file is too large")]
    TooLarge(String),
    #[error("the file cannot be sent")]
    Unfit(String),
    #[error("the file broke off")]
    BrokenOff,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keep(#[from] KeepError),
    #[error("taking in a file panicked")]
    Panicked,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    conversation: String,
    #[serde(default)]
    name: String,
}

pub(super) async fn take_in(
    State(program): State<Program>,
    Query(wanted): Query<Wanted>,
    caller: Option<Extension<Caller>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(Extension(caller)) = caller else { return refusal(&method, &uri) };
    let announced = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    // A browser that goes away ends the request wherever it is; what has begun must be cleared up.
    let taking = program.workers.spawn({
        let program = program.clone();
        async move {
            let place = find_place(&program, &caller, &wanted.conversation).await?;
            Upload { program: &program, place, caller: &caller }.take(&wanted.name, announced, body).await
        }
    });
    let taken = taking.await.unwrap_or(Err(UploadError::Panicked));
    metrics::counter!("switchboard_media_uploaded_total", "outcome" => outcome(&taken)).increment(1);
    match taken {
        Ok(media) => (StatusCode::CREATED, Json(media)).into_response(),
        Err(error) => answer(error),
    }
}

fn outcome(taken: &Result<UploadedMedia, UploadError>) -> &'static str {
    match taken {
        Ok(media) if media.changed.is_some() => "converted",
        Ok(_) => "kept",
        Err(UploadError::NoConversation) => "no_conversation",
        Err(UploadError::TooLarge(_)) => "too_large",
        Err(UploadError::Unfit(_)) => "refused",
        Err(UploadError::BrokenOff) => "broken_off",
        Err(UploadError::Store(_) | UploadError::Keep(_) | UploadError::Panicked) => "failed",
    }
}

fn answer(error: UploadError) -> Response {
    let (status, problem) = match error {
        UploadError::NoConversation => (StatusCode::NOT_FOUND, words::NO_CONVERSATION.to_owned()),
        UploadError::TooLarge(problem) => (StatusCode::PAYLOAD_TOO_LARGE, problem),
        UploadError::Unfit(problem) => (StatusCode::UNPROCESSABLE_ENTITY, problem),
        UploadError::BrokenOff => (StatusCode::BAD_REQUEST, words::BROKEN_OFF.to_owned()),
        error => return Fault::of("take in a file", &error).into_response(),
    };
    (status, Json(UploadRefused { problem })).into_response()
}

/// `NoConversation` too if it is one that the person may not see.
async fn find_place(program: &Program, caller: &Caller, conversation: &str) -> Result<UploadPlace, UploadError> {
    let conversation: ConversationId = conversation.parse().map_err(|_| UploadError::NoConversation)?;
    let place = program.store.find_upload_place(conversation).await?.ok_or(UploadError::NoConversation)?;
    let sight = program.store.find_sight(caller.me.id).await?;
    if sight.is_some_and(|it| it.includes(place.account)) { Ok(place) } else { Err(UploadError::NoConversation) }
}

struct Upload<'a> {
    program: &'a Program,
    place: UploadPlace,
    caller: &'a Caller,
}

impl Upload<'_> {
    /// After an error there is no file and no row.
    async fn take(&self, name: &str, announced: Option<i64>, body: Body) -> Result<UploadedMedia, UploadError> {
        let received = receive::receive(self.program, self.place.platform, announced, body).await?;
        let id = received.id;
        let (fitting, changed) = match self.fit(received).await {
            Ok(fitting) => fitting,
            Err(error) => {
                delete(self.program, id).await;
                return Err(error);
            }
        };
        let media = self.describe(name, &fitting).await;
        if let Err(error) = self.program.store.insert_upload(media.clone()).await {
            delete(self.program, media.id).await;
            return Err(error.into());
        }
        Ok(UploadedMedia {
            id: media.id,
            kind: file_kind(&media.content_type),
            name: media.name.unwrap_or_default(),
            content_type: media.content_type,
            size: media.size,
            width: media.width,
            height: media.height,
            duration_ms: media.duration_ms,
            blur: media.blur,
            changed,
        })
    }

    /// What is to be sent, and how it differs from what was given.
    async fn fit(&self, given: Received) -> Result<(Received, Option<String>), UploadError> {
        let Received { content_type, size, .. } = given;
        if size == 0 {
            return Err(UploadError::Unfit(words::EMPTY.to_owned()));
        }
        let platform = self.place.platform;
        let kind = file_kind(content_type);
        let Err(problem) = fits(platform, kind, content_type, size) else { return Ok((given, None)) };
        let problem = problem.words();
        if !can_be_converted(content_type) {
            return Err(UploadError::Unfit(problem));
        }
        let made = match convert::convert(&self.program.media, &MediaStore::key(given.id)).await? {
            Ok(made) => made,
            Err(why) => return Err(UploadError::Unfit(format!("{problem} {}", words::why_not(why)))),
        };
        let made = self.put(made).await?;
        delete(self.program, given.id).await;
        let changed = words::what_changed(platform, &given, &made);
        Ok((made, Some(changed)))
    }

    async fn put(&self, made: Converted) -> Result<Received, KeepError> {
        let id: MediaId = self.program.seams.new_id();
        let size = i64::try_from(made.bytes.len()).unwrap_or(i64::MAX);
        let mut writing = self.program.media.begin(&MediaStore::key(id));
        match writing.put(Bytes::from(made.bytes)).await {
            Ok(()) => writing.finish().await?,
            Err(error) => {
                writing.abort().await;
                return Err(error);
            }
        }
        Ok(Received { id, content_type: made.content_type, size })
    }

    async fn describe(&self, name: &str, file: &Received) -> NewMedia {
        let store_key = MediaStore::key(file.id);
        let is_picture = file.content_type.starts_with("image/");
        let look = if is_picture { look::look_at(&self.program.media, &store_key).await } else { None };
        NewMedia {
            id: file.id,
            account_id: Some(self.place.account),
            store_key,
            name: Some(name::tidy(name, file.content_type)),
            content_type: file.content_type.to_owned(),
            size: file.size,
            width: look.as_ref().map(|it| it.width),
            height: look.as_ref().map(|it| it.height),
            duration_ms: None,
            blur: look.map(|it| it.blur),
            created_by: Some(self.caller.me.id),
            created_at: self.program.seams.now(),
        }
    }
}

pub(super) async fn take_away(
    State(program): State<Program>,
    Path(id): Path<String>,
    caller: Option<Extension<Caller>>,
    method: Method,
    uri: Uri,
) -> Response {
    let Some(Extension(caller)) = caller else { return refusal(&method, &uri) };
    match taken_away(&program, &caller, &id).await {
        Ok(true) => {
            program.media_marked.notify_one();
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(false) => super::serve::not_found(),
        Err(error) => Fault::of("take a file away", &error).into_response(),
    }
}

async fn taken_away(program: &Program, caller: &Caller, id: &str) -> StoreResult<bool> {
    let Ok(id) = id.parse() else { return Ok(false) };
    program.store.take_upload_away(id, caller.me.id, program.seams.now()).await
}
