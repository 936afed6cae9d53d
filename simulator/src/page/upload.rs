//! Files from the phones: `POST /control/files` with the file as the body.

use crate::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

/// As much as either platform takes.
pub const MOST_BYTES: usize = 25 * 1024 * 1024;

/// Content type, the kind of attachment, and how names of it end. Nothing that a browser would run.
const KINDS: [(&str, &str, &str); 15] = [
    ("image/jpeg", "image", "jpg"),
    ("image/png", "image", "png"),
    ("image/gif", "image", "gif"),
    ("image/webp", "image", "webp"),
    ("video/mp4", "video", "mp4"),
    ("video/quicktime", "video", "mov"),
    ("video/webm", "video", "webm"),
    ("audio/mpeg", "audio", "mp3"),
    ("audio/mp4", "audio", "m4a"),
    ("audio/aac", "audio", "aac"),
    ("audio/wav", "audio", "wav"),
    ("audio/x-wav", "audio", "wav"),
    ("audio/ogg", "audio", "ogg"),
    ("audio/webm", "audio", "weba"),
    ("application/pdf", "file", "pdf"),
];

pub async fn upload(State(simulator): State<Shared>, headers: HeaderMap, bytes: Bytes) -> Response {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((content_type, kind, end)) = KINDS.iter().find(|it| it.0 == essence) else {
        let message = "content-type: expected a picture, a sound, a video or a PDF\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response();
    };
    if bytes.is_empty() {
        return (StatusCode::UNPROCESSABLE_ENTITY, "the body is the file, and is empty\n").into_response();
    }
    let url = simulator.change(|world| {
        let name = format!("{}.{end}", world.ids.object());
        world.files.add(&name, content_type, bytes)
    });
    (StatusCode::CREATED, Json(json!({"url": url, "type": kind}))).into_response()
}
