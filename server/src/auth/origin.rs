//! Requests that change something must come from our own pages (the cookie's `SameSite=Lax` says
//! so too; this holds where a browser or a sibling host gets around it).

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

pub async fn own_pages_only(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_ours(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "this request came from another site\n").into_response()
}

/// Browsers say where a request comes from and pages cannot forge it. A request that says nothing
/// comes from no browser, and so carries nobody's cookie unasked.
fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, it)| it == host),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        is_ours(&headers.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect())
    }

    #[test]
    fn another_site_cannot_post_to_us() {
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://inbox.luna.example"),
            ("host", "inbox.luna.example")
        ]));
        assert!(ours(&[("origin", "https://inbox.luna.example"), ("host", "inbox.luna.example")]));
        assert!(!ours(&[("origin", "https://evil.example"), ("host", "inbox.luna.example")]));
        assert!(!ours(&[("origin", "null"), ("host", "inbox.luna.example")]));
        assert!(ours(&[("host", "inbox.luna.example")]));
    }
}
