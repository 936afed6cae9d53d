//! A person's own page, as plain forms.

use super::{PagesState, Posted as Ticked, read_form};
use crate::pages::me::{Own, Saved};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::assignment::Availability;
use model::people::PasswordProblems;
use model::person::{Preferences, Theme};
use serde::Deserialize;
use server::assignment;
use server::auth::sessions::fingerprint_of;
use server::auth::{Caller, Client};
use server::people::{own, second_factor};
use server::store::sessions::Ending;
use tower_sessions::Session;

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/me", get(page))
        .route("/me/name", post(rename))
        .route("/me/password", post(change_password))
        .route("/me/theme", post(set_theme))
        .route("/me/likings", post(set_likings))
        .route("/me/sessions", post(end_sessions))
        .route("/me/available", post(be_available))
        .route("/me/away", post(go_away))
}

#[derive(Deserialize)]
struct Wanted {
    /// What was just done.
    #[serde(default)]
    saved: String,
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    session: Session,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let saved = Saved::ALL.into_iter().find(|it| it.what() == wanted.saved);
    page_with(&state, &caller, &session, request, StatusCode::OK, |it| it.saved = saved).await
}

pub(super) async fn page_with(
    state: &PagesState,
    caller: &Caller,
    session: &Session,
    request: Request,
    status: StatusCode,
    more: impl FnOnce(&mut Own),
) -> Response {
    let sessions = match own::sessions(&state.program, caller).await {
        Ok(sessions) => sessions,
        Err(error) => return state.refused(request, "list where a person is signed in", error).await,
    };
    let availability = match assignment::availability(&state.program, caller).await {
        Ok(availability) => availability,
        Err(error) => return state.refused(request, "look up whether a person is there", error).await,
    };
    let second_factor = match second_factor::standing(&state.program, caller).await {
        Ok(standing) => standing,
        Err(error) => return state.refused(request, "look at a second factor", error).await,
    };
    let frame = state.frame(caller).await;
    let session = fingerprint_of(session).unwrap_or_default();
    let (name, picture, password, confirm, saved) = (None, None, PasswordProblems::default(), None, None);
    let mut own =
        Own { frame, sessions, session, name, picture, password, availability, second_factor, confirm, saved };
    more(&mut own);
    state.page_as(request, status, Page::Me(Box::new(own))).await
}

pub(super) fn done(what: Saved) -> Response {
    Redirect::to(&format!("{}?saved={}", Address::Me, what.what())).into_response()
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    present: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    session: String,
}

async fn rename(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    session: Session,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    match own::rename(&state.program, &caller, &client, &given.name).await {
        Ok(Ok(())) => done(Saved::Name),
        Ok(Err(problem)) => {
            let name = Some((given.name, problem));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page_with(&state, &caller, &session, request, status, |it| it.name = name).await
        }
        Err(error) => state.refused(request, "rename a person", error).await,
    }
}

async fn change_password(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    session: Session,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let keep = fingerprint_of(&session).unwrap_or_default();
    match own::change_password(&state.program, &caller, &client, keep, given.present, given.password).await {
        Ok(Ok(())) => done(Saved::Password),
        Ok(Err(problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page_with(&state, &caller, &session, request, status, |it| it.password = problems).await
        }
        Err(error) => state.refused(request, "change a password", error).await,
    }
}

async fn set_theme(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let theme = match given.theme.as_str() {
        "light" => Theme::Light,
        "dark" => Theme::Dark,
        _ => Theme::System,
    };
    match own::set_likings(&state.program, &caller, |was| Preferences { theme, ..was }).await {
        Ok(()) => done(Saved::Theme),
        Err(error) => state.refused(request, "save a theme", error).await,
    }
}

async fn set_likings(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let (request, given) = match Ticked::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let is = |word: &str| given.has("likes", word);
    let (enter_sends, sound, notifies) = (is("enter_sends"), is("sound"), is("notifies"));
    let change = |was| Preferences { enter_sends, sound, notifies, ..was };
    match own::set_likings(&state.program, &caller, change).await {
        Ok(()) => done(Saved::Likings),
        Err(error) => state.refused(request, "save how a person likes to work", error).await,
    }
}

async fn be_available(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    set_availability(&state, &caller, request, Availability::Available, Saved::Available).await
}

async fn go_away(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    set_availability(&state, &caller, request, Availability::Away, Saved::Away).await
}

async fn set_availability(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    to: Availability,
    saved: Saved,
) -> Response {
    match assignment::set_availability(&state.program, caller, to).await {
        Ok(()) => done(saved),
        Err(error) => state.refused(request, "say whether a person is there", error).await,
    }
}

/// One, if it is named; else every other.
async fn end_sessions(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    session: Session,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let which = match given.session {
        named if named.is_empty() => Ending::AllBut(fingerprint_of(&session).unwrap_or_default()),
        named => Ending::One(named),
    };
    match own::end_sessions(&state.program, &caller, &client, which).await {
        Ok(()) => done(Saved::Sessions),
        Err(error) => state.refused(request, "sign a person out elsewhere", error).await,
    }
}
