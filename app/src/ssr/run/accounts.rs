use super::super::PagesState;
use super::{Posted, Wanted};
use crate::pages::run::{Account, Accounts, Notice, What};
use crate::path::Path as Address;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use model::ids::AccountId;
use model::people::Refusal;
use model::teams::{BotSettings, TeamRefusal};
use server::auth::{Caller, Client};
use server::people::PeopleError;
use server::store::account_settings::AccountSetting;
use server::teams::accounts;
use server::{health, history, hours, teams};

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/accounts", get(list))
        .route("/accounts/health", get(health))
        .route("/accounts/{account}/look", post(look))
        .route("/accounts/{account}", get(page))
        .route("/accounts/{account}/pause", post(pause))
        .route("/accounts/{account}/resume", post(resume))
        .route("/accounts/{account}/shows", post(set_shows))
        .route("/accounts/{account}/teams", post(set_teams))
        .route("/accounts/{account}/hours", post(set_hours))
        .route("/accounts/{account}/bot", post(set_bot))
        .route("/accounts/{account}/history", post(read_back))
        .route("/accounts/{account}/history/stop", post(stop_reading))
}

type Shown = Result<Option<What>, PeopleError>;
/// Whether there is such an account.
type ReadBack = Result<Result<bool, Refusal>, PeopleError>;

async fn all(state: &PagesState, caller: &Caller) -> Shown {
    let accounts = accounts::list(&state.program, caller).await?;
    Ok(Some(What::Accounts(Accounts { accounts, teams: teams::list(&state.program, caller).await? })))
}

async fn one(state: &PagesState, caller: &Caller, id: &str) -> Shown {
    let Some(account) = accounts::find(&state.program, caller, id).await? else { return Ok(None) };
    let teams = teams::list(&state.program, caller).await?;
    let schedules = hours::list(&state.program, caller).await?;
    let bots = accounts::bots(&state.program, caller).await?;
    let history = history::list(&state.program, caller, account.id).await?;
    let findings = health::of_one(&state.program, caller, account.id).await?;
    Ok(Some(What::Account(Account { account, teams, schedules, bots, history, findings })))
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let what = all(&state, &caller).await;
    state.run(&caller, request, StatusCode::OK, wanted.notice(), what).await
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(account): Path<String>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let what = one(&state, &caller, &account).await;
    state.run(&caller, request, StatusCode::OK, wanted.notice(), what).await
}

async fn health(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let what = health::report(&state.program, &caller).await.map(|it| Some(What::Health(it)));
    state.run(&caller, request, StatusCode::OK, wanted.notice(), what).await
}

/// Asks Meta now, and mends what can be mended from here.
async fn look(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(account): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = account.parse() else {
        let list = all(&state, &caller).await;
        return state.not_run(&caller, request, TeamRefusal::NotThere, list).await;
    };
    match health::look_now(&state.program, &caller, id).await {
        Ok(()) => {
            // Back to the page where it was asked for.
            let from = if given.text("from") == "account" { Address::Account { id } } else { Address::Health };
            Redirect::to(&format!("{from}?done=looked")).into_response()
        }
        Err(error) => state.refused(request, "look at an account", error).await,
    }
}

/// What was posted for which account by whom.
struct Setting {
    state: PagesState,
    caller: Caller,
    client: Client,
    account: String,
}

impl Setting {
    async fn set(self, request: Request, done: &str, to: Option<AccountSetting>) -> Response {
        let Self { state, caller, client, account } = self;
        let (Ok(id), Some(to)) = (account.parse(), to) else {
            let list = all(&state, &caller).await;
            return state.not_run(&caller, request, TeamRefusal::NotThere, list).await;
        };
        match accounts::set(&state.program, &caller, &client, id, to).await {
            Ok(Ok(())) => Redirect::to(&format!("{}?done={done}", Address::Account { id })).into_response(),
            Ok(Err(refusal)) => {
                let list = all(&state, &caller).await;
                state.not_run(&caller, request, refusal, list).await
            }
            Err(error) => state.refused(request, "set something for an account", error).await,
        }
    }
}

impl axum::extract::FromRequestParts<PagesState> for Setting {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut http::request::Parts, state: &PagesState) -> Result<Self, Self::Rejection> {
        let Extension(caller) =
            Extension::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let Extension(client) =
            Extension::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let Path(account) = Path::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self { state: state.clone(), caller, client, account })
    }
}

async fn pause(setting: Setting, request: Request) -> Response {
    setting.set(request, "paused", Some(AccountSetting::Paused)).await
}

async fn resume(setting: Setting, request: Request) -> Response {
    setting.set(request, "resumed", Some(AccountSetting::Resumed)).await
}

async fn read_back(setting: Setting, request: Request) -> Response {
    let Setting { state, caller, client, account } = setting;
    let Ok(id) = account.parse() else { return state.missing(request).await };
    let asked = history::ask_as(&state.program, &caller, &client, id).await;
    state.reading(request, id, asked, "history").await
}

async fn stop_reading(setting: Setting, request: Request) -> Response {
    let Setting { state, caller, client, account } = setting;
    let Ok(id) = account.parse() else { return state.missing(request).await };
    let stopped = history::stop_as(&state.program, &caller, &client, id).await;
    state.reading(request, id, stopped, "unhistory").await
}

impl PagesState {
    async fn reading(&self, request: Request, id: AccountId, asked: ReadBack, done: &str) -> Response {
        match asked {
            Ok(Ok(true)) => Redirect::to(&format!("{}?done={done}", Address::Account { id })).into_response(),
            Ok(Ok(false)) => self.missing(request).await,
            Ok(Err(_)) => self.forbidden(request).await,
            Err(error) => self.refused(request, "read back what was said before", error).await,
        }
    }
}

async fn set_shows(setting: Setting, request: Request) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(marks_seen) = given.text("marks_seen").parse() else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let shows = AccountSetting::Shows { typing: given.text("typing") == "on", marks_seen };
    setting.set(request, "shows", Some(shows)).await
}

async fn set_teams(setting: Setting, request: Request) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    setting.set(request, "sight", Some(AccountSetting::Teams(given.ids("team")))).await
}

async fn set_hours(setting: Setting, request: Request) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let schedule = match given.text("schedule") {
        none if none.is_empty() => Some(AccountSetting::Schedule(None)),
        id => id.parse().ok().map(|id| AccountSetting::Schedule(Some(id))),
    };
    setting.set(request, "schedule", schedule).await
}

/// What is wrong stays in the form.
async fn set_bot(setting: Setting, request: Request) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let bot = match given.text("bot") {
        none if none.is_empty() => None,
        id => match id.parse() {
            Ok(id) => Some(id),
            Err(_) => return setting.set(request, "bot", None).await,
        },
    };
    let typed = BotSettings {
        bot,
        app: Some(given.text("app")),
        app_name: Some(given.text("app_name")),
        hand_back: given.has("hand_back", "on"),
        disclosure: Some(given.text("disclosure").replace("\r\n", "\n")),
    }
    .tidy();
    let Some(problem) = typed.problem() else {
        return setting.set(request, "bot", Some(AccountSetting::Bot(typed))).await;
    };
    let mut what = one(&setting.state, &setting.caller, &setting.account).await;
    if let Ok(Some(What::Account(it))) = &mut what {
        it.account.bot = typed;
    }
    let notice = Some(Notice::Refused(problem));
    setting.state.run(&setting.caller, request, StatusCode::UNPROCESSABLE_ENTITY, notice, what).await
}
