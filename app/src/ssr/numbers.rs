//! How the team does, as a page and as files. Whether somebody may is asked before either is reached.

use super::audit::as_file;
use super::{PagesState, only_who_may};
use crate::pages::numbers::Numbered;
use crate::shell::Page;
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use model::may::Act;
use model::numbers::SPANS;
use serde::Deserialize;
use server::auth::Caller;
use server::numbers::{self, By};

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .route("/numbers", get(page))
        .route("/numbers.csv", get(file))
        .route_layer(from_fn_with_state((state.clone(), Act::ReadNumbers), only_who_may))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    days: String,
    #[serde(default)]
    by: String,
}

impl Wanted {
    fn span(&self) -> i64 {
        self.days.parse().unwrap_or(SPANS[1])
    }
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    match numbers::numbers(&state.program, &caller, wanted.span()).await {
        Ok(numbers) => {
            let frame = state.frame(&caller).await;
            state.page_as(request, StatusCode::OK, Page::Numbers(Box::new(Numbered { frame, numbers }))).await
        }
        Err(error) => state.refused(request, "count what the team did", error.into()).await,
    }
}

async fn file(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let by = By::ALL.into_iter().find(|it| it.word() == wanted.by).unwrap_or(By::Day);
    match numbers::numbers(&state.program, &caller, wanted.span()).await {
        Ok(numbers) => {
            let name = format!("numbers-{}-days-by-{}.csv", numbers.span, by.word());
            as_file(&name, Body::from(numbers::file(&numbers, by)))
        }
        Err(error) => state.refused(request, "count what the team did", error.into()).await,
    }
}
