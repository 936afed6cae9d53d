//! Somebody has a token already, and gives it to us on a page. Meta says whose it is.

use super::keeping::{NewLink, keep};
use super::{Arrived, trouble};
use crate::auth::{Caller, Client};
use crate::graph::login::Identity;
use crate::graph::{Access, Token};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::accounts::Told;
use model::connecting::ConnectTrouble;
use model::may::Act;
use model::needs::lacks_vital;
use model::platform::{Login, Platform};

/// Which account a token is to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pasted {
    /// An Instagram account, with its own token.
    Instagram,
    /// A Page, with its token.
    Page,
    /// The Instagram account that is linked to a Page, with the Page's token.
    Linked,
}

impl Pasted {
    pub const ALL: [Self; 3] = [Self::Instagram, Self::Page, Self::Linked];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Page => "page",
            Self::Linked => "linked",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    const fn login(self) -> Login {
        match self {
            Self::Instagram => Login::Instagram,
            Self::Page | Self::Linked => Login::Page,
        }
    }
}

/// Longer than any token that Meta gives.
const LONGEST: usize = 16 * 1024;

pub async fn paste(
    program: &Program,
    caller: &Caller,
    client: &Client,
    what: Pasted,
    text: &str,
) -> PeopleResult<Arrived> {
    caller.may(Act::RunTeams)?;
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST || !Token::is_sayable(text) {
        return Ok(Err(ConnectTrouble::Token));
    }
    let token = Token::new(text.to_owned());
    let known = match what.login() {
        Login::Instagram => None,
        Login::Page => of_page(program, &token).await,
    };
    let is_known = known.is_some();
    let told = known.unwrap_or_default();
    let access = Access { login: what.login(), token, app: told.app.clone() };
    let who = match program.graph.identity(&access).await {
        Ok(who) => who,
        Err(error) => return Ok(Err(trouble(&error, ConnectTrouble::Token))),
    };
    let link = match what {
        Pasted::Linked => linked(who, access, told),
        Pasted::Instagram | Pasted::Page => Some(own(who, access, told)),
    };
    let Some(link) = link else { return Ok(Err(ConnectTrouble::NotLinked)) };
    if is_known && lacks_vital(link.platform, link.access.login, &link.told.scopes) {
        return Ok(Err(ConnectTrouble::NoMessages));
    }
    keep(program, caller, client, link).await
}

/// What Meta says of the token, if it was made by one of our apps.
async fn of_page(program: &Program, token: &Token) -> Option<Told> {
    for app in program.graph.apps().iter().filter(|it| it.login == Login::Page) {
        let app = Some(app.id.clone());
        let access = Access { login: Login::Page, token: token.clone(), app: app.clone() };
        if let Ok(Some(known)) = program.graph.debug_token(&access).await {
            return Some(Told { app, scopes: known.granted, expires_at: known.ends.at(), ..Told::default() });
        }
    }
    None
}

fn own(who: Identity, access: Access, told: Told) -> NewLink {
    let platform = match access.login {
        Login::Instagram => Platform::Instagram,
        Login::Page => Platform::Page,
    };
    let name = who.username.clone().or(who.name).unwrap_or_else(|| who.id.clone());
    let told = Told { username: who.username, scoped_id: who.scoped_id, ..told };
    NewLink { platform, external_id: who.id, name, access, told }
}

fn linked(who: Identity, access: Access, told: Told) -> Option<NewLink> {
    let it = who.instagram?;
    let name = it.username.clone().or(who.name).unwrap_or_else(|| it.id.clone());
    let told = Told { username: it.username, page_id: Some(who.id), ..told };
    Some(NewLink { platform: Platform::Instagram, external_id: it.id, name, access, told })
}
