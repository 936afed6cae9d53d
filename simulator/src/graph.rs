//! The Graph API of both hosts. `reading` makes a `Call` of a request, one function for each kind of
//! thing answers it, `error` says what Meta says when it refuses. What goes wrong on demand goes
//! wrong in `handle`; whatever was asked stands in the world's record afterwards.

mod asked;
mod batch;
pub mod call;
mod conversations;
mod error;
mod fields;
pub mod limits;
mod login_page;
mod me;
mod media;
mod media_list;
mod messages;
mod oauth;
mod object;
mod paging;
mod parts;
mod profile;
pub mod reading;
#[cfg(test)]
pub mod reading_tests;
mod refusal;
mod send;
mod subscriptions;
#[cfg(test)]
mod tests;
mod thread;
mod tokens;
mod upload;
mod whose;

use crate::Shared;
use crate::connection::{Peer, Way};
use crate::faults::Kind;
use crate::world::record;
use axum::Json;
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use call::Call;
use error::{GraphError, Wrong};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

pub fn routes() -> Router<Shared> {
    oauth::routes().fallback(answer).layer(DefaultBodyLimit::max(reading::MOST_BYTES))
}

/// A batch is posted to where the pages are.
pub fn beside(pages: MethodRouter<Shared>) -> MethodRouter<Shared> {
    pages.fallback(answer).layer(DefaultBodyLimit::max(reading::MOST_BYTES))
}

pub use asked::id as id_of;

type Answer = Result<Value, GraphError>;

/// Which function answers what.
async fn dispatch(simulator: &Shared, call: &Call) -> Answer {
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
        (&Method::POST, [id, "subscriptions"]) => subscriptions::subscribe_app(simulator, call, id).await,
        (&Method::DELETE, [id, "subscriptions"]) => simulator.change(|world| subscriptions::end(world, call, id)),
        (&Method::GET, [id, "thread_owner"]) => thread::owner(&simulator.look(), call, id),
        (&Method::GET, [id, "secondary_receivers"]) => thread::secondary_receivers(&simulator.look(), call, id),
        (&Method::POST, [id, "pass_thread_control"]) => simulator.change(|world| thread::pass(world, call, id)),
        (&Method::POST, [id, "take_thread_control"]) => simulator.change(|world| thread::take(world, call, id)),
        (&Method::POST, [id, "request_thread_control"]) => simulator.change(|world| thread::request(world, call, id)),
        (&Method::POST, [id, "release_thread_control"]) => simulator.change(|world| thread::release(world, call, id)),
        (&Method::POST, [id, "extend_thread_control"]) => simulator.change(|world| thread::extend(world, call, id)),
        (&Method::POST, [id, "messages"]) => send::send(simulator, call, id).await,
        (&Method::POST, [id, "message_attachments"]) => upload::upload(simulator, call, id).await,
        (&Method::GET, _) => Err(Wrong::NoSuchObject(call.path.join("/")).error()),
        _ => Err(Wrong::NoSuchTarget(call.path.join("/")).error()),
    }
}

/// What is answered, before it goes its way.
struct Answered {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Value,
}

async fn answer(State(simulator): State<Shared>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|it| it.0.clone());
    let call = reading::read(request).await;
    // A client that goes away meanwhile does not undo what it asked for.
    let handled = tokio::spawn(handle(Arc::clone(&simulator), call));
    match handled.await {
        Ok((answered, way)) => way.take(&simulator, peer.as_ref(), respond(answered)).await,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn respond(answered: Answered) -> Response {
    let mut response = (answered.status, Json(answered.body)).into_response();
    for (name, value) in answered.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Does what was asked, or what goes wrong instead of it.
async fn handle(simulator: Shared, mut call: Call) -> (Answered, Way) {
    let (account_id, fault) = {
        let mut world = simulator.look();
        let account_id = call.account(&world);
        // What goes wrong with a batch goes wrong with its parts.
        let fault = if batch::is_one(&call) { None } else { world.faults.of_request(&call, account_id.as_deref()) };
        (account_id, fault)
    };
    call.echo_first = fault == Some(Kind::EchoFirst);
    let mut way = match &fault {
        Some(Kind::Timeout | Kind::TimeoutAfterDelivery) => Way::Never,
        Some(Kind::Cut | Kind::CutAfterDelivery) => Way::Cut,
        Some(Kind::Slow { ms }) => Way::Late(Duration::from_millis(*ms)),
        _ => Way::Now,
    };
    let answer = match fault {
        Some(Kind::Error { code, subcode, status }) => Err(GraphError::of_fault(code, subcode, status)),
        Some(Kind::Timeout | Kind::Cut) => Ok(Value::Null),
        fault => {
            let (answer, way_of_parts) = done(&simulator, &call).await;
            way = way.max(way_of_parts);
            match (fault, answer) {
                (Some(Kind::ErrorAfterDelivery), Ok(_)) => Err(Wrong::SentButError.error()),
                (_, answer) => answer,
            }
        }
    };
    let answered = finish(&simulator, &call, account_id, answer, &way);
    (answered, way)
}

async fn done(simulator: &Shared, call: &Call) -> (Answer, Way) {
    if let Some(wrong) = &call.malformed {
        return (Err(wrong.error()), Way::Now);
    }
    if batch::is_one(call) {
        return Box::pin(batch::answer(simulator, call)).await;
    }
    (dispatch(simulator, call).await, Way::Now)
}

/// The answer in its form, and all of it in the record.
fn finish(simulator: &Shared, call: &Call, account_id: Option<String>, answer: Answer, way: &Way) -> Answered {
    let mut world = simulator.look();
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => (error.status, error.body(&world.ids.fbtrace())),
    };
    let mut headers = account_id.as_deref().map(|it| world.usage(it)).unwrap_or_default();
    let at = world.now_ms();
    headers.extend(asked::http_date(at).map(|it| ("date", it)));
    world.requests.add(record::Request {
        at,
        method: call.method.to_string(),
        path: call.raw_path.clone(),
        account_id,
        body: call.told(),
        status: if way.answers() { status.as_u16() } else { 0 },
        answer: body.clone(),
    });
    drop(world);
    simulator.changed.send_replace(());
    Answered { status, headers, body }
}
