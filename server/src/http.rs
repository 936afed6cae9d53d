//! The outside of the program: probes, metrics, assets, and around the pages everything that
//! holds for each of them: sessions, who is asking, headers, logs, caught panics.

pub mod fault;
pub mod headers;
mod probes;
mod reload;
pub mod serving;
mod watch;

use crate::auth::{caller, origin, sessions};
use crate::live;
use crate::media::serve;
use crate::program::Program;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

/// The forms that strangers can send hold a few short fields.
const FORM_LIMIT: usize = 32 * 1024;

/// The stream of changes, for signed-in people.
pub const EVENTS: &str = "/events";

/// What the pages are made of.
pub struct Pages {
    /// Open to everybody: signing in, setting up.
    pub open: Router,
    /// Everything else, for signed-in people.
    pub inside: Router,
}

/// The whole program as one router.
pub fn router(program: &Program, pages: Pages) -> Router {
    let open = pages.open.layer(DefaultBodyLimit::max(FORM_LIMIT));
    let pages = pages
        .inside
        .route(EVENTS, get(live::open).with_state(program.clone()))
        .layer(from_fn(caller::signed_in_only))
        .merge(open)
        .merge(serve::routes(program))
        .layer(from_fn(headers::never_stored))
        .layer(from_fn_with_state(program.clone(), caller::identify))
        .layer(sessions::layer(program))
        .layer(from_fn(origin::own_pages_only));
    let mut router = Router::new()
        .route("/healthz", get(probes::health))
        .route("/readyz", get(probes::readiness))
        .route("/metrics", get(probes::metrics))
        .with_state(program.clone())
        .route("/assets/{file}", get(crate::assets::serve).with_state(program.site))
        .merge(crate::intake::router(program))
        .merge(crate::rights::router(program).layer(from_fn(headers::never_stored)))
        .merge(crate::api::router(program).layer(from_fn(headers::never_stored)))
        .merge(pages);
    if program.dev_reload {
        router = router.route("/dev/reload", get(reload::stream).with_state(program.clone()));
    }
    everywhere(program, router)
}

/// What holds for every answer of the program.
fn everywhere(program: &Program, router: Router) -> Router {
    router
        .layer(CatchPanicLayer::custom(fault::caught))
        .layer(from_fn_with_state(program.clone(), headers::secure))
        .layer(from_fn(watch::request))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::serving::tests::program;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_panic_in_a_request_is_caught_counted_and_tells_nothing() {
        let program = program().await;
        let before = panics();
        let pages = Pages { open: Router::new().route("/broken", get(broken)), inside: Router::new() };
        let router = router(&program, pages);
        let ask = |path: &str| router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap());
        let response = ask("/broken").await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().contains_key("x-request-id"));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("customer"), "{body:?}");
        assert_eq!(panics(), before + 1);
        assert_eq!(ask("/healthz").await.unwrap().status(), StatusCode::OK, "the program goes on");
    }

    async fn broken() -> &'static str {
        panic!("a customer's words")
    }

    fn panics() -> u64 {
        let text = crate::telemetry::metrics().render();
        let line = text.lines().find(|it| it.starts_with("switchboard_panics_total{where=\"request\"}"));
        line.and_then(|it| it.rsplit(' ').next()).unwrap().parse().unwrap()
    }
}
