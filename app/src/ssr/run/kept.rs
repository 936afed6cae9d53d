//! How long what is said on an account is kept. What would go is asked for before anything is saved.

use super::super::PagesState;
use super::Posted;
use crate::pages::run::{Kept as KeptPage, Notice, What};
use crate::path::Path as Address;
use axum::Router;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use model::ids::AccountId;
use model::retention::{self as model_retention, Kept};
use serde::Deserialize;
use server::auth::{Caller, Client};
use server::people::PeopleError;
use server::retention;
use server::teams::accounts;

pub(super) fn routes() -> Router<PagesState> {
    Router::new().route("/accounts/{account}/kept", get(page).post(save))
}

#[derive(Deserialize)]
struct Typed {
    messages: Option<String>,
    media: Option<String>,
    #[serde(default)]
    done: String,
}

/// What was typed as a rule, or what is wrong with it.
fn read(typed: &[String; 2]) -> Result<Kept, [Option<&'static str>; 2]> {
    match typed.each_ref().map(|it| model_retention::read_days(it)) {
        [Ok(messages_days), Ok(media_days)] => Ok(Kept { messages_days, media_days }),
        problems => Err(problems.map(Result::err)),
    }
}

/// With what would go, if something was typed and nothing is wrong with it.
async fn shown(
    state: &PagesState,
    caller: &Caller,
    account: &str,
    typed: Option<[String; 2]>,
) -> Result<Option<KeptPage>, PeopleError> {
    let Some(account) = accounts::find(&state.program, caller, account).await? else { return Ok(None) };
    let rules = retention::rules(&state.program, caller, account.id).await?;
    let Some(typed) = typed else {
        let typed = model_retention::What::ALL
            .map(|what| rules.iter().find(|it| it.what == what).map(|it| it.days.to_string()).unwrap_or_default());
        return Ok(Some(KeptPage { account, rules, typed, problems: [None; 2], would_go: None }));
    };
    let (problems, would_go) = match read(&typed) {
        Ok(kept) => ([None; 2], Some(retention::would_go(&state.program, caller, account.id, kept).await?)),
        Err(problems) => (problems, None),
    };
    Ok(Some(KeptPage { account, rules, typed, problems, would_go }))
}

async fn page(
    State(state): State<PagesState>,
    Extension(caller): Extension<Caller>,
    Path(account): Path<String>,
    Query(typed): Query<Typed>,
    request: Request,
) -> Response {
    let Typed { messages, media, done } = typed;
    let is_asked = messages.is_some() || media.is_some();
    let typed = is_asked.then(|| [messages, media].map(Option::unwrap_or_default));
    let kept = shown(&state, &caller, &account, typed).await;
    let is_wrong = matches!(&kept, Ok(Some(it)) if it.problems.iter().any(Option::is_some));
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    state.run(&caller, request, status, Notice::done(&done), kept.map(|it| it.map(What::Kept))).await
}

async fn save(
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
    let typed = ["messages", "media"].map(|it| given.text(it));
    let (Ok(id), Ok(kept)) = (account.parse::<AccountId>(), read(&typed)) else {
        let kept = shown(&state, &caller, &account, Some(typed)).await;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return state.run(&caller, request, status, None, kept.map(|it| it.map(What::Kept))).await;
    };
    match retention::set(&state.program, &caller, &client, id, kept).await {
        Ok(Ok(())) => {
            Redirect::to(&format!("{}?done=kept", Address::ChangeAccount { id, how: "kept" })).into_response()
        }
        Ok(Err(refusal)) => {
            let kept = shown(&state, &caller, &account, Some(typed)).await;
            state.not_run(&caller, request, refusal, kept.map(|it| it.map(What::Kept))).await
        }
        Err(error) => state.refused(request, "set how long something is kept", error).await,
    }
}
