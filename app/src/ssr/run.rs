//! Teams, accounts, rules and working hours, as plain forms. Whether somebody may is asked before any of them
//! is reached.

mod accounts;
mod connect;
mod hours;
mod kept;
mod rules;
mod teams;

use super::{PagesState, Posted};
use crate::pages::run::{Notice, Run, What};
use crate::shell::Page;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use model::may::Act;
use model::teams::TeamRefusal;
use serde::Deserialize;
use server::auth::Caller;
use server::people::PeopleError;

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .merge(teams::routes())
        .merge(accounts::routes())
        .merge(connect::routes())
        .merge(kept::routes())
        .merge(rules::routes())
        .merge(hours::routes())
        .route_layer(from_fn_with_state(state.clone(), who_runs_teams_only))
}

/// Meta sends people back to it, signed in or not any more.
pub(super) fn open_routes() -> Router<PagesState> {
    connect::open_routes()
}

async fn who_runs_teams_only(State(state): State<PagesState>, request: Request, next: Next) -> Response {
    match request.extensions().get::<Caller>().map(|it| it.may(Act::RunTeams)) {
        Some(Ok(())) => next.run(request).await,
        _ => state.forbidden(request).await,
    }
}

/// What was just done, in the address.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    done: String,
    /// Why an account was not connected.
    #[serde(default)]
    trouble: String,
}

impl Wanted {
    fn notice(&self) -> Option<Notice> {
        Notice::done(&self.done).or_else(|| Notice::trouble(&self.trouble))
    }
}

impl PagesState {
    async fn run(
        &self,
        caller: &Caller,
        request: Request,
        status: StatusCode,
        notice: Option<Notice>,
        what: Result<Option<What>, PeopleError>,
    ) -> Response {
        let what = match what {
            Ok(Some(what)) => what,
            Ok(None) => return self.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await,
            Err(error) => return self.refused(request, "show what is set", error).await,
        };
        let frame = self.frame(caller).await;
        self.page_as(request, status, Page::Run(Box::new(Run { frame, notice, what }))).await
    }

    /// The list, which says why nothing was changed.
    async fn not_run(
        &self,
        caller: &Caller,
        request: Request,
        refusal: TeamRefusal,
        list: Result<Option<What>, PeopleError>,
    ) -> Response {
        match refusal {
            TeamRefusal::NotAllowed => self.forbidden(request).await,
            refusal => {
                let notice = Some(Notice::Refused(refusal.words()));
                self.run(caller, request, StatusCode::CONFLICT, notice, list).await
            }
        }
    }
}
