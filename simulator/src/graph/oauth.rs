//! The pages on which the owner of an account lets an app in, and the way back to the app.

use super::{login_page, reading, tokens};
use crate::Shared;
use crate::world::World;
use crate::world::account::{Account, Holder, Login, Platform, every_permission};
use crate::world::grant::Grant;
use crate::world::record;
use axum::extract::{Form, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use std::collections::BTreeSet;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/oauth/authorize", get(ask_on_instagram).post(decide_on_instagram))
        .route("/dialog/oauth", get(ask_on_facebook).post(decide_on_facebook))
        .route("/{version}/dialog/oauth", get(ask_on_facebook).post(decide_on_facebook))
        // Asked with GET, the same path is Facebook's.
        .route("/oauth/access_token", post(instagram_token).fallback(super::answer))
}

/// What an app wants; also what is said when somebody decides about it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    client_id: String,
    redirect_uri: String,
    response_type: Option<String>,
    scope: String,
    state: Option<String>,
    /// Facebook Login for Business: what is wanted is written down at Meta.
    config_id: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// What somebody pressed and left on.
#[derive(Debug, Default)]
struct Decision {
    /// The account, or whoever logs in; missing if they cancelled.
    account: Option<String>,
    /// What they let the app do, of what it asked for; all of it, if they were not shown the switches.
    allowed: Option<BTreeSet<String>>,
}

impl From<Vec<(String, String)>> for Decision {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut it = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "as" => it.account = Some(value),
                "switches" => _ = it.allowed.get_or_insert_default(),
                "allow" => _ = it.allowed.get_or_insert_default().insert(value),
                _ => {}
            }
        }
        it
    }
}

async fn ask_on_instagram(State(simulator): State<Shared>, Query(wish): Query<Wish>) -> Response {
    ask(&simulator.look(), &wish, Login::Instagram)
}

async fn ask_on_facebook(State(simulator): State<Shared>, Query(wish): Query<Wish>) -> Response {
    ask(&simulator.look(), &wish, Login::Facebook)
}

async fn decide_on_instagram(
    State(simulator): State<Shared>,
    Query(wish): Query<Wish>,
    Form(decision): Form<Vec<(String, String)>>,
) -> Response {
    simulator.change(|world| decide(world, &wish, decision.into(), Login::Instagram))
}

async fn decide_on_facebook(
    State(simulator): State<Shared>,
    Query(wish): Query<Wish>,
    Form(decision): Form<Vec<(String, String)>>,
) -> Response {
    simulator.change(|world| decide(world, &wish, decision.into(), Login::Facebook))
}

fn ask(world: &World, wish: &Wish, login: Login) -> Response {
    match checked(world, wish, login) {
        Ok((app, scopes)) => {
            let people = world.accounts.iter().filter(|it| login == Login::Instagram && it.login == login);
            let mut choices: Vec<(&str, &str)> = people.map(|it| (it.id.as_str(), it.name.as_str())).collect();
            let pages: Vec<&str> = pages(world).map(|it| it.name.as_str()).collect();
            if login == Login::Facebook {
                choices.push((super::me::PERSON_ID, super::me::PERSON));
            }
            Html(login_page::question(app, &scopes, &choices, if login == Login::Facebook { &pages } else { &[] }))
                .into_response()
        }
        Err(why) => refused(&why),
    }
}

fn refused(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Html(login_page::refusal(why))).into_response()
}

fn decide(world: &mut World, wish: &Wish, decision: Decision, login: Login) -> Response {
    let mut scopes = match checked(world, wish, login) {
        Ok((_, scopes)) => scopes,
        Err(why) => return refused(&why),
    };
    let Some(chosen) = decision.account else { return back(wish, &denied(login), None) };
    if let Some(allowed) = decision.allowed {
        scopes.retain(|it| allowed.contains(it));
    }
    let account = world.account(&chosen).filter(|it| it.login == login).map(|it| it.id.clone());
    let holder = match (login, account) {
        (Login::Facebook, _) => Holder::User,
        (Login::Instagram, Some(id)) => Holder::Account(id),
        (Login::Instagram, None) => return refused("There is no such account."),
    };
    let at_ms = world.now_ms();
    let code = world.give_code(Grant {
        app_id: wish.client_id.clone(),
        redirect_uri: wish.redirect_uri.clone(),
        holder,
        permissions: scopes,
        challenge: wish.code_challenge.clone(),
        at_ms,
    });
    // What Instagram hangs on, and clients have to be ready for.
    let fragment = (login == Login::Instagram).then_some("_");
    back(wish, &[("code", &code)], fragment)
}

/// The app's name, and what it may be granted; or why Meta does not even ask.
fn checked<'a>(world: &'a World, wish: &Wish, login: Login) -> Result<(&'a str, BTreeSet<String>), String> {
    let Some(app) = world.app(&wish.client_id) else {
        return Err(match login {
            Login::Instagram => "Invalid Request: Invalid platform app".to_owned(),
            Login::Facebook => "Invalid App ID: the provided app ID does not look like a valid app ID.".to_owned(),
        });
    };
    if !reqwest::Url::parse(&wish.redirect_uri).is_ok_and(|it| matches!(it.scheme(), "http" | "https")) {
        return Err("Invalid redirect_uri: it must be the whole address that the login comes back to.".to_owned());
    }
    if wish.response_type.as_deref().is_some_and(|it| it != "code")
        || wish.response_type.is_none() && login == Login::Instagram
    {
        return Err("Invalid response_type: it must be code.".to_owned());
    }
    if wish.code_challenge.is_some() && wish.code_challenge_method.as_deref() != Some("S256") {
        return Err("Invalid code_challenge_method: it must be S256.".to_owned());
    }
    let known = known_scopes(login);
    let scopes = super::asked::comma_list(&wish.scope);
    if let Some(strange) = scopes.iter().find(|it| !known.contains(*it)) {
        return Err(format!("Invalid Scopes: {strange}"));
    }
    match (login, scopes.is_empty()) {
        (_, false) => Ok((&app.name, scopes)),
        (Login::Facebook, true) if wish.config_id.is_some() => Ok((&app.name, known)),
        (Login::Facebook, true) => Ok((&app.name, BTreeSet::from(["public_profile".to_owned()]))),
        (Login::Instagram, true) => Err("Invalid Scopes: none was asked for.".to_owned()),
    }
}

fn known_scopes(login: Login) -> BTreeSet<String> {
    let mut known = every_permission(Platform::Instagram, login);
    if login == Login::Facebook {
        known.extend(every_permission(Platform::Page, login));
        known.extend(["public_profile", "email"].map(str::to_owned));
    } else {
        known.extend(["instagram_business_content_publish", "instagram_business_manage_insights"].map(str::to_owned));
    }
    known
}

fn pages(world: &World) -> impl Iterator<Item = &Account> {
    world.accounts.iter().filter(|it| it.platform == Platform::Page)
}

fn denied(login: Login) -> Vec<(&'static str, &'static str)> {
    let mut query = vec![("error", "access_denied"), ("error_reason", "user_denied")];
    if login == Login::Facebook {
        query.push(("error_code", "200"));
    }
    query.push(("error_description", "The user denied your request."));
    query
}

fn back(wish: &Wish, query: &[(&str, &str)], fragment: Option<&str>) -> Response {
    let Ok(mut url) = reqwest::Url::parse(&wish.redirect_uri) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    url.query_pairs_mut().extend_pairs(query).extend_pairs(wish.state.iter().map(|it| ("state", it)));
    url.set_fragment(fragment);
    Redirect::to(url.as_str()).into_response()
}

async fn instagram_token(State(simulator): State<Shared>, request: Request) -> Response {
    let call = reading::read(request).await;
    let (status, answer) = simulator.change(|world| {
        let (status, answer) = tokens::instagram_code(world, &call);
        world.requests.add(record::Request {
            at: world.now_ms(),
            method: call.method.to_string(),
            path: call.raw_path.clone(),
            account_id: None,
            body: call.told(),
            status: status.as_u16(),
            answer: answer.clone(),
        });
        (status, answer)
    });
    (status, Json(answer)).into_response()
}
