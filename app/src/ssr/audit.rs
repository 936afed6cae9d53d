//! The audit log, as a page and as a file. Whether somebody may is asked before either is reached.

use super::{PagesState, only_who_may};
use crate::pages::audit::{Audit, AuditFilter};
use crate::shell::Page;
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use model::day;
use model::may::Act;
use server::audit;
use server::auth::{Caller, Client};

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .route("/audit", get(page))
        .route("/audit.csv", get(file))
        .route_layer(from_fn_with_state((state.clone(), Act::ReadAudit), only_who_may))
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<AuditFilter>,
    request: Request,
) -> Response {
    let before = filter.before.as_deref().and_then(|it| it.parse().ok());
    match audit::page(&state.program, &caller, filter.wanted(), before).await {
        Ok(log) => {
            let frame = state.frame(&caller).await;
            state.page_as(request, StatusCode::OK, Page::Audit(Box::new(Audit { frame, log, filter }))).await
        }
        Err(error) => state.refused(request, "read the audit log", error.into()).await,
    }
}

async fn file(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Query(filter): Query<AuditFilter>,
    request: Request,
) -> Response {
    match audit::export(&state.program, &caller, &client, filter.wanted()).await {
        Ok(lines) => {
            let name = format!("audit-{}.csv", day::write(state.program.seams.now()));
            as_file(&name, Body::from_stream(lines))
        }
        Err(error) => state.refused(request, "export the audit log", error.into()).await,
    }
}

/// A table to be kept.
pub(super) fn as_file(name: &str, body: Body) -> Response {
    let kept = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, &kept)], body).into_response()
}
