//! `GET /media/{id}`: a kept file, for whoever may see it or has a signed link. A name may stand behind
//! the id, for readers that go by it.

use super::range::{Part, is_known, part};
use super::sniff::is_shown;
use super::{link, post, story, upload};
use crate::auth::caller::{Caller, refusal};
use crate::http::fault::Fault;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::media::StoredMedia;
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{self, get};
use model::media::MediaId;
use serde::Deserialize;

/// Whatever the file is, nothing in it runs.
const POLICY: &str = "sandbox; default-src 'none'";

pub fn routes(program: &Program) -> Router {
    Router::new()
        .route("/media", routing::post(upload::take_in))
        .route("/media/{id}", get(serve).delete(upload::take_away))
        .route("/media/{id}/{name}", get(serve))
        .route("/media/post/{picture}", get(post::pass))
        .route("/media/story/{message}/{position}", get(story::pass))
        .with_state(program.clone())
}

#[derive(Deserialize)]
struct Which {
    id: String,
}

async fn serve(
    State(program): State<Program>,
    Path(Which { id }): Path<Which>,
    caller: Option<Extension<Caller>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let id = id.parse::<MediaId>().ok();
    let opened = id.filter(|id| link::opens(&program.media_key, *id, query, program.seams.now()));
    let found = match (opened, caller) {
        (Some(id), _) => program.store.media_by_id(id).await,
        (None, Some(Extension(caller))) => visible(&program, id, &caller).await,
        // A link that ran out is not a reason to sign in.
        (None, None) if query.contains("sig=") => Ok(None),
        (None, None) => return refusal(&method, &uri),
    };
    match found {
        Ok(Some(media)) => answer(&program, &media, &headers).await,
        Ok(None) => not_found(),
        Err(error) => Fault::of("look up a file", &error).into_response(),
    }
}

async fn visible(program: &Program, id: Option<MediaId>, caller: &Caller) -> StoreResult<Option<StoredMedia>> {
    match id {
        Some(id) => program.store.media_for_person(id, caller.me.id, caller.me.role).await,
        None => Ok(None),
    }
}

pub(super) fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "no such file\n").into_response()
}

async fn answer(program: &Program, media: &StoredMedia, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", media.id);
    if is_known(headers, &etag) {
        return with_headers(StatusCode::NOT_MODIFIED.into_response(), media, &etag);
    }
    let range = match part(headers, &etag, media.size) {
        Part::Whole => None,
        Part::Some(range) => Some(range),
        Part::Nowhere => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            insert(&mut response, CONTENT_RANGE, &format!("bytes */{}", media.size));
            return response;
        }
    };
    let reading = match program.media.read(&media.store_key, range.clone()).await {
        Ok(Some(reading)) => reading,
        Ok(None) => {
            tracing::warn!(media.id = %media.id, "a file is in the database and not in the media store");
            return not_found();
        }
        Err(error) => return Fault::of("read a file", &error).into_response(),
    };
    let mut response = Body::from_stream(reading.bytes).into_response();
    insert(&mut response, CONTENT_LENGTH, &reading.n_bytes.to_string());
    if let Some(range) = range {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let last = range.end.saturating_sub(1);
        insert(&mut response, CONTENT_RANGE, &format!("bytes {}-{last}/{}", range.start, media.size));
    }
    with_headers(response, media, &etag)
}

/// Shown in place and kept nowhere.
pub(super) fn shown_only(mut response: Response<Body>, content_type: &str) -> Response {
    insert(&mut response, CACHE_CONTROL, "no-store");
    insert(&mut response, CONTENT_TYPE, content_type);
    insert(&mut response, CONTENT_DISPOSITION, "inline");
    insert(&mut response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    insert(&mut response, CONTENT_SECURITY_POLICY, POLICY);
    response
}

fn with_headers(mut response: Response<Body>, media: &StoredMedia, etag: &str) -> Response {
    insert(&mut response, ETAG, etag);
    insert(&mut response, ACCEPT_RANGES, "bytes");
    // A file never changes. Whoever was let in may keep it.
    insert(&mut response, CACHE_CONTROL, "private, max-age=31536000, immutable");
    insert(&mut response, CONTENT_TYPE, &media.content_type);
    insert(&mut response, CONTENT_DISPOSITION, &disposition(media));
    insert(&mut response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    insert(&mut response, CONTENT_SECURITY_POLICY, POLICY);
    response
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Shown in place or saved, under a name that no letter of can end the header.
fn disposition(media: &StoredMedia) -> String {
    let how = if is_shown(&media.content_type) { "inline" } else { "attachment" };
    let Some(name) = media.name.as_deref().filter(|it| !it.is_empty()) else { return how.to_owned() };
    let is_plain = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_' | ' ');
    let plain: String = name.chars().map(|it| if is_plain(&it) { it } else { '_' }).collect();
    let whole: String = name.bytes().fold(String::new(), |mut whole, byte| {
        use std::fmt::Write as _;
        let _ = match char::from(byte) {
            it if it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_') => write!(whole, "{it}"),
            _ => write!(whole, "%{byte:02X}"),
        };
        whole
    });
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;
    use proptest::prelude::*;

    fn media(content_type: &str, name: Option<&str>) -> StoredMedia {
        StoredMedia {
            id: MediaId::compose(0, [0; 10]),
            store_key: "a".to_owned(),
            name: name.map(str::to_owned),
            content_type: content_type.to_owned(),
            size: 1,
        }
    }

    #[test]
    fn a_file_is_shown_or_saved_under_its_name() {
        for (content_type, name, expected) in [
            ("image/png", None, "inline"),
            ("image/svg+xml", None, "attachment"),
            ("application/pdf", Some(""), "attachment"),
            ("text/html", Some("a.html"), "attachment; filename=\"a.html\"; filename*=UTF-8''a.html"),
            (
                "application/pdf",
                Some("Glasur \"ü\"\r\nSet-Cookie: a=b.pdf"),
                "attachment; filename=\"Glasur _____Set-Cookie_ a_b.pdf\"; \
                 filename*=UTF-8''Glasur%20%22%C3%BC%22%0D%0ASet-Cookie%3A%20a%3Db.pdf",
            ),
        ] {
            assert_eq!(disposition(&media(content_type, name)), expected, "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn any_name_can_be_said(name: String) {
            let said = disposition(&media("application/pdf", Some(&name)));
            prop_assert!(HeaderValue::from_str(&said).is_ok());
            prop_assert!(name.is_empty() || said.matches('"').count() == 2);
        }
    }
}
