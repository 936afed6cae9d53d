//! One customer: their page for whoever sees the account; a copy and the deletion for admins, who are asked for before
//! either is reached.

use super::{PagesState, Posted as Given, only_who_may, read_form};
use crate::error::AppError;
use crate::pages::contact::{Contact, Deleting, Deletions, name_of};
use crate::path::Path as Address;
use crate::query;
use crate::shell::Page;
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::desk::{ContactEdit, Step};
use model::fields::Field;
use model::ids::TeamId;
use model::may::Act;
use model::priority::Priority;
use serde::Deserialize;
use server::auth::{Caller, Client};
use server::contacts::{self, Asked, Became, ContactError};
use server::http::fault::Fault;
use server::store::deletions::KnownContact;
use server::store::history::ListedBackfill;
use server::{desk, history};

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    let for_admins = Router::new()
        .route("/contacts/deletions", get(deletions))
        .route("/contacts/{contact}/export", get(export))
        .route("/contacts/{contact}/delete", get(delete_page).post(delete))
        .route_layer(from_fn_with_state((state.clone(), Act::RunContacts), only_who_may));
    Router::new()
        .route("/contacts/{contact}", get(page).post(save))
        .route("/contacts/{contact}/block", post(block))
        .route("/contacts/{contact}/unblock", post(unblock))
        .route("/contacts/{contact}/history", post(recall))
        .route("/inbox/{conversation}/priority", post(prioritise))
        .route("/inbox/{conversation}/team", post(give))
        .merge(for_admins)
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(contact): Path<String>,
    Query(wanted): Query<Shown>,
    request: Request,
) -> Response {
    let Ok(id) = contact.parse() else { return state.missing(request).await };
    match contacts::find(&state.program, &caller, id).await {
        Ok(known) => {
            let (frame, form) = (state.frame(&caller).await, contacts::form(&known));
            let teams = state.teams_for(&caller, &known).await;
            let history = state.history_of(&known).await;
            let page = Contact { frame, known, form, is_saved: !wanted.saved.is_empty(), teams, history };
            state.page_as(request, StatusCode::OK, Page::Contact(Box::new(page))).await
        }
        Err(error) => state.no_contact(request, "read all about a customer", error).await,
    }
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    saved: String,
}

async fn save(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(contact): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match Given::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = contact.parse() else { return state.missing(request).await };
    // Browsers send line ends as two characters.
    let about = given.text("about").replace("\r\n", "\n");
    let edit = ContactEdit { email: given.text("email"), phone: given.text("phone"), about };
    let typed = |field: &Field| given.find(&name_of(field));
    match contacts::save(&state.program, &caller, id, edit, typed).await {
        Ok(Became::Saved) => Redirect::to(&format!("{}?saved=yes", Address::Contact { id })).into_response(),
        Ok(Became::Wrong(known, form)) => {
            let teams = state.teams_for(&caller, &known).await;
            let (frame, history) = (state.frame(&caller).await, state.history_of(&known).await);
            let page = Contact { frame, known: *known, form, is_saved: false, teams, history };
            state.page_as(request, StatusCode::UNPROCESSABLE_ENTITY, Page::Contact(Box::new(page))).await
        }
        Err(error) => state.no_contact(request, "save what is known of a customer", error).await,
    }
}

async fn block(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(contact): Path<String>,
    request: Request,
) -> Response {
    state.block(&caller, &client, &contact, request, true).await
}

async fn unblock(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(contact): Path<String>,
    request: Request,
) -> Response {
    state.block(&caller, &client, &contact, request, false).await
}

async fn recall(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(contact): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = contact.parse() else { return state.missing(request).await };
    match history::ask_of(&state.program, &caller, &client, id).await {
        Ok(()) => Redirect::to(&Address::Contact { id }.to_string()).into_response(),
        Err(error) => state.no_contact(request, "have a conversation read back", error).await,
    }
}

#[derive(Deserialize)]
struct Pressing {
    #[serde(default)]
    to: String,
}

/// The same step as beside the thread.
async fn prioritise(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(conversation): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Pressing>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Some(to) = Priority::called(&given.to) else { return state.missing(request).await };
    state.step(&caller, &conversation, request, Step::Prioritise { to }).await
}

/// To a team, or to nobody.
async fn give(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(conversation): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Pressing>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let step = match given.to.as_str() {
        "" => Step::NOBODY,
        id => match id.parse() {
            Ok(team) => Step::Team { to: Some(team), with: None },
            Err(_) => return state.missing(request).await,
        },
    };
    state.step(&caller, &conversation, request, step).await
}

async fn export(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(contact): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = contact.parse() else { return state.missing(request).await };
    match contacts::export(&state.program, &caller, &client, id).await {
        Ok(export) => {
            let kept = format!("attachment; filename=\"{}\"", export.name);
            let head = [(CONTENT_TYPE, "application/zip"), (CONTENT_DISPOSITION, kept.as_str())];
            (head, Body::from_stream(export.bytes)).into_response()
        }
        Err(error) => state.no_contact(request, "export all about a customer", error).await,
    }
}

async fn delete_page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(contact): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = contact.parse() else { return state.missing(request).await };
    match contacts::find(&state.program, &caller, id).await {
        Ok(known) => state.deleting(&caller, request, StatusCode::OK, known, None).await,
        Err(error) => state.no_contact(request, "read all about a customer", error).await,
    }
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    name: String,
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(contact): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match read_form::<Posted>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = contact.parse() else { return state.missing(request).await };
    match contacts::ask_deletion(&state.program, &caller, &client, id, &given.name).await {
        Ok(Asked::Begun { code }) => {
            Redirect::to(&format!("{}?begun={}", Address::Deletions, query::encode(&code))).into_response()
        }
        Ok(Asked::NotTheName(known)) => {
            state.deleting(&caller, request, StatusCode::UNPROCESSABLE_ENTITY, *known, Some(given.name)).await
        }
        Err(error) => state.no_contact(request, "ask for a deletion", error).await,
    }
}

#[derive(Deserialize)]
struct Wanted {
    begun: Option<String>,
}

async fn deletions(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    match contacts::deletions(&state.program, &caller).await {
        Ok(all) => {
            let page = Deletions { frame: state.frame(&caller).await, all, begun: wanted.begun };
            state.page_as(request, StatusCode::OK, Page::Deletions(Box::new(page))).await
        }
        Err(error) => state.refused(request, "list deletions", error.into()).await,
    }
}

impl PagesState {
    async fn step(&self, caller: &Caller, conversation: &str, request: Request, step: Step) -> Response {
        let Ok(id) = conversation.parse() else { return self.missing(request).await };
        if let Err(error) = desk::step(&self.program, caller, id, step).await {
            return self.no_contact(request, "take a step", error.into()).await;
        }
        match desk::details(&self.program, caller, id).await {
            Ok(details) => Redirect::to(&Address::Contact { id: details.contact.id }.to_string()).into_response(),
            Err(error) => self.no_contact(request, "take a step", error.into()).await,
        }
    }

    /// Without it the page says nothing of it.
    async fn history_of(&self, known: &KnownContact) -> Option<ListedBackfill> {
        history::of(&self.program, known.contact.id).await.ok().flatten()
    }

    /// Without teams the page offers none.
    async fn teams_for(&self, caller: &Caller, known: &KnownContact) -> Vec<(TeamId, String)> {
        let Some(it) = &known.conversation else { return Vec::new() };
        desk::teams(&self.program, caller, it.id).await.unwrap_or_default()
    }

    async fn block(
        &self,
        caller: &Caller,
        client: &Client,
        contact: &str,
        request: Request,
        is_blocked: bool,
    ) -> Response {
        let Ok(id) = contact.parse() else { return self.missing(request).await };
        match contacts::block(&self.program, caller, client, id, is_blocked).await {
            Ok(()) => Redirect::to(&Address::Contact { id }.to_string()).into_response(),
            Err(error) => self.no_contact(request, "block a customer", error).await,
        }
    }

    async fn deleting(
        &self,
        caller: &Caller,
        request: Request,
        status: StatusCode,
        known: KnownContact,
        typed: Option<String>,
    ) -> Response {
        let page = Deleting { frame: self.frame(caller).await, known, typed };
        self.page_as(request, status, Page::Deleting(Box::new(page))).await
    }

    async fn no_contact(&self, request: Request, doing: &'static str, error: ContactError) -> Response {
        match error {
            ContactError::NotFound => self.missing(request).await,
            ContactError::Forbidden(_) => self.forbidden(request).await,
            ContactError::Store(error) if error.is_outage() => {
                let here = request.uri().path().to_owned();
                self.page_as(
                    request,
                    StatusCode::SERVICE_UNAVAILABLE,
                    Page::Problem { error: AppError::Unavailable, here },
                )
                .await
            }
            ContactError::Store(error) => Fault::of(doing, &error).into_response(),
        }
    }
}
