//! A person's picture, as a plain form with a file in it.

use super::PagesState;
use super::me::{done, page_with};
use crate::pages::me::Saved;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use server::auth::{Caller, Client};
use server::people::picture;
use tower_sessions::Session;

/// A browser reads no answer before it has sent everything: what is too large is heard out, within reason.
const HEARD_MOST: usize = 3 * picture::PICTURE_MOST;

pub(super) fn routes() -> Router<PagesState> {
    Router::new().route("/me/picture", post(set)).route("/me/picture/remove", post(remove))
}

async fn set(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    session: Session,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    // What breaks off is no file, and neither is what is far too large.
    let body = to_bytes(body, HEARD_MOST).await.unwrap_or_default();
    let file = boundary(&parts.headers).and_then(|it| file_in(&body, &it)).unwrap_or_default().to_vec();
    drop(body);
    let request = Request::from_parts(parts, Body::empty());
    match picture::set(&state.program, &caller, &client, file).await {
        Ok(Ok(())) => done(Saved::Picture),
        Ok(Err(words)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page_with(&state, &caller, &session, request, status, |it| it.picture = Some(words)).await
        }
        Err(error) => state.refused(request, "keep a person's picture", error).await,
    }
}

async fn remove(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    match picture::remove(&state.program, &caller, &client, caller.me.id).await {
        Ok(_) => done(Saved::Picture),
        Err(error) => state.refused(request, "remove a person's picture", error).await,
    }
}

/// What parts a form with files.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let fields = kind.strip_prefix("multipart/form-data")?;
    let boundary = fields.split(';').find_map(|it| it.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    (1..=70).contains(&boundary.len()).then(|| format!("--{boundary}"))
}

/// The content of the one part that is a file: this form has no other field.
fn file_in<'b>(body: &'b [u8], boundary: &str) -> Option<&'b [u8]> {
    let find = |all: &[u8], what: &[u8]| all.windows(what.len()).position(|it| it == what);
    let begin = find(body, boundary.as_bytes())? + boundary.len();
    let part = &body[begin..];
    let head = find(part, b"\r\n\r\n")?;
    let is_file = part[..head].windows(9).any(|it| it.eq_ignore_ascii_case(b"filename="));
    let content = &part[head + 4..];
    let end = find(content, format!("\r\n{boundary}").as_bytes())?;
    is_file.then(|| &content[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn body(head: &str, content: &[u8]) -> Vec<u8> {
        [format!("--kiln\r\n{head}\r\n\r\n").as_bytes(), content, b"\r\n--kiln--\r\n"].concat()
    }

    const FILE: &str =
        "Content-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png";

    #[test]
    fn the_file_is_what_was_given() {
        for content in [&b"\x89PNG\r\n\r\n--kil"[..], b"", b"\r\n", &[0; 300]] {
            assert_eq!(file_in(&body(FILE, content), "--kiln"), Some(content));
        }
    }

    #[test]
    fn what_is_no_file_or_broke_off_is_none() {
        let whole = body(FILE, b"kiln");
        for n in 0..whole.len() - 4 {
            assert_eq!(file_in(&whole[..n], "--kiln").filter(|it| *it != b"kiln"), None, "{n}");
        }
        assert_eq!(file_in(&body("Content-Disposition: form-data; name=\"picture\"", b"x"), "--kiln"), None);
        assert_eq!(file_in(&whole, "--other"), None);
        let of = |kind: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            boundary(&headers)
        };
        assert_eq!(of("multipart/form-data; boundary=kiln").as_deref(), Some("--kiln"));
        assert_eq!(of("multipart/form-data; charset=utf-8; boundary=\"kiln\"").as_deref(), Some("--kiln"));
        for kind in ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary="] {
            assert_eq!(of(kind), None, "{kind}");
        }
    }
}
