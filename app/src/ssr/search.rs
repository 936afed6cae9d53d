//! Looking through everything that somebody may see.

use super::PagesState;
use crate::error::{AppError, told};
use crate::pages::search::Finding;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use model::search::Query as Wanted;
use serde::Deserialize;
use server::auth::Caller;

pub(super) fn routes() -> Router<PagesState> {
    Router::new().route("/search", get(page))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    /// Where the page before this one ended.
    after: Option<i64>,
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(Asked { q, after }): Query<Asked>,
    request: Request,
) -> Response {
    let wanted = Wanted::parse(&q);
    let (found, frame) =
        tokio::join!(server::search::search(&state.program, &caller, &wanted, after), state.frame(&caller));
    match found.map_err(told) {
        Ok(results) => {
            let finding = Finding { frame, words: q, wanted, is_first: after.is_none(), results };
            state.page_as(request, StatusCode::OK, Page::Search(Box::new(finding))).await
        }
        Err(error) => {
            let here = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            let status = AppError::status(&error);
            state.page_as(request, status, Page::Problem { error, here }).await
        }
    }
}
