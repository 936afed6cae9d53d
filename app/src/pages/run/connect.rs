//! Connecting an account: by which of Meta's logins, which of one's Pages, or with a token that one has.

mod deleting;
mod ending;
mod link;
mod pages;
mod token;

pub use deleting::DeletingAccount;
pub(super) use deleting::DeletingAccountPage;
pub use ending::Disconnecting;
pub(super) use ending::DisconnectingPage;
pub(super) use link::connection;
pub use pages::Choice;
pub(super) use pages::ChoicePage;
pub use token::PastedToken;
pub(super) use token::TokenPage;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::path::Path;
use crate::prelude::*;
use model::needs::{Permission, TO_FIND_PAGES, permissions};
use model::platform::{Login, Platform};

/// The ways there are.
#[derive(Debug, Clone)]
pub struct Ways {
    /// Login and id of each app of ours.
    pub apps: Vec<(Login, String)>,
    /// What has to be registered at Meta.
    pub home: String,
}

#[component]
pub(super) fn WaysPage(frame: Frame, notice: Option<Piece>, ways: Ways) -> Piece {
    let Ways { apps, home } = ways;
    let instagram = way(Login::Instagram, &apps);
    let page = way(Login::Page, &apps);
    piece! {
        <FramedPage frame place=Place::Accounts title="Connect an account"
            lead="You are led to Meta, log in there, and come back. An account that is connected already keeps everything and gets a new token.">
            {notice}
            <section class="page__set" aria-labelledby="by-instagram">
                <h2 class="page__heading" id="by-instagram">"Instagram"</h2>
                <div class="page__form page__form--wide">
                    <p>"A business or creator account, with Instagram’s own login. It needs no Facebook Page."</p>
                    {asked(Platform::Instagram, Login::Instagram)}
                    {instagram}
                </div>
            </section>
            <section class="page__set" aria-labelledby="by-facebook">
                <h2 class="page__heading" id="by-facebook">"Facebook Page"</h2>
                <div class="page__form page__form--wide">
                    <p>"A Page with Messenger, and the Instagram account that is linked to it, with Facebook’s login. You choose which of them."</p>
                    {asked(Platform::Page, Login::Page)}
                    {page}
                </div>
            </section>
            <section class="page__set" aria-labelledby="by-token">
                <h2 class="page__heading" id="by-token">"With a token"</h2>
                <div class="page__form page__form--wide">
                    <p>"If you have an access token already, such as from Meta’s dashboard, paste it."</p>
                    <div class="page__acts"><a class="button" href=Path::ConnectToken.to_string()>"Paste a token"</a></div>
                </div>
            </section>
            <section class="page__set" aria-labelledby="at-meta">
                <h2 class="page__heading" id="at-meta">"At Meta"</h2>
                <div class="page__form page__form--wide">
                    <p class="small">"Register this address in the app’s login settings, to the letter, as an OAuth redirect URI:"</p>
                    <p class="page__address"><code>{home}</code></p>
                </div>
            </section>
        </FramedPage>
    }
}

/// A link for each app; of several the id tells them apart.
fn way(login: Login, apps: &[(Login, String)]) -> Piece {
    let of_login: Vec<&String> = apps.iter().filter(|it| it.0 == login).map(|it| &it.1).collect();
    let (title, settings) = match login {
        Login::Instagram => {
            ("Continue with Instagram", "SWITCHBOARD_INSTAGRAM_APP_ID and SWITCHBOARD_META_APP_SECRETS")
        }
        Login::Page => ("Continue with Facebook", "SWITCHBOARD_META_APP_ID and SWITCHBOARD_META_APP_SECRETS"),
    };
    if of_login.is_empty() {
        let words = format!("No app is set up for it: {settings} are missing.");
        return piece! { <p class="small is-soon">{words}</p> };
    }
    let is_one = of_login.len() == 1;
    let links = of_login.into_iter().enumerate().map(|(n, id)| {
        let class = if n == 0 { "button button--primary" } else { "button" };
        let title = if is_one { title.to_owned() } else { format!("{title}, app {id}") };
        let path = Path::ConnectBy { login: login_word(login), app: if is_one { "" } else { id.as_str() } }.to_string();
        view! { <a class=class href=path>{title}</a> }
    });
    let links = links.collect_view();
    piece! { <div class="page__acts">{links}</div> }
}

/// As the address calls it.
pub const fn login_word(login: Login) -> &'static str {
    match login {
        Login::Instagram => "instagram",
        Login::Page => "facebook",
    }
}

fn asked(platform: Platform, login: Login) -> Piece {
    let to_find = (login == Login::Page).then_some(&TO_FIND_PAGES);
    let needs = sentence(permissions(platform, login).iter().chain(to_find));
    piece! { <p class="small">{format!("Meta asks you to let us: {needs}.")}</p> }
}

/// "read and answer messages; see comments and answer them in private"
fn sentence<'a>(permissions: impl IntoIterator<Item = &'a Permission>) -> String {
    permissions.into_iter().map(|it| it.words).collect::<Vec<_>>().join("; ")
}
