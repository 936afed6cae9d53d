//! How an account is connected: what was granted, and what Meta tells us of.

use super::super::accounts::check;
use super::sentence;
use crate::parts::icon::Symbol;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::connecting::{ConnectedToken, Connection, fields, missing};
use model::platform::{Login, Platform};
use model::teams::Standing;

const BAD: &str = "checks__item--bad";
const WARN: &str = "checks__item--warn";

/// The section of an account's page.
pub(crate) fn connection(it: &Connection, standing: Standing) -> Option<Piece> {
    let is_connected = match standing {
        Standing::Active | Standing::Paused => true,
        Standing::Disconnected => false,
        Standing::Deleting => return None,
    };
    let tokens = it.tokens.iter().map(|token| granted(it.platform, token)).collect_view();
    let none = (!is_connected).then(|| {
        check(
            BAD,
            Symbol::Offline,
            "Not connected",
            "Nothing comes in and nothing goes out. All that was said is kept.".to_owned(),
        )
    });
    let subscribed = is_connected.then(|| told(it));
    let change = |how| Path::ChangeAccount { id: it.account, how }.to_string();
    let (again, end, delete) = (change("subscribe"), change("disconnect"), change("delete"));
    let acts = is_connected.then(|| {
        view! {
            <PostForm action=again>
                <button type="submit" class="button">"Subscribe again"</button>
            </PostForm>
            <a class="button button--quiet" href=end>"Disconnect"</a>
        }
    });
    Some(piece! {
        <section class="page__set" aria-labelledby="connection">
            <h2 class="page__heading" id="connection">"Connection"</h2>
            <div class="page__form page__form--wide">
                <ul class="checks">{none}{tokens}{subscribed}</ul>
                <div class="page__acts">
                    <a class="button" href=Path::Connect.to_string()>"Connect again"</a>
                    {acts}
                    <a class="button button--quiet" href=delete>"Delete"</a>
                </div>
            </div>
        </section>
    })
}

/// By which login, and what was granted with it.
fn granted(platform: Platform, token: &ConnectedToken) -> Piece {
    let title = match token.login {
        Login::Instagram => "Instagram’s login",
        Login::Page => "Facebook’s login",
    };
    if !token.works {
        return check(BAD, Symbol::Alert, title, "Meta does not take its token any more: connect it again.".to_owned());
    }
    if token.granted.is_empty() {
        let words = "Its token was pasted. Meta did not say what it allows.";
        return check("", Symbol::Link, title, words.to_owned());
    }
    let missing = missing(platform, token.login, &token.granted);
    if missing.is_empty() {
        return check("", Symbol::CheckCircle, title, "All that the inbox needs was granted.".to_owned());
    }
    let class = if missing.iter().any(|it| it.is_needed) { BAD } else { WARN };
    check(class, Symbol::Alert, title, format!("Not granted: {}.", sentence(&missing)))
}

/// What Meta tells us of.
fn told(it: &Connection) -> Piece {
    let title = "Told by Meta";
    let Some(login) = it.login() else {
        return check(WARN, Symbol::Bell, title, "Nobody can be asked without a token.".to_owned());
    };
    let missing = it.not_subscribed();
    let n_all = fields(login).len();
    if it.checked_at.is_none() {
        return check("checks__item--unknown", Symbol::Bell, title, "Not asked yet.".to_owned());
    }
    match missing.len() {
        0 => check("", Symbol::Bell, title, "Everything that the inbox needs.".to_owned()),
        n if n == n_all => check(BAD, Symbol::Bell, title, "Nothing at all: press “Subscribe again”.".to_owned()),
        _ => check(WARN, Symbol::Bell, title, format!("Not of: {}.", missing.join(", "))),
    }
}
