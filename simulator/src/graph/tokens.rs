//! Tokens: fetched with a code, made to last, looked at. All of it by the simulator's clock.

use super::call::Call;
use super::error::GraphError;
use super::{Answer, asked, refusal, whose};
use crate::world::World;
use crate::world::account::{App, Holder, Platform, Token};
use crate::world::grant::{Claim, Unredeemed};
use axum::http::StatusCode;
use serde_json::{Value, json};

pub const SHORT_MS: i64 = 60 * 60 * 1000;
/// Meta's sixty days are always a little less.
pub const LONG_MS: i64 = (60 * 24 * 60 * 60 - 783) * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DATA_ACCESS_MS: i64 = 90 * DAY_MS;

/// `POST https://api.instagram.com/oauth/access_token`: what it refuses it refuses in words of its own.
pub fn instagram_code(world: &mut World, call: &Call) -> (StatusCode, Value) {
    match redeem_on_instagram(world, call) {
        Ok(answer) => (StatusCode::OK, answer),
        Err(why) => {
            let body = json!({"error_type": "OAuthException", "code": 400, "error_message": why});
            (StatusCode::BAD_REQUEST, body)
        }
    }
}

fn redeem_on_instagram(world: &mut World, call: &Call) -> Result<Value, &'static str> {
    let param = |key| asked::word(call, key).unwrap_or_default();
    let app = world.app(&param("client_id")).ok_or("Invalid platform app")?;
    if app.secret != param("client_secret") {
        return Err("Error validating client secret");
    }
    if param("grant_type") != "authorization_code" {
        return Err("Invalid grant_type: must be authorization_code");
    }
    let (app_id, code, redirect_uri) = (app.id.clone(), param("code"), param("redirect_uri"));
    let verifier = asked::word(call, "code_verifier");
    let claim = Claim { code: &code, app_id: &app_id, redirect_uri: &redirect_uri, verifier: verifier.as_deref() };
    let grant = world.redeem(&claim).map_err(|why| match why {
        Unredeemed::Unknown | Unredeemed::Used => "Matching code was not found or was already used",
        Unredeemed::Expired => "This authorization code has expired",
        Unredeemed::OtherAddress => {
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used \
             in the OAuth dialog request"
        }
        Unredeemed::WrongVerifier => "Invalid code_verifier",
    })?;
    let Holder::Account(account_id) = &grant.holder else {
        return Err("Matching code was not found or was already used");
    };
    let account = world.account(account_id).ok_or("Matching code was not found or was already used")?;
    // A bare number, as large as it is; it is the app's own id of the account and not what webhooks say.
    let user_id =
        account.app_scoped_id.parse::<u64>().map_or_else(|_| account.app_scoped_id.clone().into(), Value::from);
    let permissions = grant.permissions.clone();
    let token = world.issue("IGAA", &app_id, grant.holder.clone(), grant.permissions, Some(SHORT_MS));
    Ok(json!({"access_token": token, "user_id": user_id, "permissions": permissions}))
}

/// `GET https://graph.instagram.com/access_token`: an hour becomes sixty days.
pub fn instagram_exchange(world: &mut World, call: &Call) -> Answer {
    must_be(call, "grant_type", "ig_exchange_token")?;
    let token = instagram_token(world, call)?;
    let app = world.app(&token.app_id).ok_or_else(|| refusal::no_app(&token.app_id))?;
    if asked::needed(call, "client_secret")? != app.secret {
        return Err(refusal::client_secret());
    }
    if !is_short(&token) {
        return Err(refusal::parameter("Only a short-lived token can be exchanged"));
    }
    Ok(lengthened(world, &token))
}

/// `GET https://graph.instagram.com/refresh_access_token`: sixty days more.
pub fn instagram_refresh(world: &mut World, call: &Call) -> Answer {
    must_be(call, "grant_type", "ig_refresh_token")?;
    let token = instagram_token(world, call)?;
    if !token.permissions.contains("instagram_business_basic") {
        return Err(refusal::no_permission("instagram_business_basic"));
    }
    if is_short(&token) {
        return Err(refusal::parameter("Only a long-lived token can be refreshed"));
    }
    if world.now_ms() - token.issued_ms < DAY_MS {
        return Err(refusal::parameter("The access token must be at least 24 hours old"));
    }
    Ok(lengthened(world, &token))
}

fn instagram_token(world: &World, call: &Call) -> Result<Token, GraphError> {
    let caller = call.caller(world)?;
    match caller.account {
        Some(it) if it.platform == Platform::Instagram => Ok(caller.token.clone()),
        _ => Err(refusal::not_our_token()),
    }
}

fn lengthened(world: &mut World, token: &Token) -> Value {
    let long = world.issue("IGAA", &token.app_id, token.holder.clone(), token.permissions.clone(), Some(LONG_MS));
    bearer(&long, LONG_MS)
}

/// `GET https://graph.facebook.com/<v>/oauth/access_token`
pub fn facebook(world: &mut World, call: &Call) -> Answer {
    let app = app_with_secret(world, call)?;
    let (app_id, app_token) = (app.id.clone(), format!("{}|{}", app.id, app.secret));
    match asked::word(call, "grant_type").as_deref() {
        Some("client_credentials") => Ok(json!({"access_token": app_token, "token_type": "bearer"})),
        Some("fb_exchange_token") => {
            let value = asked::needed(call, "fb_exchange_token")?;
            let token = Call { token: Some(value), ..call.clone() }.caller(world)?.token.clone();
            if token.app_id != app_id || token.holder != Holder::User {
                return Err(refusal::not_our_token());
            }
            let long = world.issue("EAAB", &app_id, Holder::User, token.permissions, Some(LONG_MS));
            Ok(bearer(&long, LONG_MS))
        }
        None | Some("authorization_code") => {
            let (code, redirect_uri) = (asked::needed(call, "code")?, asked::needed(call, "redirect_uri")?);
            let verifier = asked::word(call, "code_verifier");
            let claim =
                Claim { code: &code, app_id: &app_id, redirect_uri: &redirect_uri, verifier: verifier.as_deref() };
            let grant = world.redeem(&claim).map_err(|why| match why {
                Unredeemed::Unknown => refusal::parameter("Invalid verification code format."),
                Unredeemed::Used => refusal::code_used(),
                Unredeemed::Expired => refusal::code_expired(),
                Unredeemed::OtherAddress => refusal::code_of_another_address(),
                Unredeemed::WrongVerifier => refusal::parameter("Invalid code_verifier"),
            })?;
            let token = world.issue("EAAB", &app_id, grant.holder, grant.permissions, Some(SHORT_MS));
            Ok(bearer(&token, SHORT_MS))
        }
        Some(_) => Err(refusal::parameter("Param grant_type must be one of {authorization_code, fb_exchange_token}")),
    }
}

/// The token of a Page for whoever owns it: the same one again, as long as it is good. It lives as
/// long as the login did, and without end if that was made to last.
pub fn of_page(world: &mut World, call: &Call, page_id: &str) -> Result<String, GraphError> {
    let by = call.caller(world)?.token.clone();
    if by.holder == Holder::Account(page_id.to_owned()) {
        return Ok(by.value);
    }
    let holder = Holder::Account(page_id.to_owned());
    let expires_ms = if is_short(&by) { by.expires_ms } else { None };
    let fits = |it: &&Token| {
        let same = it.holder == holder && it.app_id == by.app_id && it.permissions == by.permissions;
        same && it.expires_ms == expires_ms && it.revoked.is_none()
    };
    if let Some(before) = world.tokens.iter().find(fits) {
        return Ok(before.value.clone());
    }
    let lasts_ms = expires_ms.map(|it| it - world.now_ms());
    Ok(world.issue("EAAB", &by.app_id, holder, by.permissions, lasts_ms))
}

/// `GET /debug_token`, for the app itself or one of its tokens.
pub fn debug(world: &World, call: &Call) -> Answer {
    let app_id = match whose::app(world, call) {
        Ok(app) => app.id.clone(),
        Err(_) => call.caller(world)?.token.app_id.clone(),
    };
    let value = asked::needed(call, "input_token")?;
    let asked_about = Call { token: Some(value.clone()), ..call.clone() };
    let error = asked_about.caller(world).err();
    let Some(token) = world.token(&value).filter(|it| it.app_id == app_id) else {
        let error = json!({"code": 190, "message": "The access token could not be decrypted"});
        return Ok(json!({"data": {"error": error, "is_valid": false, "scopes": []}}));
    };
    let seconds = |at_ms: Option<i64>| at_ms.map_or(0, |it| it.div_euclid(1000));
    let (kind, id) = match &token.holder {
        Holder::User => ("USER", super::me::PERSON_ID),
        Holder::Account(id) => match world.account(id) {
            Some(it) if it.platform == Platform::Instagram => ("IG_USER", it.app_scoped_id.as_str()),
            _ => ("PAGE", id.as_str()),
        },
    };
    let targets = |scope: &String| json!({"scope": scope, "target_ids": targets(world, token)});
    let mut data = json!({
        "app_id": app_id, "type": kind, "application": world.app(&app_id).map(|it| it.name.clone()),
        "data_access_expires_at": seconds(Some(token.issued_ms + DATA_ACCESS_MS)),
        "expires_at": seconds(token.expires_ms), "is_valid": error.is_none(), "issued_at": seconds(Some(token.issued_ms)),
        "scopes": token.permissions, "granular_scopes": token.permissions.iter().map(targets).collect::<Vec<_>>(),
        "user_id": id,
    });
    if kind == "PAGE" {
        data["profile_id"] = id.into();
    }
    if let Some(error) = error {
        data["error"] = json!({"code": error.code, "subcode": error.subcode, "message": error.message});
    }
    Ok(json!({"data": data}))
}

fn targets(world: &World, token: &Token) -> Vec<String> {
    match &token.holder {
        Holder::Account(id) => vec![id.clone()],
        Holder::User => {
            let pages = world.accounts.iter().filter(|it| it.platform == Platform::Page);
            pages.map(|it| it.id.clone()).collect()
        }
    }
}

fn app_with_secret<'a>(world: &'a World, call: &Call) -> Result<&'a App, GraphError> {
    let id = asked::needed(call, "client_id")?;
    let app = world.app(&id).ok_or_else(|| refusal::no_app(&id))?;
    if asked::needed(call, "client_secret")? == app.secret { Ok(app) } else { Err(refusal::client_secret()) }
}

fn must_be(call: &Call, key: &str, only: &str) -> Result<(), GraphError> {
    if asked::needed(call, key)? == only {
        return Ok(());
    }
    Err(refusal::parameter(&format!("Param {key} must be {only}")))
}

fn is_short(token: &Token) -> bool {
    token.expires_ms.is_some_and(|it| it - token.issued_ms < DAY_MS)
}

fn bearer(token: &str, lasts_ms: i64) -> Value {
    json!({"access_token": token, "token_type": "bearer", "expires_in": lasts_ms / 1000})
}
