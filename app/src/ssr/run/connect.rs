//! Connecting accounts: out to Meta, back again, and what is chosen then. Whatever came of the way back, the browser is
//! led on at once: no code stays in its address bar.

use super::super::PagesState;
use super::{Posted, Wanted};
use crate::pages::run::{Choice, DeletingAccount, Disconnecting, Notice, PastedToken, Ways, What, login_word};
use crate::path::Path as Address;
use crate::query;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use model::connecting::ConnectTrouble;
use model::platform::Login;
use model::teams::TeamRefusal;
use server::auth::{Caller, Client};
use server::connecting::erasing::{Asked, ask_deletion};
use server::connecting::{self, Arrival, BACK, Chosen, Pasted, Return, Told};
use server::http::fault::Fault;
use server::people::PeopleError;
use server::teams::accounts;
use tower_sessions::Session;

pub(super) fn routes() -> Router<PagesState> {
    let [instagram, facebook] = [Login::Instagram, Login::Page].map(login_word);
    Router::new()
        .route("/accounts/connect", get(ways))
        .route(&format!("/accounts/connect/{instagram}"), get(to_instagram))
        .route(&format!("/accounts/connect/{facebook}"), get(to_facebook))
        .route("/accounts/connect/token", get(token).post(paste))
        .route("/accounts/connect/pages/{choice}", get(offer).post(choose))
        .route("/accounts/{account}/disconnect", get(disconnecting).post(disconnect))
        .route("/accounts/{account}/delete", get(deleting).post(delete))
}

pub(super) fn open_routes() -> Router<PagesState> {
    Router::new().route(BACK, get(back))
}

async fn ways(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let apps = connecting::apps(&state.program, &caller);
    let home = connecting::home(&state.program);
    let what = apps.map(|apps| Some(What::Connect(Ways { apps, home })));
    state.run(&caller, request, StatusCode::OK, wanted.notice(), what).await
}

fn to_trouble(trouble: ConnectTrouble) -> Response {
    Redirect::to(&format!("{}?trouble={}", Address::Connect, trouble.word())).into_response()
}

async fn to_instagram(
    state: State<PagesState>,
    caller: Extension<Caller>,
    session: Session,
    request: Request,
) -> Response {
    leave(state, caller, session, request, Login::Instagram).await
}

async fn to_facebook(
    state: State<PagesState>,
    caller: Extension<Caller>,
    session: Session,
    request: Request,
) -> Response {
    leave(state, caller, session, request, Login::Page).await
}

/// A link and no form: the policy of our pages lets no form lead to another site, not even by a redirect.
async fn leave(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    session: Session,
    request: Request,
    login: Login,
) -> Response {
    if !is_from_here(request.headers()) {
        return Redirect::to(&Address::Connect.to_string()).into_response();
    }
    let app = query::value(request.uri().query().unwrap_or_default(), "app").unwrap_or_default();
    match connecting::begin(&state.program, &caller, &session, login, &app).await {
        Ok(Ok(url)) => Redirect::to(url.as_str()).into_response(),
        Ok(Err(trouble)) => to_trouble(trouble),
        Err(error) => state.refused(request, "send somebody to Meta", error).await,
    }
}

/// Another site must not begin anything. A browser that says nothing of it is an old one.
fn is_from_here(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|it| it.to_str().ok());
    matches!(site, None | Some("same-origin" | "none"))
}

/// Also for somebody who is not signed in any more: they are not led here again once they are, for their way is over.
async fn back(
    State(state): State<PagesState>,
    caller: Option<Extension<Caller>>,
    Extension(client): Extension<Client>,
    session: Session,
    uri: Uri,
) -> Response {
    let over = format!("{}?trouble={}", Address::Connect, ConnectTrouble::Stale.word());
    let Some(Extension(caller)) = caller else {
        return Redirect::to(&Address::LoginThen { next: &over }.to_string()).into_response();
    };
    let said = |name| query::value(uri.query().unwrap_or_default(), name).unwrap_or_default();
    let came = Return { state: said("state"), code: said("code"), error: said("error") };
    // It is gone through to its end, whether the browser waits or not: the code is good only once.
    let program = state.program.clone();
    let going = state
        .program
        .workers
        .spawn(async move { connecting::arrive(&program, &caller, &client, &session, &came).await });
    match going.await {
        Ok(Ok(Ok(arrival))) => arrived(&[arrival]),
        Ok(Ok(Err(trouble))) => to_trouble(trouble),
        // Whoever may not is told so there.
        Ok(Err(PeopleError::Forbidden(_))) => Redirect::to(&over).into_response(),
        Ok(Err(error)) => Fault::of("connect an account", &error).into_response(),
        Err(error) => Fault::of("connect an account", &error).into_response(),
    }
}

fn arrived(arrivals: &[Arrival]) -> Response {
    let is_told = arrivals.iter().all(|it| !matches!(it, Arrival::Connected { is_subscribed: false, .. }));
    let how =
        if is_told { "done=connected".to_owned() } else { format!("trouble={}", ConnectTrouble::NotSubscribed.word()) };
    let to = match arrivals {
        [Arrival::Choose(id)] => Address::ConnectPages { id: *id }.to_string(),
        [Arrival::Connected { account, .. }] => format!("{}?{how}", Address::Account { id: *account }),
        _ => format!("{}?{how}", Address::Accounts),
    };
    Redirect::to(&to).into_response()
}

async fn offer(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(choice): Path<String>,
    session: Session,
    request: Request,
) -> Response {
    show_offer(&state, &caller, &session, request, &choice, None).await
}

/// The choice, with what was ticked if that was not right.
async fn show_offer(
    state: &PagesState,
    caller: &Caller,
    session: &Session,
    request: Request,
    choice: &str,
    trouble: Option<ConnectTrouble>,
) -> Response {
    let Ok(id) = choice.parse() else { return to_trouble(ConnectTrouble::Stale) };
    match connecting::offer(&state.program, caller, session, id).await {
        Ok(Ok(offer)) => {
            let status = if trouble.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            let notice = trouble.map(|it| Notice::Refused(it.words()));
            let what = What::ConnectPages(Choice { offer, ticked: Vec::new() });
            state.run(caller, request, status, notice, Ok(Some(what))).await
        }
        Ok(Err(trouble)) => to_trouble(trouble),
        Err(error) => state.refused(request, "show which Pages can be connected", error).await,
    }
}

async fn choose(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(choice): Path<String>,
    session: Session,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = choice.parse() else { return to_trouble(ConnectTrouble::Stale) };
    match connecting::choose(&state.program, &caller, &client, &session, id, &given.ids("account")).await {
        Ok(Ok(Chosen { arrivals, trouble: None })) => arrived(&arrivals),
        Ok(Ok(Chosen { trouble: Some(trouble), .. })) => {
            Redirect::to(&format!("{}?trouble={}", Address::Accounts, trouble.word())).into_response()
        }
        Ok(Err(ConnectTrouble::NothingChosen)) => {
            show_offer(&state, &caller, &session, request, &choice, Some(ConnectTrouble::NothingChosen)).await
        }
        Ok(Err(trouble)) => to_trouble(trouble),
        Err(error) => state.refused(request, "connect a Page", error).await,
    }
}

async fn token(State(state): State<PagesState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let what = What::ConnectToken(PastedToken::default());
    state.run(&caller, request, StatusCode::OK, None, Ok(Some(what))).await
}

async fn paste(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let what = given.text("what");
    let pasted = Pasted::from_word(&what).unwrap_or(Pasted::Instagram);
    match connecting::paste(&state.program, &caller, &client, pasted, &given.text("token")).await {
        Ok(Ok(arrival)) => arrived(&[arrival]),
        Ok(Err(trouble)) => {
            let form = What::ConnectToken(PastedToken { what, problem: Some(trouble.words()) });
            state.run(&caller, request, StatusCode::UNPROCESSABLE_ENTITY, None, Ok(Some(form))).await
        }
        Err(error) => state.refused(request, "connect an account with a token", error).await,
    }
}

async fn disconnecting(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(account): Path<String>,
    request: Request,
) -> Response {
    let found = accounts::find(&state.program, &caller, &account).await;
    let what = found.map(|it| it.map(|account| What::Disconnect(Disconnecting { account })));
    state.run(&caller, request, StatusCode::OK, None, what).await
}

async fn disconnect(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(account): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = account.parse() else { return state.missing(request).await };
    let done = match connecting::disconnect(&state.program, &caller, &client, id).await {
        Ok(Ok(Told::Yes)) => "disconnected",
        Ok(Ok(Told::No)) => "disconnected-here",
        Ok(Err(TeamRefusal::NotAllowed)) => return state.forbidden(request).await,
        Ok(Err(_)) => return state.missing(request).await,
        Err(error) => return state.refused(request, "disconnect an account", error).await,
    };
    Redirect::to(&format!("{}?done={done}", Address::Account { id })).into_response()
}

async fn deleting(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(account): Path<String>,
    request: Request,
) -> Response {
    show_deleting(&state, &caller, request, StatusCode::OK, &account, None).await
}

async fn show_deleting(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    status: StatusCode,
    account: &str,
    typed: Option<String>,
) -> Response {
    let found = accounts::find(&state.program, caller, account).await;
    let what = found.map(|it| it.map(|account| What::DeleteAccount(DeletingAccount { account, typed })));
    state.run(caller, request, status, None, what).await
}

async fn delete(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path(account): Path<String>,
    request: Request,
) -> Response {
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = account.parse() else { return state.missing(request).await };
    let typed = given.text("name");
    match ask_deletion(&state.program, &caller, &client, id, &typed).await {
        Ok(Ok(Asked::Begun)) => Redirect::to(&format!("{}?done=deleting", Address::Accounts)).into_response(),
        Ok(Ok(Asked::NotTheName)) => {
            let wrong = StatusCode::UNPROCESSABLE_ENTITY;
            show_deleting(&state, &caller, request, wrong, &account, Some(typed)).await
        }
        Ok(Err(_)) => state.missing(request).await,
        Err(error) => state.refused(request, "ask for an account to be deleted", error).await,
    }
}
