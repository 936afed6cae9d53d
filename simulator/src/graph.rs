//! The Graph API of both hosts. `call` reads a request, one function for each kind of thing answers
//! it, `error` says what Meta says when it refuses.

mod call;
mod error;
mod profile;

use crate::Shared;
use axum::Json;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use call::Call;
use error::{GraphError, Wrong};
use serde_json::{Map, Value};

pub fn routes() -> Router<Shared> {
    Router::new().fallback(answer)
}

type Answer = Result<Value, GraphError>;

async fn answer(State(simulator): State<Shared>, request: Request) -> Response {
    let call = match read(request).await {
        Ok(call) => call,
        Err(response) => return response,
    };
    match dispatch(&simulator, &call) {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => {
            let fbtrace = simulator.look().ids.fbtrace();
            (error.status, Json(error.body(&fbtrace))).into_response()
        }
    }
}

/// Which function answers what.
fn dispatch(simulator: &Shared, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (&call.method, path.as_slice()) {
        (&Method::GET, [id]) => profile::read(&simulator.look(), call, id),
        _ => Err(Wrong::NoSuchObject(call.path.join("/")).error()),
    }
}

async fn read(request: Request<Body>) -> Result<Call, Response> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, 32 * 1024 * 1024).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let mut params = Map::new();
    for (key, value) in parts.uri.query().unwrap_or_default().split('&').filter_map(|it| it.split_once('=')) {
        params.insert(key.to_owned(), value.into());
    }
    if let Ok(Value::Object(body)) = serde_json::from_slice(&bytes) {
        params.extend(body);
    }
    let header = parts.headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok());
    let bearer = header.and_then(|it| it.strip_prefix("Bearer ")).map(str::to_owned);
    let in_query = params.remove("access_token").and_then(|it| it.as_str().map(str::to_owned));
    let mut path: Vec<String> = parts.uri.path().split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect();
    if path.first().is_some_and(|it| is_version(it)) {
        path.remove(0);
    }
    Ok(Call { method: parts.method, path, params, file: None, token: bearer.or(in_query) })
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit() || it == '.'))
}
