//! What an app hears of: of an account (`subscribed_apps`), and at all (`subscriptions`).

use super::call::Call;
use super::error::GraphError;
use super::whose::{self, Purpose};
use super::{Answer, asked, refusal};
use crate::Shared;
use crate::webhook::handshake;
use crate::world::World;
use crate::world::account::{self, Callback, Platform, Subscription};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// By the machine's clock.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// `POST /{account}/subscribed_apps`
pub fn subscribe(world: &mut World, call: &Call, id: &str) -> Answer {
    let (account_id, app_id) = asking(world, call, id)?;
    let account = world.account_mut(&account_id).ok_or_else(|| whose::missing(id))?;
    let Some(fields) = asked::words(call, "subscribed_fields") else {
        return Err(refusal::parameter("The parameter subscribed_fields is required"));
    };
    known(&fields, "subscribed_fields", &account::every_field(account.platform))?;
    account.subscriptions.retain(|it| it.app_id != app_id);
    account.subscriptions.push(Subscription { app_id: app_id.clone(), fields, failing_since_ms: None });
    // What is linked to a Page is told of with it, under whatever the app itself hears of.
    for linked in world.accounts.iter_mut().filter(|it| it.page_id.as_deref() == Some(&account_id)) {
        linked.subscriptions.retain(|it| it.app_id != app_id);
        let fields = account::every_field(linked.platform);
        linked.subscriptions.push(Subscription { app_id: app_id.clone(), fields, failing_since_ms: None });
    }
    Ok(json!({"success": true}))
}

/// `GET /{account}/subscribed_apps`
pub fn list(world: &World, call: &Call, id: &str) -> Answer {
    let (account_id, _) = asking(world, call, id)?;
    let account = world.account(&account_id).ok_or_else(|| whose::missing(id))?;
    let view = |it: &Subscription| {
        let app = world.app(&it.app_id)?;
        let link = app.callback.as_ref().and_then(|it| reqwest::Url::parse(&it.url).ok()?.join("/").ok());
        Some(json!({
            "category": "Business",
            "link": link.map_or_else(|| "https://www.facebook.com/games/".to_owned(), String::from),
            "name": app.name,
            "id": app.id,
            "subscribed_fields": it.fields,
        }))
    };
    Ok(json!({"data": account.subscriptions.iter().filter_map(view).collect::<Vec<_>>()}))
}

/// `DELETE /{account}/subscribed_apps`
pub fn unsubscribe(world: &mut World, call: &Call, id: &str) -> Answer {
    let (account_id, app_id) = asking(world, call, id)?;
    world.account_mut(&account_id).ok_or_else(|| whose::missing(id))?;
    for told in world.accounts.iter_mut().filter(|it| it.id == account_id || it.page_id.as_ref() == Some(&account_id)) {
        told.subscriptions.retain(|it| it.app_id != app_id);
    }
    Ok(json!({"success": true}))
}

fn asking(world: &World, call: &Call, id: &str) -> Result<(String, String), GraphError> {
    let account = whose::account_for(world, call, id, Purpose::Settings)?;
    Ok((account.id.clone(), call.caller(world)?.token.app_id.clone()))
}

fn known(wanted: &BTreeSet<String>, param: &str, all: &BTreeSet<String>) -> Result<(), GraphError> {
    match wanted.iter().enumerate().find(|(_, it)| !all.contains(*it)) {
        None => Ok(()),
        Some((n, _)) => {
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            Err(refusal::parameter(&format!("Param {param}[{n}] must be one of {{{}}}", all.join(", "))))
        }
    }
}

/// What an app wants to hear of, and where; granted once its address has shown that it wants it too.
#[derive(Debug)]
struct Wish {
    app_id: String,
    platform: Platform,
    callback: Callback,
    fields: BTreeSet<String>,
}

fn wish(world: &World, call: &Call, id: &str) -> Result<Wish, GraphError> {
    let app_id = own_app(world, call, id)?;
    let platform = object(call)?;
    let url = asked::needed(call, "callback_url")?;
    if !reqwest::Url::parse(&url).is_ok_and(|it| matches!(it.scheme(), "http" | "https")) {
        return Err(refusal::parameter("Param callback_url must be a valid URL"));
    }
    let verify_token = asked::needed(call, "verify_token")?;
    let all = account::every_field(platform);
    let fields = asked::words(call, "fields").unwrap_or_default();
    known(&fields, "fields", &all)?;
    Ok(Wish { app_id, platform, callback: Callback { url, verify_token }, fields })
}

/// `POST /{app}/subscriptions`: asks the callback whether it wants this, as Meta does before it posts there.
pub async fn subscribe_app(simulator: &Shared, call: &Call, id: &str) -> Answer {
    let (wish, challenge) = {
        let mut world = simulator.look();
        (wish(&world, call, id)?, world.ids.object())
    };
    let asked = handshake::ask(&simulator.http, &wish.callback, &challenge, SHOWN_WITHIN).await;
    match asked.error {
        None => simulator.change(|world| grant(world, wish)),
        Some(why) => Err(refusal::callback(&why)),
    }
}

fn grant(world: &mut World, wish: Wish) -> Answer {
    let app = world.apps.iter_mut().find(|it| it.id == wish.app_id).ok_or_else(|| refusal::no_app(&wish.app_id))?;
    app.callback = Some(wish.callback);
    world.app_fields.insert((wish.app_id, wish.platform.object()), wish.fields);
    Ok(json!({"success": true}))
}

/// `GET /{app}/subscriptions`
pub fn of_app(world: &World, call: &Call, id: &str) -> Answer {
    let app_id = own_app(world, call, id)?;
    let callback = world.app(&app_id).and_then(|it| it.callback.as_ref());
    let view = |platform: Platform| {
        // Where nothing was said the app hears of everything.
        let all = || account::every_field(platform);
        let fields = world.app_fields.get(&(app_id.clone(), platform.object())).cloned().unwrap_or_else(all);
        let fields: Vec<Value> = fields.iter().map(|it| json!({"name": it, "version": "v25.0"})).collect();
        let callback = callback.filter(|_| !fields.is_empty())?;
        Some(json!({"object": platform.object(), "callback_url": callback.url, "active": true, "fields": fields}))
    };
    let data: Vec<Value> = [Platform::Instagram, Platform::Page].into_iter().filter_map(view).collect();
    Ok(json!({"data": data}))
}

/// `DELETE /{app}/subscriptions`: of one object, or of both.
pub fn end(world: &mut World, call: &Call, id: &str) -> Answer {
    let app_id = own_app(world, call, id)?;
    let ended = if asked::word(call, "object").is_some() {
        vec![object(call)?]
    } else {
        vec![Platform::Instagram, Platform::Page]
    };
    for platform in &ended {
        world.app_fields.insert((app_id.clone(), platform.object()), BTreeSet::new());
    }
    if ended.len() == 2
        && let Some(app) = world.apps.iter_mut().find(|it| it.id == app_id)
    {
        app.callback = None;
    }
    Ok(json!({"success": true}))
}

fn object(call: &Call) -> Result<Platform, GraphError> {
    match asked::word(call, "object").as_deref() {
        Some("instagram") => Ok(Platform::Instagram),
        Some("page") => Ok(Platform::Page),
        _ => Err(refusal::parameter("Param object must be one of {instagram, page}")),
    }
}

fn own_app(world: &World, call: &Call, id: &str) -> Result<String, GraphError> {
    let app = whose::app(world, call)?;
    if app.id == id || id == "me" || id == "app" { Ok(app.id.clone()) } else { Err(whose::missing(id)) }
}
