use super::super::PagesState;
use super::{Posted, Wanted};
use crate::pages::run::{Rules, What};
use crate::path::Path as Address;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::assignment::Method;
use model::teams::TeamRefusal;
use server::auth::{Caller, Client};
use server::people::{PeopleError, PeopleResult};
use server::store::rules::RuleChange;
use server::teams;
use server::teams::{accounts, rules};

pub(super) fn routes() -> Router<PagesState> {
    Router::new().route("/rules", get(list).post(add)).route("/rules/{rule}/{how}", post(change))
}

async fn all(state: &PagesState, caller: &Caller) -> Result<Option<What>, PeopleError> {
    let rules = rules::list(&state.program, caller).await?;
    let accounts = accounts::list(&state.program, caller).await?;
    Ok(Some(What::Rules(Rules { rules, accounts, teams: teams::list(&state.program, caller).await? })))
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

async fn add(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let account = match given.text("account") {
        every if every.is_empty() => Ok(None),
        id => id.parse().map(Some),
    };
    let (Ok(account), Ok(team), Some(method)) =
        (account, given.text("team").parse(), Method::from_word(&given.text("method")))
    else {
        return answer(&state, &caller, request, "rule", Ok(Err(TeamRefusal::NotThere))).await;
    };
    let added = rules::add(&state.program, &caller, &client, account, team, method).await;
    answer(&state, &caller, request, "rule", added).await
}

async fn change(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path((rule, how)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (to, done) = match how.as_str() {
        "on" => (RuleChange::On, "on"),
        "off" => (RuleChange::Off, "off"),
        "earlier" => (RuleChange::Earlier, "order"),
        "delete" => (RuleChange::Deleted, "unruled"),
        _ => return state.page_as(request, StatusCode::NOT_FOUND, crate::shell::Page::NotFound).await,
    };
    let changed = match rule.parse() {
        Ok(id) => rules::alter(&state.program, &caller, &client, id, to).await,
        Err(_) => Ok(Err(TeamRefusal::NotThere)),
    };
    answer(&state, &caller, request, done, changed).await
}

async fn answer(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    done: &str,
    became: PeopleResult<Result<(), TeamRefusal>>,
) -> Response {
    match became {
        Ok(Ok(())) => Redirect::to(&format!("{}?done={done}", Address::Rules)).into_response(),
        Ok(Err(refusal)) => {
            let list = all(state, caller).await;
            state.not_run(caller, request, refusal, list).await
        }
        Err(error) => state.refused(request, "change a rule", error).await,
    }
}
