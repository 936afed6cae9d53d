//! `/api/v1`: the inbox for other programs. A token is shown with each request; what it allows and which accounts it
//! sees is asked before anything is done, and everything is done by the same functions as for people.

mod access;
mod acts;
mod change;
mod conversations;
mod document;
mod events;
pub mod guide;
mod input;
mod messages;
mod pace;
mod problem;
mod send;
mod shown;
pub(crate) mod told;

use crate::program::Program;
use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where all of it stands.
pub const PATH: &str = "/api/v1";

/// What the API keeps in memory.
#[derive(Default)]
pub struct Api {
    paces: pace::Paces,
}

/// Every call, and the document that describes them.
fn calls() -> OpenApiRouter<Program> {
    OpenApiRouter::with_openapi(document::head())
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::one, change::change))
        .routes(routes!(messages::list, send::send))
        .routes(routes!(acts::react, acts::take_reaction_back))
        .routes(routes!(acts::typing))
        .routes(routes!(acts::seen))
        .routes(routes!(acts::hand_over))
        .routes(routes!(acts::note))
        .routes(routes!(events::listen))
}

pub fn router(program: &Program) -> Router {
    let (calls, _) = calls().split_for_parts();
    let calls = calls
        .fallback(|| async { problem::Problem::not_found() })
        .layer(from_fn_with_state(program.clone(), access::let_in))
        .route("/openapi.json", get(document::serve))
        .layer(CatchPanicLayer::custom(crate::http::fault::caught))
        .layer(map_response(problem::problems_only))
        .with_state(program.clone());
    // What is nested does not reach the slash alone.
    let alone = any(|| async { problem::Problem::not_found() });
    Router::new().nest(PATH, calls).route(&format!("{PATH}/"), alone)
}
