//! The Graph API of both hosts. `call` reads a request, one function for each kind of thing answers
//! it, `error` says what Meta says when it refuses.

mod asked;
mod call;
mod conversations;
mod error;
mod fields;
mod limits;
mod login_page;
mod me;
mod media_list;
mod messages;
mod oauth;
mod object;
mod paging;
mod parts;
mod profile;
#[cfg(test)]
pub mod reading_tests;
mod refusal;
mod subscriptions;
mod thread;
mod tokens;
mod whose;

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
    oauth::routes().fallback(answer)
}

pub use asked::id as id_of;

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
        (&Method::GET, ["access_token"]) => simulator.change(|world| tokens::instagram_exchange(world, call)),
        (&Method::GET, ["refresh_access_token"]) => simulator.change(|world| tokens::instagram_refresh(world, call)),
        (&Method::GET | &Method::POST, ["oauth", "access_token"]) => {
            simulator.change(|world| tokens::facebook(world, call))
        }
        (&Method::GET, ["debug_token"]) => tokens::debug(&simulator.look(), call),
        (&Method::GET, [id]) => object::read(&mut simulator.look(), call, id),
        (&Method::GET, [id, "conversations"]) => conversations::list(&mut simulator.look(), call, id),
        (&Method::GET, [id, "messages"]) => object::messages_of(&mut simulator.look(), call, id),
        (&Method::GET, [id, "media"]) => media_list::list(&simulator.look(), call, id),
        (&Method::GET, [id, "stories"]) => media_list::stories(&simulator.look(), call, id),
        (&Method::GET, [id, "comments"]) => media_list::comments(&simulator.look(), call, id),
        (&Method::GET, [id, "replies"]) => media_list::replies(&simulator.look(), call, id),
        (&Method::GET, [id, "accounts"]) => me::accounts(&mut simulator.look(), call, id),
        (&Method::GET, [id, "subscribed_apps"]) => subscriptions::list(&simulator.look(), call, id),
        (&Method::POST, [id, "subscribed_apps"]) => simulator.change(|world| subscriptions::subscribe(world, call, id)),
        (&Method::DELETE, [id, "subscribed_apps"]) => {
            simulator.change(|world| subscriptions::unsubscribe(world, call, id))
        }
        (&Method::GET, [id, "subscriptions"]) => subscriptions::of_app(&simulator.look(), call, id),
        (&Method::POST, [id, "subscriptions"]) => simulator.change(|world| {
            let wish = subscriptions::wish(world, call, id)?;
            subscriptions::grant(world, wish)
        }),
        (&Method::DELETE, [id, "subscriptions"]) => simulator.change(|world| subscriptions::end(world, call, id)),
        (&Method::GET, [id, "thread_owner"]) => thread::owner(&simulator.look(), call, id),
        (&Method::GET, [id, "secondary_receivers"]) => thread::secondary_receivers(&simulator.look(), call, id),
        (&Method::POST, [id, "pass_thread_control"]) => simulator.change(|world| thread::pass(world, call, id)),
        (&Method::POST, [id, "take_thread_control"]) => simulator.change(|world| thread::take(world, call, id)),
        (&Method::POST, [id, "request_thread_control"]) => simulator.change(|world| thread::request(world, call, id)),
        (&Method::POST, [id, "release_thread_control"]) => simulator.change(|world| thread::release(world, call, id)),
        (&Method::POST, [id, "extend_thread_control"]) => simulator.change(|world| thread::extend(world, call, id)),
        _ => Err(Wrong::NoSuchObject(call.path.join("/")).error()),
    }
}

async fn read(request: Request<Body>) -> Result<Call, Response> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, 32 * 1024 * 1024).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let mut params = Map::new();
    let query = format!("http://query/?{}", parts.uri.query().unwrap_or_default());
    for (key, value) in reqwest::Url::parse(&query).iter().flat_map(reqwest::Url::query_pairs) {
        params.insert(key.into_owned(), value.into_owned().into());
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
