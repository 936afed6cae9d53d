use super::super::PagesState;
use super::{Posted, Wanted};
use crate::pages::run::{OneTeam, Teams, What};
use crate::path::Path as Address;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::ids::TeamId;
use model::person::FieldProblem;
use model::teams::TeamRefusal;
use server::auth::{Caller, Client};
use server::people::PeopleError;
use server::teams;

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/teams", get(list).post(add))
        .route("/teams/{team}", get(page))
        .route("/teams/{team}/name", post(rename))
        .route("/teams/{team}/members", post(set_members))
        .route("/teams/{team}/delete", post(delete))
}

type Shown = Result<Option<What>, PeopleError>;

async fn all(state: &PagesState, caller: &Caller, typed: Option<(String, FieldProblem)>) -> Shown {
    let teams = teams::list(&state.program, caller).await?;
    let (typed, problem) = typed.unzip();
    Ok(Some(What::Teams(Teams { teams, typed: typed.unwrap_or_default(), problem })))
}

async fn one(state: &PagesState, caller: &Caller, id: &str, typed: Option<(String, FieldProblem)>) -> Shown {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = teams::find(&state.program, caller, id).await?;
    Ok(found.map(|(team, people)| What::Team(OneTeam { team, people, typed })))
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let what = all(&state, &caller, None).await;
    state.run(&caller, request, StatusCode::OK, wanted.notice(), what).await
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(team): Path<String>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let what = one(&state, &caller, &team, None).await;
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
    let name = given.text("name");
    match teams::add(&state.program, &caller, &client, &name).await {
        Ok(Ok(Ok(id))) => Redirect::to(&Address::Team { id }.to_string()).into_response(),
        Ok(Ok(Err(problem))) => {
            let what = all(&state, &caller, Some((name, problem))).await;
            state.run(&caller, request, StatusCode::UNPROCESSABLE_ENTITY, None, what).await
        }
        Ok(Err(refusal)) => not_done(&state, &caller, request, refusal).await,
        Err(error) => state.refused(request, "add a team", error).await,
    }
}

async fn rename(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(team): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = team.parse() else { return not_done(&state, &caller, request, TeamRefusal::NotThere).await };
    let name = given.text("name");
    match teams::rename(&state.program, &caller, &client, id, &name).await {
        Ok(Ok(Ok(id))) => done(id, "named"),
        Ok(Ok(Err(problem))) => {
            let what = one(&state, &caller, &team, Some((name, problem))).await;
            state.run(&caller, request, StatusCode::UNPROCESSABLE_ENTITY, None, what).await
        }
        Ok(Err(refusal)) => not_done(&state, &caller, request, refusal).await,
        Err(error) => state.refused(request, "rename a team", error).await,
    }
}

async fn set_members(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(team): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = team.parse() else { return not_done(&state, &caller, request, TeamRefusal::NotThere).await };
    match teams::set_members(&state.program, &caller, &client, id, given.ids("member")).await {
        Ok(Ok(())) => done(id, "members"),
        Ok(Err(refusal)) => not_done(&state, &caller, request, refusal).await,
        Err(error) => state.refused(request, "change a team", error).await,
    }
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(team): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = team.parse() else { return not_done(&state, &caller, request, TeamRefusal::NotThere).await };
    match teams::delete(&state.program, &caller, &client, id).await {
        Ok(Ok(())) => Redirect::to(&format!("{}?done=deleted", Address::Teams)).into_response(),
        Ok(Err(refusal)) => not_done(&state, &caller, request, refusal).await,
        Err(error) => state.refused(request, "delete a team", error).await,
    }
}

fn done(id: TeamId, what: &str) -> Response {
    Redirect::to(&format!("{}?done={what}", Address::Team { id })).into_response()
}

async fn not_done(state: &PagesState, caller: &Caller, request: Request, refusal: TeamRefusal) -> Response {
    let list = all(state, caller, None).await;
    state.not_run(caller, request, refusal, list).await
}
