//! Endpoints, as plain forms. Whether somebody may is asked before any of them is reached.

use super::{PagesState, Posted, only_who_may};
use crate::pages::endpoints::{Done, EndpointLog, Endpoints, LogDone};
use crate::path::Path as Address;
use crate::shell::Page;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use model::endpoints::{DeliveryKey, EndpointForm, Topic, read_limit};
use model::ids::EndpointId;
use model::may::Act;
use serde::Deserialize;
use server::auth::may::Refused;
use server::auth::{Caller, Client};
use server::endpoints;
use server::store::endpoints::EndpointChange;

pub(super) fn routes(state: &PagesState) -> Router<PagesState> {
    Router::new()
        .route("/endpoints", get(list).post(add))
        .route("/endpoints/{endpoint}", get(log))
        .route("/endpoints/{endpoint}/pause", post(pause))
        .route("/endpoints/{endpoint}/resume", post(resume))
        .route("/endpoints/{endpoint}/delete", post(delete))
        .route("/endpoints/{endpoint}/replay", post(replay_failed))
        .route("/endpoints/{endpoint}/replay/{delivery}", post(replay_one))
        .route("/bots/{bot}/limit", post(limit))
        .route_layer(from_fn_with_state((state.clone(), Act::RunTokens), only_who_may))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    done: String,
}

impl Wanted {
    fn done(&self) -> Option<Done> {
        match self.done.as_str() {
            "paused" => Some(Done::Paused),
            "resumed" => Some(Done::Resumed),
            "deleted" => Some(Done::Deleted),
            "limited" => Some(Done::Limited),
            _ => None,
        }
    }
}

/// Nothing typed yet; everything is told.
fn empty() -> EndpointForm {
    EndpointForm { topics: Topic::ALL.to_vec(), ..EndpointForm::default() }
}

async fn list(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    page(&state, &caller, request, StatusCode::OK, empty(), wanted.done()).await
}

async fn page(
    state: &PagesState,
    caller: &Caller,
    request: Request,
    status: StatusCode,
    form: EndpointForm,
    done: Option<Done>,
) -> Response {
    match endpoints::list(&state.program, caller).await {
        Ok((endpoints, tokens, bots)) => {
            let frame = state.frame(caller).await;
            let page = Endpoints { frame, endpoints, tokens, bots, form, done };
            state.page_as(request, status, Page::Endpoints(Box::new(page))).await
        }
        Err(error) => state.refused(request, "list the endpoints", error.into()).await,
    }
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
    let form = EndpointForm {
        name: given.text("name"),
        url: given.text("url"),
        token: given.text("token").parse().ok(),
        topics: Topic::ALL.into_iter().filter(|it| given.has("topic", it.word())).collect(),
        ..EndpointForm::default()
    };
    match endpoints::add(&state.program, &caller, &client, form).await {
        Ok(Ok(made)) => page(&state, &caller, request, StatusCode::CREATED, empty(), Some(Done::Made(made))).await,
        Ok(Err(form)) => page(&state, &caller, request, StatusCode::UNPROCESSABLE_ENTITY, form, None).await,
        Err(error) => state.refused(request, "make an endpoint", error.into()).await,
    }
}

#[derive(Deserialize)]
struct WantedLog {
    #[serde(default)]
    failed: String,
    again: Option<u64>,
}

async fn log(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(endpoint): Path<String>,
    Query(wanted): Query<WantedLog>,
    request: Request,
) -> Response {
    let Ok(id) = endpoint.parse() else { return state.missing(request).await };
    let failed_only = !wanted.failed.is_empty();
    match endpoints::log(&state.program, &caller, id, failed_only).await {
        Ok(Some((endpoint, deliveries))) => {
            let frame = state.frame(&caller).await;
            let done = wanted.again.map(|n_replayed| LogDone { n_replayed });
            let log = EndpointLog { frame, endpoint, deliveries, failed_only, done };
            state.page_as(request, StatusCode::OK, Page::EndpointLog(Box::new(log))).await
        }
        Ok(None) => state.missing(request).await,
        Err(error) => state.refused(request, "show an endpoint", error.into()).await,
    }
}

/// Who asks, and what for.
type Asked = (State<PagesState>, Extension<Caller>, Extension<Client>, Path<String>);

async fn pause(asked: Asked, request: Request) -> Response {
    change(asked, request, EndpointChange::Pause, "paused").await
}

async fn resume(asked: Asked, request: Request) -> Response {
    change(asked, request, EndpointChange::Resume, "resumed").await
}

async fn delete(asked: Asked, request: Request) -> Response {
    change(asked, request, EndpointChange::Delete, "deleted").await
}

async fn change(asked: Asked, request: Request, change: EndpointChange, word: &str) -> Response {
    let (State(state), Extension(caller), Extension(client), Path(endpoint)) = asked;
    let Ok(id) = endpoint.parse() else { return state.missing(request).await };
    match endpoints::change(&state.program, &caller, &client, id, change).await {
        Ok(true) => Redirect::to(&format!("{}?done={word}", Address::Endpoints)).into_response(),
        Ok(false) => state.missing(request).await,
        Err(error) => state.refused(request, "change an endpoint", error.into()).await,
    }
}

async fn replay_failed(asked: Asked, request: Request) -> Response {
    let (State(state), Extension(caller), Extension(client), Path(endpoint)) = asked;
    let Ok(id) = endpoint.parse() else { return state.missing(request).await };
    let replayed = endpoints::replay(&state.program, &caller, &client, id, None).await;
    again(&state, request, id, replayed).await
}

async fn replay_one(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Extension(client): Extension<Client>,
    Path((endpoint, delivery)): Path<(String, String)>,
    request: Request,
) -> Response {
    let key = endpoint.parse().ok().and_then(|id| DeliveryKey::at(id, &delivery));
    let Some(key) = key else { return state.missing(request).await };
    let replayed = endpoints::replay(&state.program, &caller, &client, key.endpoint, Some(key)).await;
    again(&state, request, key.endpoint, replayed).await
}

async fn again(state: &PagesState, request: Request, id: EndpointId, replayed: Result<u64, Refused>) -> Response {
    match replayed {
        Ok(n) => Redirect::to(&format!("{}?again={n}", Address::Endpoint { id })).into_response(),
        Err(error) => state.refused(request, "tell an endpoint again", error.into()).await,
    }
}

async fn limit(asked: Asked, request: Request) -> Response {
    let (State(state), Extension(caller), Extension(client), Path(bot)) = asked;
    let (request, given) = match Posted::read(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(id) = bot.parse() else { return state.missing(request).await };
    let Ok(within_s) = read_limit(&given.text("within")) else {
        let done = Some(Done::NotALimit);
        return page(&state, &caller, request, StatusCode::UNPROCESSABLE_ENTITY, empty(), done).await;
    };
    match endpoints::limit_bot(&state.program, &caller, &client, id, within_s).await {
        Ok(true) => Redirect::to(&format!("{}?done=limited", Address::Endpoints)).into_response(),
        Ok(false) => state.missing(request).await,
        Err(error) => state.refused(request, "set a bot's time limit", error.into()).await,
    }
}
