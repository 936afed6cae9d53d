//! What a person sees of it: the customers' phones, and the desk that moves the clock and breaks things.
//! The frame is made here; `simulator/page/simulator.js` fills it from the same JSON that tests use.

mod live;
mod people;
mod phone;
mod traffic;
mod upload;

use crate::Shared;
use crate::world::World;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::Deserialize;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/", crate::graph::beside(get(desk)))
        .route("/phone/{id}", get(one_phone))
        .route("/page/simulator.css", get(|| async { asset("text/css", STYLE) }))
        .route("/page/{name}", get(module))
}

/// What the script asks for; part of the control interface.
pub fn control_routes() -> Router<Shared> {
    Router::new()
        .route("/live", get(live::live))
        .route("/people", get(people::people))
        .route("/customers/{id}/phone", get(phone::phone))
        .route("/traffic", get(traffic::traffic))
        .route("/traffic/{key}", get(traffic::detail))
        .route("/files", post(upload::upload).layer(DefaultBodyLimit::max(upload::MOST_BYTES)))
}

const FRAME: &str = include_str!("../page/frame.html");
const ICONS: &str = include_str!("../page/icons.svg");
const STYLE: &str = concat!(include_str!("../page/tokens.css"), include_str!("../page/simulator.css"));
const MODULES: [(&str, &str); 6] = [
    ("simulator.js", include_str!("../page/simulator.js")),
    ("base.js", include_str!("../page/base.js")),
    ("chat.js", include_str!("../page/chat.js")),
    ("attachments.js", include_str!("../page/attachments.js")),
    ("write.js", include_str!("../page/write.js")),
    ("desk.js", include_str!("../page/desk.js")),
];

/// Pictures and sounds come from wherever the business serves them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' http: https: data: blob:; media-src 'self' http: https: blob:; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'none'";

#[derive(Deserialize)]
struct Chosen {
    customer: Option<String>,
}

async fn desk(State(simulator): State<Shared>, Query(chosen): Query<Chosen>) -> Response {
    let world = simulator.look();
    let newest = || people::newest_first(&world).first().map(|it| it.id.clone());
    match chosen.customer {
        Some(id) if world.customer(&id).is_none() => nobody(),
        chosen => page(&world, chosen.or_else(newest).as_deref(), "sim"),
    }
}

/// A phone in a window of its own.
async fn one_phone(State(simulator): State<Shared>, Path(id): Path<String>) -> Response {
    let world = simulator.look();
    if world.customer(&id).is_none() { nobody() } else { page(&world, Some(&id), "sim sim--phone") }
}

fn nobody() -> Response {
    (StatusCode::NOT_FOUND, "there is no such customer\n").into_response()
}

fn page(world: &World, customer_id: Option<&str>, class: &str) -> Response {
    let customer = customer_id.and_then(|id| world.customer(id));
    let name = customer.map_or("Nobody yet", |it| it.name.as_str());
    let html = FRAME
        .replace("{{class}}", class)
        .replace("{{icons}}", ICONS)
        .replace("{{people}}", &people::rows(world, customer_id))
        .replace("{{id}}", &escape(customer_id.unwrap_or_default()))
        .replace("{{name}}", &escape(name));
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(html)).into_response()
}

async fn module(Path(name): Path<String>) -> Response {
    match MODULES.iter().find(|it| it.0 == name) {
        Some((_, text)) => asset("text/javascript", text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], text)
        .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
