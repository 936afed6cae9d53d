//! The code beside the password: its step at sign-in, and its forms on a person's own page.

use super::{PagesState, me, read_form};
use crate::pages::me::Saved;
use crate::pages::second_factor::SecondFactor;
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::second_factor::{CodeForm, CodeProblem};
use model::sign_in::safe_next;
use serde::Deserialize;
use server::auth::caller::SetUpFirst;
use server::auth::second::{self, Code};
use server::auth::{Caller, Client};
use server::http::fault::Fault;
use server::people::second_factor;
use tower_sessions::Session;

/// For somebody who has given their password.
pub(super) fn open_routes() -> Router<PagesState> {
    Router::new().route("/login/code", get(code_page).post(enter))
}

pub(super) fn routes() -> Router<PagesState> {
    Router::new()
        .route("/me/second-factor", get(offer).post(turn_on))
        .route("/me/second-factor/off", post(turn_off))
        .route("/me/second-factor/codes", post(new_codes))
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    next: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    sealed: String,
    #[serde(default)]
    confirm: String,
}

async fn code_page(
    State(state): State<PagesState>,
    session: Session,
    Query(given): Query<Given>,
    request: Request,
) -> Response {
    match second::awaited(&state.program, &session).await {
        Ok(Some(_)) => {
            let form = CodeForm { next: given.next, problem: None };
            state.page_as(request, StatusCode::OK, Page::Code(form)).await
        }
        Ok(None) => Redirect::to(&Address::Login.to_string()).into_response(),
        Err(error) => Fault::of("look whose code is awaited", &error).into_response(),
    }
}

async fn enter(
    State(state): State<PagesState>,
    session: Session,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Given>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    match second::finish(&state.program, &session, &given.code, &client).await {
        Ok(Code::Right) => Redirect::to(safe_next(&given.next)).into_response(),
        Ok(Code::StartAgain) => Redirect::to(&Address::Login.to_string()).into_response(),
        Ok(Code::Wrong(problem)) => {
            let status = match problem {
                CodeProblem::Wrong => StatusCode::UNAUTHORIZED,
                CodeProblem::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
            };
            let form = CodeForm { next: given.next, problem: Some(problem) };
            state.page_as(request, status, Page::Code(form)).await
        }
        Err(error) => Fault::of("sign in with a code", &error).into_response(),
    }
}

async fn offer(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    first: Option<Extension<SetUpFirst>>,
    request: Request,
) -> Response {
    match second_factor::standing(&state.program, &caller).await {
        Ok(it) if it.since.is_some() => Redirect::to(&Address::Me.to_string()).into_response(),
        Ok(_) => offer_with(&state, &caller, first.is_some(), request, None).await,
        Err(error) => state.refused(request, "look at a second factor", error).await,
    }
}

async fn offer_with(
    state: &PagesState,
    caller: &Caller,
    is_required: bool,
    request: Request,
    wrong: Option<(String, CodeProblem)>,
) -> Response {
    let (sealed, problem) = wrong.unzip();
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    match second_factor::offer(&state.program, caller, sealed.as_deref()) {
        Ok(offer) => {
            let page = SecondFactor::Offer { offer, problem, is_required };
            state.page_as(request, status, Page::SecondFactor(Box::new(page))).await
        }
        Err(error) => state.refused(request, "offer a second factor", error).await,
    }
}

async fn turn_on(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    first: Option<Extension<SetUpFirst>>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Given>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    match second_factor::turn_on(&state.program, &caller, &client, &given.sealed, &given.code).await {
        Ok(Ok(codes)) => show_codes(&state, request, codes).await,
        Ok(Err(problem)) => offer_with(&state, &caller, first.is_some(), request, Some((given.sealed, problem))).await,
        Err(error) => state.refused(request, "turn on a second factor", error).await,
    }
}

async fn show_codes(state: &PagesState, request: Request, codes: Vec<String>) -> Response {
    let page = Page::SecondFactor(Box::new(SecondFactor::Codes(codes)));
    state.page_as(request, StatusCode::CREATED, page).await
}

async fn turn_off(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    session: Session,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Given>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    match second_factor::turn_off(&state.program, &caller, &client, given.confirm).await {
        Ok(Ok(())) => me::done(Saved::SecondFactor),
        Ok(Err(problem)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            me::page_with(&state, &caller, &session, request, status, |it| it.confirm = Some(problem)).await
        }
        Err(error) => state.refused(request, "turn off a second factor", error).await,
    }
}

async fn new_codes(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    session: Session,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Given>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    match second_factor::new_recovery_codes(&state.program, &caller, &client, given.confirm).await {
        Ok(Ok(Some(codes))) => show_codes(&state, request, codes).await,
        Ok(Ok(None)) => Redirect::to(&Address::Me.to_string()).into_response(),
        Ok(Err(problem)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            me::page_with(&state, &caller, &session, request, status, |it| it.confirm = Some(problem)).await
        }
        Err(error) => state.refused(request, "make recovery codes", error).await,
    }
}
