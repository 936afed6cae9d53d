//! Accounts: new ones, what Meta or their owners switch off, and what happens to their tokens.

use super::{AccountView, Refusal, unprocessable};
use crate::Shared;
use crate::world::World;
use crate::world::account::{Account, Callback, Holder, Login, Platform, Routing, Switches};
use crate::world::say::Saying;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    platform: Platform,
    name: String,
    id: Option<String>,
    username: Option<String>,
    /// `instagram` or `facebook`, for an Instagram account.
    login: Option<Login>,
    /// The Page that an Instagram account is linked to.
    page_id: Option<String>,
    /// The first, if it is not said.
    app_id: Option<String>,
    several_images: Option<bool>,
    human_agent: Option<bool>,
    message_access: Option<bool>,
    replies: Option<bool>,
}

pub async fn add(State(simulator): State<Shared>, body: Bytes) -> Result<(StatusCode, Json<AccountView>), Refusal> {
    let new: NewAccount = super::read(&body)?;
    let name = new.name.trim();
    if name.is_empty() {
        return Err(unprocessable("name: expected at least one letter"));
    }
    let made = simulator.change(|world| {
        let app_id = match &new.app_id {
            Some(id) => world.app(id),
            None => world.apps.first(),
        };
        let Some(app_id) = app_id.map(|it| it.id.clone()) else { return Err("app_id: there is no such app") };
        let id = new.id.clone().unwrap_or_else(|| new_id(world, new.platform));
        if world.account(&id).is_some() {
            return Err("id: there is an account with this id");
        }
        if new.page_id.as_ref().is_some_and(|id| world.account(id).is_none()) {
            return Err("page_id: there is no such account");
        }
        let mut account = Account::new(new.platform, &id, name);
        account.page_id.clone_from(&new.page_id);
        let linked = new.page_id.as_ref().map(|_| Login::Facebook);
        account.login = new.login.or(linked).unwrap_or(account.login);
        if let Some(username) = &new.username {
            account.username.clone_from(username);
        }
        let switched = [new.several_images, new.human_agent, new.message_access, new.replies];
        turn(&mut account.switches, switched);
        world.add_account(account, &app_id, &format!("pocket-token-{id}"));
        Ok(super::accounts(world).into_iter().find(|it| it.id == id))
    });
    let made = made.map_err(unprocessable)?.ok_or_else(|| unprocessable("id: the account was not made"))?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// In the form that Meta's have.
fn new_id(world: &mut World, platform: Platform) -> String {
    let digits = world.ids.object();
    match platform {
        Platform::Instagram => format!("17841{}", &digits[..12]),
        Platform::Page => digits[..15].to_owned(),
    }
}

fn turn(switches: &mut Switches, to: [Option<bool>; 4]) {
    let [several_images, human_agent, message_access, replies] = to;
    switches.several_images = several_images.unwrap_or(switches.several_images);
    switches.human_agent = human_agent.unwrap_or(switches.human_agent);
    switches.message_access = message_access.unwrap_or(switches.message_access);
    switches.replies = replies.unwrap_or(switches.replies);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeAccount {
    several_images: Option<bool>,
    human_agent: Option<bool>,
    message_access: Option<bool>,
    replies: Option<bool>,
    profiles: Option<bool>,
    newest_twenty_only: Option<bool>,
    /// `null` switches it off.
    #[serde(default, deserialize_with = "said")]
    routing: Option<RoutingTo>,
    /// With this subcode of error 190: 458 removed, 460 password changed, 467 invalid.
    revoke_token: Option<u32>,
    expire_token_in_s: Option<i64>,
    /// Neither revoked nor expired any more.
    restore_token: Option<bool>,
    /// All that its token may do from now on.
    permissions: Option<BTreeSet<String>>,
}

enum RoutingTo {
    Off,
    On(NewRouting),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRouting {
    default_app_id: String,
    #[serde(default)]
    may_take: BTreeSet<String>,
}

/// Tells `null` from what was not said.
fn said<'de, D: Deserializer<'de>>(it: D) -> Result<Option<RoutingTo>, D::Error> {
    Option::deserialize(it).map(|it| Some(it.map_or(RoutingTo::Off, RoutingTo::On)))
}

pub async fn change(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let to: ChangeAccount = super::read(&body)?;
    simulator.change(|world| {
        let now_ms = world.now_ms();
        let account = world.account_mut(&id).ok_or_else(|| no_account(&id))?;
        turn(&mut account.switches, [to.several_images, to.human_agent, to.message_access, to.replies]);
        let switches = &mut account.switches;
        switches.profiles = to.profiles.unwrap_or(switches.profiles);
        switches.newest_twenty_only = to.newest_twenty_only.unwrap_or(switches.newest_twenty_only);
        if let Some(to) = to.routing {
            let routing = match to {
                RoutingTo::Off => None,
                RoutingTo::On(it) => Some(Routing { default_app_id: it.default_app_id, may_take: it.may_take }),
            };
            world.set_routing(&id, routing);
        }
        for token in world.tokens.iter_mut().filter(|it| it.holder == Holder::Account(id.clone())) {
            if to.restore_token == Some(true) {
                (token.revoked, token.expires_ms) = (None, None);
            }
            if let Some(permissions) = &to.permissions {
                token.permissions.clone_from(permissions);
            }
            token.revoked = to.revoke_token.or(token.revoked);
            let expires_ms = to.expire_token_in_s.map(|it| now_ms.saturating_add(it.saturating_mul(1000)));
            token.expires_ms = expires_ms.or(token.expires_ms);
        }
        shown(world, &id).map(Json)
    })
}

fn shown(world: &World, id: &str) -> Result<Value, Refusal> {
    let account = world.account(id).ok_or_else(|| no_account(id))?;
    let routing = account.routing.as_ref();
    let routing = routing.map(|it| json!({"default_app_id": it.default_app_id, "may_take": it.may_take}));
    let token = world.token_of(id);
    Ok(json!({
        "id": account.id,
        "switches": account.switches,
        "routing": routing,
        "token": token.map(|it| {
            json!({"revoked": it.revoked, "expires_at": it.expires_ms, "permissions": it.permissions})
        }),
        "subscribed": account.subscriptions.iter().map(|it| &it.app_id).collect::<Vec<_>>(),
    }))
}

fn no_account(id: &str) -> Refusal {
    (StatusCode::NOT_FOUND, format!("there is no account {id}\n"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Native {
    customer_id: String,
    text: String,
}

/// Somebody of the business writes on the phone; the apps hear an echo that names none of them.
pub async fn native(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let it: Native = super::read(&body)?;
    if it.text.trim().is_empty() {
        return Err(unprocessable("text: expected at least one letter"));
    }
    simulator.change(|world| {
        world.account(&id).ok_or_else(|| no_account(&id))?;
        if world.customer(&it.customer_id).is_none_or(|it| it.account_id != id) {
            let why = format!("there is no customer {} of this account\n", it.customer_id);
            return Err((StatusCode::NOT_FOUND, why));
        }
        let now_ms = world.now_ms();
        let saying = Saying { text: Some(it.text), ..Saying::default() };
        Ok(Json(json!({"mid": world.say(&it.customer_id, saying, now_ms)})))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCallback {
    /// The first app, if it is not said.
    app_id: Option<String>,
    url: String,
    verify_token: String,
}

pub async fn call_back(State(simulator): State<Shared>, body: Bytes) -> Result<StatusCode, Refusal> {
    let to: NewCallback = super::read(&body)?;
    if !(to.url.starts_with("http://") || to.url.starts_with("https://")) {
        return Err(unprocessable("url: expected an address that begins with http:// or https://"));
    }
    simulator.change(|world| {
        let app = match &to.app_id {
            Some(id) => world.apps.iter_mut().find(|it| it.id == *id),
            None => world.apps.first_mut(),
        };
        let app = app.ok_or_else(|| (StatusCode::NOT_FOUND, "there is no such app\n".to_owned()))?;
        app.callback = Some(Callback { url: to.url, verify_token: to.verify_token });
        Ok(StatusCode::NO_CONTENT)
    })
}
