//! Whoever can move the clock and read the secrets sits at this machine; and it is no page of somebody
//! else's, opened in a browser here.

use axum::extract::{ConnectInfo, Request};
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::{IpAddr, SocketAddr};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub async fn only(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip().to_canonical());
    if !peer.is_some_and(|it| it.is_loopback()) {
        return refused("the control interface answers this machine only\n");
    }
    let host = request.uri().authority().map(Authority::as_str);
    let host = match request.headers().get(HOST) {
        Some(it) => Some(it.to_str().unwrap_or_default()),
        None => host,
    };
    if host.is_some_and(|it| !is_of_this_machine(it)) {
        return refused("the control interface answers to localhost and the addresses of this machine only\n");
    }
    if is_of_another_page(request.headers(), host) {
        return refused("the control interface does not answer pages of others\n");
    }
    next.run(request).await
}

fn refused(why: &'static str) -> Response {
    (StatusCode::FORBIDDEN, why).into_response()
}

/// Another name may lead here only because somebody makes it (DNS rebinding). Whatever address is
/// listened on, it is this one for whoever asks from here.
fn is_of_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let address = name.parse::<IpAddr>().map(|it| it.to_canonical());
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback() || it.is_unspecified())
}

/// Browsers say so; programs say nothing of it.
fn is_of_another_page(headers: &HeaderMap, host: Option<&str>) -> bool {
    let origin = headers.get(ORIGIN).map(|it| it.to_str().unwrap_or_default());
    let origin = origin.map(|it| it.split_once("://").map_or(it, |it| it.1));
    let is_own = |it: &str| host.is_some_and(|host| it.eq_ignore_ascii_case(host));
    origin.is_some_and(|it| !is_own(it)) || headers.get(SEC_FETCH_SITE).is_some_and(|it| it == "cross-site")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_few_names() {
        for own in ["localhost", "LOCALHOST:3001", "127.0.0.1:3001", "127.8.8.8", "[::1]:3001", "[::ffff:127.0.0.1]"] {
            assert!(is_of_this_machine(own), "{own}");
        }
        for other in ["", "meta.example", "localhost.example:3001", "127.0.0.1.example", "192.0.2.7:3001", "[::2]"] {
            assert!(!is_of_this_machine(other), "{other}");
        }
    }

    #[test]
    fn a_page_is_known_by_where_it_comes_from() {
        let of = |origin: &'static str| HeaderMap::from_iter([(ORIGIN, origin.parse().unwrap())]);
        let host = Some("localhost:3001");
        assert!(!is_of_another_page(&of("http://localhost:3001"), host));
        assert!(!is_of_another_page(&HeaderMap::new(), None));
        for other in ["null", "http://localhost:3000", "http://localhost", "https://meta.example"] {
            assert!(is_of_another_page(&of(other), host), "{other}");
        }
    }
}
