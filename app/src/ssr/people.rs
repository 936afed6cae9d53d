//! Running the people, as plain forms. Whether somebody may is asked before any of them is reached.

mod work;

use super::{PagesState, read_form};
use crate::pages::invite::Inviting;
use crate::pages::people::{Notice, People};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::may::Act;
use model::people::{InviteForm, Refusal};
use model::person::{PersonId, Role};
use model::teams::Moved;
use serde::Deserialize;
use server::auth::{Caller, Client};
use server::people::{self, MadeLink, PeopleResult, picture, second_factor};

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .route("/people", get(list))
        .route("/people/invite", get(invite_page).post(invite))
        .route("/people/{person}/link", post(new_link))
        .route("/people/{person}/role", post(set_role))
        .route("/people/{person}/deactivate", post(deactivate))
        .route("/people/{person}/activate", post(activate))
        .route("/people/{person}/limit", post(work::set_limit))
        .route("/people/{person}/move", post(work::move_all))
        .route("/people/{person}/second-factor", post(reset_second_factor))
        .route("/people/{person}/picture", post(remove_picture))
        .route("/people/second-factor", post(require_second_factor))
        .route_layer(from_fn_with_state(state.clone(), who_runs_people_only))
}

async fn who_runs_people_only(State(state): State<PagesState>, request: Request, next: Next) -> Response {
    match request.extensions().get::<Caller>().map(|it| it.may(Act::RunPeople)) {
        Some(Ok(())) => next.run(request).await,
        _ => state.forbidden(request).await,
    }
}

#[derive(Deserialize)]
struct Wanted {
    /// For whom something was just done.
    #[serde(default)]
    changed: String,
    /// Whose limit was.
    #[serde(default)]
    limited: String,
    /// Whose conversations were moved, how many, and how many were not.
    #[serde(default)]
    moved: String,
    #[serde(default)]
    n: u32,
    #[serde(default)]
    stayed: u32,
    /// Whose second factor is gone.
    #[serde(default)]
    reset: String,
    /// Whose picture is.
    #[serde(default)]
    picture: String,
}

impl Wanted {
    fn notice(&self) -> Option<Notice> {
        let moved = Moved { n_moved: self.n, n_stayed: self.stayed };
        let limited = self.limited.parse().ok().map(Notice::Limited);
        let notice = limited.or_else(|| self.moved.parse().ok().map(|it| Notice::Moved(it, moved)));
        let notice = notice.or_else(|| self.reset.parse().ok().map(Notice::Reset));
        notice.or_else(|| self.picture.parse().ok().map(Notice::Pictureless))
    }
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let changed = wanted.changed.parse().ok().map(Notice::Changed);
    let notice = changed.or_else(|| wanted.notice());
    list_with(&state, &caller, request, StatusCode::OK, notice).await
}

async fn list_with(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    status: StatusCode,
    notice: Option<Notice>,
) -> Response {
    let people = match people::list(&state.program, caller).await {
        Ok(people) => people,
        Err(error) => return state.refused(request, "list the people", error).await,
    };
    let teams = match server::teams::list(&state.program, caller).await {
        Ok(teams) => teams,
        Err(error) => return state.refused(request, "list the teams", error).await,
    };
    let requires_second_factor = match second_factor::standing(&state.program, caller).await {
        Ok(standing) => standing.is_required,
        Err(error) => return state.refused(request, "look at the second factor", error).await,
    };
    let frame = state.frame(caller).await;
    let people = People { frame, people, teams, notice, requires_second_factor };
    state.page_as(request, status, Page::People(Box::new(people))).await
}

async fn invite_page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    invite_with(&state, &caller, request, StatusCode::OK, InviteForm::default()).await
}

async fn invite_with(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    status: StatusCode,
    form: InviteForm,
) -> Response {
    let frame = state.frame(caller).await;
    state.page_as(request, status, Page::Invite(Box::new(Inviting { frame, form }))).await
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    required: String,
}

async fn invite(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Some(role) = Role::from_word(&given.role) else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    let form = InviteForm { name: given.name, email: given.email, role, ..InviteForm::default() };
    match people::invite(&state.program, &caller, &client, form).await {
        Ok(Ok(made)) => list_with(&state, &caller, request, StatusCode::CREATED, Some(Notice::Link(made))).await,
        Ok(Err(form)) => invite_with(&state, &caller, request, StatusCode::UNPROCESSABLE_ENTITY, form).await,
        Err(error) => state.refused(request, "invite a person", error).await,
    }
}

async fn new_link(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let Ok(person) = person.parse() else { return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await };
    match people::invite_again(&state.program, &caller, &client, person).await {
        Ok(Ok(made)) => made_again(&state, &caller, request, made).await,
        Ok(Err(refusal)) => not_done(&state, &caller, request, refusal).await,
        Err(error) => state.refused(request, "invite a person again", error).await,
    }
}

async fn made_again(state: &PagesState, caller: &Caller, request: Request, made: MadeLink) -> Response {
    list_with(state, caller, request, StatusCode::CREATED, Some(Notice::Link(made))).await
}

async fn set_role(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let (Ok(person), Some(role)) = (person.parse(), Role::from_word(&given.role)) else {
        return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await;
    };
    let done = people::set_role(&state.program, &caller, &client, person, role).await;
    // Whoever stops running the people has nothing more to see there.
    let is_own = person == caller.me.id && !role.may(Act::RunPeople);
    let to = if is_own { Address::Me.to_string() } else { changed(person) };
    answer(&state, &caller, request, done, to, CHANGING).await
}

async fn deactivate(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let Ok(person) = person.parse() else { return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await };
    let done = people::deactivate(&state.program, &caller, &client, person).await;
    answer(&state, &caller, request, done, changed(person), CHANGING).await
}

async fn activate(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let Ok(person) = person.parse() else { return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await };
    let done = people::activate(&state.program, &caller, &client, person).await;
    answer(&state, &caller, request, done, changed(person), CHANGING).await
}

async fn reset_second_factor(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let Ok(person) = person.parse() else { return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await };
    let done = people::reset_second_factor(&state.program, &caller, &client, person).await;
    let to = format!("{}?reset={person}", Address::People);
    answer(&state, &caller, request, done, to, "reset a second factor").await
}

async fn remove_picture(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(person): Path<String>,
    request: Request,
) -> Response {
    let Ok(person) = person.parse() else { return state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await };
    let done = picture::remove(&state.program, &caller, &client, person).await;
    let to = format!("{}?picture={person}", Address::People);
    answer(&state, &caller, request, done, to, "remove a person's picture").await
}

async fn require_second_factor(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    match people::require_second_factor(&state.program, &caller, &client, given.required == "yes").await {
        Ok(()) => Redirect::to(&Address::People.to_string()).into_response(),
        Err(error) => state.refused(request, "require a second factor", error).await,
    }
}

const CHANGING: &str = "change what a person may do";

/// The list, which says how the person stands now.
fn changed(person: PersonId) -> String {
    format!("{}?changed={person}", Address::People)
}

/// Where it leads when it is done, and otherwise why it is not.
async fn answer(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    done: PeopleResult<Result<(), Refusal>>,
    to: String,
    doing: &'static str,
) -> Response {
    match done {
        Ok(Ok(())) => Redirect::to(&to).into_response(),
        Ok(Err(refusal)) => not_done(state, caller, request, refusal).await,
        Err(error) => state.refused(request, doing, error).await,
    }
}

async fn not_done(state: &PagesState, caller: &Caller, request: Request, refusal: Refusal) -> Response {
    match refusal {
        Refusal::NotAllowed => state.forbidden(request).await,
        Refusal::NoSuchPerson => state.page_as(request, StatusCode::NOT_FOUND, Page::NotFound).await,
        _ => list_with(state, caller, request, StatusCode::CONFLICT, Some(Notice::Refused(refusal))).await,
    }
}
