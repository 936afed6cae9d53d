//! Whose things a request is about, and whether its token may see them.

use super::call::Call;
use super::error::{GraphError, Wrong};
use super::refusal;
use crate::world::World;
use crate::world::account::{Account, App, Login, Platform, Token};
use crate::world::customer::Customer;

/// What a request wants to do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Messages,
    Basics,
    Settings,
    Comments,
}

/// The account that `id` names, if the token speaks for it.
pub fn account<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a Account, GraphError> {
    let caller = call.caller(world)?;
    match caller.account {
        Some(own) if id == "me" => Ok(own),
        Some(own) => world.accounts_of(&own.id).find(|it| is_called(it, id)).ok_or_else(|| missing(id)),
        // Somebody who logged in with Facebook: of the Pages, and of what is linked to them.
        None => {
            let reached = |it: &&Account| it.login == Login::Facebook && it.id == id;
            world.accounts.iter().find(reached).ok_or_else(|| missing(id))
        }
    }
}

fn is_called(account: &Account, id: &str) -> bool {
    account.id == id || account.login == Login::Instagram && account.app_scoped_id == id
}

/// The same, with the permission that it takes.
pub fn account_for<'a>(world: &'a World, call: &Call, id: &str, purpose: Purpose) -> Result<&'a Account, GraphError> {
    let account = account(world, call, id)?;
    may(call.caller(world)?.token, account, purpose)?;
    Ok(account)
}

pub fn may(token: &Token, account: &Account, purpose: Purpose) -> Result<(), GraphError> {
    let one_of: &[&str] = match (account.platform, account.login, purpose) {
        (Platform::Instagram, Login::Instagram, Purpose::Messages | Purpose::Settings) => {
            &["instagram_business_manage_messages"]
        }
        (Platform::Instagram, Login::Instagram, Purpose::Comments) => &["instagram_business_manage_comments"],
        (Platform::Instagram, Login::Instagram, Purpose::Basics) => &["instagram_business_basic"],
        // A Page's token, which need not have been made with Instagram in mind.
        (Platform::Instagram, Login::Facebook, Purpose::Messages) => &["instagram_manage_messages", "pages_messaging"],
        (Platform::Instagram, Login::Facebook, _) => &["instagram_basic", "pages_show_list", "pages_messaging"],
        (Platform::Page, _, Purpose::Messages) => &["pages_messaging"],
        (Platform::Page, _, Purpose::Settings) => &["pages_manage_metadata"],
        (Platform::Page, _, Purpose::Comments) => &["pages_read_user_content", "pages_read_engagement"],
        (Platform::Page, _, Purpose::Basics) => &[],
    };
    if one_of.is_empty() || one_of.iter().any(|it| token.permissions.contains(*it)) {
        return Ok(());
    }
    Err(match account.platform {
        Platform::Instagram => refusal::no_permission(one_of[0]),
        Platform::Page => refusal::page_permission(one_of[0]),
    })
}

/// The customers of every account that the token speaks for.
pub fn customers<'a>(world: &'a World, call: &Call) -> Result<impl Iterator<Item = &'a Customer>, GraphError> {
    let own = call.caller(world)?.account.ok_or_else(|| missing("me"))?;
    let accounts: Vec<&str> = world.accounts_of(&own.id).map(|it| it.id.as_str()).collect();
    Ok(world.customers().iter().filter(move |it| accounts.contains(&it.account_id.as_str())))
}

/// The app that shows its own secret: as `id|secret` in place of a token.
pub fn app<'a>(world: &'a World, call: &Call) -> Result<&'a App, GraphError> {
    let token = call.token.as_deref().ok_or_else(|| Wrong::NoToken.error())?;
    let (id, secret) = token.split_once('|').ok_or_else(refusal::not_our_token)?;
    world.app(id).filter(|it| it.secret == secret).ok_or_else(refusal::not_our_token)
}

pub fn missing(id: &str) -> GraphError {
    Wrong::NoSuchObject(id.to_owned()).error()
}
