//! Who a request comes from: read once, before any page or function sees the request.

use super::sessions::{SESSION_DAYS, fingerprint_of};
use crate::http::EVENTS;
use crate::http::fault::Fault;
use crate::program::Program;
use crate::start::chain;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use model::person::{Me, PersonId};
use model::time::{DAY_S, MINUTE_S, Timestamp};
use std::net::{IpAddr, SocketAddr};
use tower_sessions::Session;

/// Whoever is signed in and asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub me: Me,
    pub business: String,
}

/// The address a request comes from, as far as it can be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(pub String);

/// The same, and what it comes from, as it calls itself: for signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub address: String,
    pub user_agent: String,
}

/// Longer than any browser's.
const USER_AGENT_MOST: usize = 300;

/// A person is noted as seen this often.
const SEEN_EVERY_MS: i64 = MINUTE_S * 1000;

/// What a call of a signed-out browser is answered, in the words of the pages' own error.
pub const SIGNED_OUT: &str = "\"signed_out\"";

/// When the session was last renewed, so that it runs on while it is used.
const RENEWED: &str = "renewed";

/// Puts `Address`, `Client` and, if somebody is signed in, `Caller` into the request.
pub async fn identify(State(program): State<Program>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let address = address(peer, request.headers(), &program.trusted_proxies);
    let user_agent = request.headers().get(USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let client = Client { address: address.clone(), user_agent: user_agent.chars().take(USER_AGENT_MOST).collect() };
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(Address(address));
    if let Some(session) = request.extensions().get::<Session>().cloned() {
        match read(&program, &session).await {
            Ok(Some((caller, lacks_second_factor))) => {
                if lacks_second_factor {
                    request.extensions_mut().insert(SetUpFirst);
                }
                if !lacks_second_factor || sets_up(request.uri()) {
                    request.extensions_mut().insert(caller);
                }
            }
            Ok(None) => {}
            Err(error) => return Fault::of("look up who is signed in", &error).into_response(),
        }
    }
    next.run(request).await
}

/// Everybody must have a second factor, and whoever asks has none: nothing else is theirs until they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetUpFirst;

/// Where a second factor is set up.
pub const SECOND_FACTOR: &str = "/me/second-factor";

fn sets_up(uri: &Uri) -> bool {
    uri.path().strip_prefix(SECOND_FACTOR).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn read(program: &Program, session: &Session) -> Result<Option<(Caller, bool)>, super::AuthError> {
    let Some(fingerprint) = fingerprint_of(session) else { return Ok(None) };
    let now = program.seams.now();
    let found = program.store.find_signed_in_with(fingerprint.clone(), now).await?;
    let Some((found, times)) = found else { return Ok(None) };
    if times.expires_at.since_ms(now) < (SESSION_DAYS - 1) * DAY_S * 1000 {
        session.insert(RENEWED, now.0 / 1000).await?;
    } else if now.since_ms(times.seen_at) >= SEEN_EVERY_MS {
        note_seen(program, fingerprint, found.me.id, now);
    }
    Ok(Some((Caller { me: found.me, business: found.business }, found.lacks_second_factor)))
}

/// On a task of its own: nobody waits for it.
fn note_seen(program: &Program, session: String, person: PersonId, now: Timestamp) {
    let told = program.clone();
    program.workers.spawn(async move {
        if let Err(error) = told.store.note_seen(session, person, now).await {
            tracing::debug!(error = %chain(&error), "it is not noted who was here");
        }
    });
}

/// Lets signed-in people through. Others are sent to sign in, and come back to the page they
/// wanted; whatever is not a page gets a plain 401.
pub async fn signed_in_only(request: Request, next: Next) -> Response {
    if request.extensions().get::<Caller>().is_some() {
        return next.run(request).await;
    }
    if request.extensions().get::<SetUpFirst>().is_some() && is_page(request.method(), request.uri()) {
        return Redirect::to(SECOND_FACTOR).into_response();
    }
    refusal(request.method(), request.uri())
}

fn is_page(method: &Method, uri: &Uri) -> bool {
    let path = uri.path();
    matches!(*method, Method::GET | Method::HEAD) && !path.starts_with("/fn/") && path != EVENTS
}

/// What somebody who is not signed in is answered.
pub fn refusal(method: &Method, uri: &Uri) -> Response {
    if !is_page(method, uri) {
        return (StatusCode::UNAUTHORIZED, [(CONTENT_TYPE, "application/json")], SIGNED_OUT).into_response();
    }
    let wanted = uri.path_and_query().map_or("/", |it| it.as_str());
    if matches!(wanted, "/" | "/inbox") {
        return Redirect::to("/login").into_response();
    }
    let next: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    Redirect::to(&format!("/login?next={next}")).into_response()
}

/// The peer; or, if that is a proxy we trust, whom the nearest untrusted hop was for. What a
/// client itself writes into `X-Forwarded-For` stands to the left of what the proxies add, so it
/// is read from the right.
fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> String {
    let Some(peer) = peer.map(|it| it.to_canonical()) else { return "unknown".to_owned() };
    let is_trusted = |it: &IpAddr| it.is_loopback() || trusted.contains(it);
    if !is_trusted(&peer) {
        return peer.to_string();
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','))
        .map_while(|hop| hop.trim().parse::<IpAddr>().ok())
        .find(|hop| !is_trusted(hop))
        .unwrap_or(peer)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address_of(peer: &str, forwarded: &[&str]) -> String {
        let headers = forwarded.iter().map(|it| ("x-forwarded-for".parse().unwrap(), it.parse().unwrap())).collect();
        address(peer.parse().ok(), &headers, &["10.0.0.2".parse().unwrap()])
    }

    #[test]
    fn a_stranger_cannot_choose_their_address() {
        assert_eq!(address_of("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(address_of("127.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(address_of("127.0.0.1", &["198.51.100.1", "203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(address_of("127.0.0.1", &["198.51.100.1, nonsense"]), "127.0.0.1");
        assert_eq!(address_of("::ffff:127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(address_of("127.0.0.1", &[]), "127.0.0.1");
    }
}
