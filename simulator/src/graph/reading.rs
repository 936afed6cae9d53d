//! Requests as they come, made one thing: whatever the version in the path, the place of the token,
//! and the encoding of the body.

use super::call::{Call, File};
use super::error::Wrong;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value};
use url::form_urlencoded;

/// A file of the largest size that is allowed, its wrapping, and some more so that a file too large
/// is refused as such.
pub const MOST_BYTES: usize = 40 * 1024 * 1024;

pub async fn read(request: Request) -> Call {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let mut call = Call { token: bearer(&headers), ..of_path(method, uri.path()) };
    call.params = form(uri.query().unwrap_or_default().as_bytes());
    match body(&headers, request).await {
        Ok((body, file)) => {
            call.params.extend(body);
            call.file = file;
        }
        Err(wrong) => call.malformed = Some(wrong),
    }
    with_its_token(call)
}

/// One of a batch: it has the token of the whole unless it brings its own.
pub fn part(whole: &Call, part: &Value) -> Option<Call> {
    let method = part.get("method")?.as_str()?.to_ascii_uppercase().parse().ok()?;
    let relative = part.get("relative_url")?.as_str()?;
    let (path, query) = relative.split_once('?').unwrap_or((relative, ""));
    let mut call = of_path(method, &format!("/{}", path.trim_start_matches('/')));
    call.params = form(query.as_bytes());
    match part.get("body") {
        Some(Value::String(body)) => call.params.extend(form(body.as_bytes())),
        Some(Value::Object(body)) => call.params.extend(body.clone()),
        _ => {}
    }
    if let Some(proof) = whole.params.get("appsecret_proof") {
        call.params.entry("appsecret_proof").or_insert_with(|| proof.clone());
    }
    let call = with_its_token(call);
    Some(Call { token: call.token.clone().or_else(|| whole.token.clone()), ..call })
}

pub fn of_path(method: Method, raw_path: &str) -> Call {
    let mut path: Vec<String> = raw_path.split('/').filter(|it| !it.is_empty()).map(decoded).collect();
    if path.first().is_some_and(|it| is_version(it)) {
        path.remove(0);
    }
    Call {
        method,
        raw_path: raw_path.to_owned(),
        path,
        params: Map::new(),
        file: None,
        token: None,
        malformed: None,
        echo_first: false,
    }
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit() || it == '.'))
}

fn decoded(part: &str) -> String {
    // In a path, unlike in a form, a plus is a plus.
    let escaped = part.replace('+', "%2B");
    form_urlencoded::parse(format!("it={escaped}").as_bytes()).next().map_or_else(String::new, |it| it.1.into_owned())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let known = ["bearer", "oauth"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
    known.then(|| token.trim().to_owned())
}

/// What is asked with is no part of what is asked for.
fn with_its_token(mut call: Call) -> Call {
    if let Some(Value::String(token)) = call.params.remove("access_token") {
        call.token = call.token.or(Some(token));
    }
    call
}

type Body = (Map<String, Value>, Option<File>);

async fn body(headers: &HeaderMap, request: Request) -> Result<Body, Wrong> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, &()).await;
        return multipart(form.map_err(|_| Wrong::parameter("The multipart body could not be read"))?).await;
    }
    let bytes = to_bytes(request.into_body(), MOST_BYTES).await.map_err(|_| Wrong::MediaTooLarge)?;
    let looks_like_json = bytes.iter().find(|it| !it.is_ascii_whitespace()).is_some_and(|it| b"{[".contains(it));
    match () {
        () if bytes.is_empty() => Ok((Map::new(), None)),
        () if content_type.contains("json") || (looks_like_json && !content_type.contains("urlencoded")) => {
            json(&bytes)
        }
        () => Ok((form(&bytes), None)),
    }
}

fn json(bytes: &Bytes) -> Result<Body, Wrong> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(body)) => Ok((body, None)),
        Ok(_) => Err(Wrong::parameter("The body must be a JSON object")),
        Err(_) => Err(Wrong::parameter("The body is not valid JSON")),
    }
}

fn form(encoded: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(encoded).map(|(key, text)| (key.into_owned(), value(&text))).collect()
}

async fn multipart(mut form: Multipart) -> Result<Body, Wrong> {
    let unreadable = |_| Wrong::parameter("The multipart body could not be read");
    let (mut params, mut file) = (Map::new(), None);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let key = field.name().unwrap_or_default().to_owned();
        if key == "filedata" {
            let name = field.file_name().unwrap_or_default().to_owned();
            let content_type = field.content_type().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|_| Wrong::MediaTooLarge)?;
            file = Some(File { name, content_type, bytes });
        } else {
            params.insert(key, value(&field.text().await.map_err(unreadable)?));
        }
    }
    Ok((params, file))
}

/// `message={"text":"…"}`: what looks like JSON in a form is read as it.
fn value(text: &str) -> Value {
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    looks_like_json.then(|| serde_json::from_str(text).ok()).flatten().unwrap_or_else(|| text.into())
}
