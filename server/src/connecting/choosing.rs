//! Somebody who logged in with Facebook chooses among their Pages and what is linked to them.

use super::keeping::{NewLink, keep};
use super::{Arrival, purpose_of_choice, trouble, visitor};
use crate::auth::{Caller, Client};
use crate::graph::login::PageFound;
use crate::graph::{Access, Token};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::accounts::{AccountState, Told};
use crate::store::connecting::ConnectChoice;
use model::connecting::{ConnectTrouble, OfferedPage};
use model::ids::{AccountId, ConnectChoiceId};
use model::may::Act;
use model::needs::lacks_vital;
use model::platform::{Login, Platform};
use tower_sessions::Session;

/// What there is to choose, and what was granted.
#[derive(Debug, Clone)]
pub struct Offer {
    pub id: ConnectChoiceId,
    pub pages: Vec<OfferedPage>,
    pub granted: Vec<String>,
    /// Those of them that are connected now.
    pub connected: Vec<AccountId>,
}

/// What was connected, and why one of them was not.
#[derive(Debug, Default)]
pub struct Chosen {
    pub arrivals: Vec<Arrival>,
    pub trouble: Option<ConnectTrouble>,
}

pub async fn offer(
    program: &Program,
    caller: &Caller,
    session: &Session,
    id: ConnectChoiceId,
) -> PeopleResult<Result<Offer, ConnectTrouble>> {
    caller.may(Act::RunTeams)?;
    let (choice, pages) = match found(program, caller, session, id).await? {
        Ok(found) => found,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let accounts = program.store.list_accounts().await?;
    let is_connected =
        |it: &&crate::store::accounts::Account| matches!(it.state, AccountState::Active | AccountState::Paused);
    let connected = accounts.iter().filter(is_connected).map(|it| it.id).collect();
    let pages = pages.into_iter().map(|it| it.page).collect();
    Ok(Ok(Offer { id, pages, granted: choice.scopes, connected }))
}

/// The accounts that were ticked are connected, and the rest is forgotten. Where something goes wrong on the way it can
/// be asked for again: what is connected already is so again.
pub async fn choose(
    program: &Program,
    caller: &Caller,
    client: &Client,
    session: &Session,
    id: ConnectChoiceId,
    ticked: &[AccountId],
) -> PeopleResult<Result<Chosen, ConnectTrouble>> {
    caller.may(Act::RunTeams)?;
    let (choice, pages) = match found(program, caller, session, id).await? {
        Ok(found) => found,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let links: Vec<NewLink> = pages.iter().flat_map(|it| links(it, &choice)).collect();
    let chosen: Vec<NewLink> = links.into_iter().filter(|it| ticked.contains(&it.account())).collect();
    if chosen.is_empty() {
        return Ok(Err(ConnectTrouble::NothingChosen));
    }
    // Before any of them is connected: all of them, or none.
    if chosen.iter().any(|it| lacks_vital(it.platform, Login::Page, &choice.scopes)) {
        return Ok(Err(ConnectTrouble::NoMessages));
    }
    let mut done = Chosen::default();
    for link in chosen {
        match keep(program, caller, client, link).await? {
            Ok(arrival) => done.arrivals.push(arrival),
            Err(trouble) => done.trouble = Some(trouble),
        }
    }
    program.store.drop_choice(id).await?;
    Ok(Ok(done))
}

type Found = Result<(ConnectChoice, Vec<PageFound>), ConnectTrouble>;

/// The Pages as Meta tells them now.
async fn found(program: &Program, caller: &Caller, session: &Session, id: ConnectChoiceId) -> PeopleResult<Found> {
    let Some(by) = visitor(caller, session) else { return Ok(Err(ConnectTrouble::Stale)) };
    let Some(choice) = program.store.find_choice(id, by, program.seams.now()).await? else {
        return Ok(Err(ConnectTrouble::Stale));
    };
    let Ok(opened) = program.vault.open(&purpose_of_choice(id), &choice.token) else {
        return Ok(Err(ConnectTrouble::Stale));
    };
    let access = Access { login: Login::Page, token: Token::new(opened), app: Some(choice.app.clone()) };
    Ok(match program.graph.pages_of(&access).await {
        Ok(pages) => Ok((choice, pages)),
        Err(error) => Err(trouble(&error, ConnectTrouble::Refused)),
    })
}

/// What can be connected of a Page: itself, and what is linked to it. Both are reached with its token.
fn links(found: &PageFound, choice: &ConnectChoice) -> Vec<NewLink> {
    let Some(token) = found.token.as_ref().filter(|_| found.page.may_message) else { return Vec::new() };
    let access = Access { login: Login::Page, token: token.clone(), app: Some(choice.app.clone()) };
    let told = Told { app: Some(choice.app.clone()), scopes: choice.scopes.clone(), ..Told::default() };
    let page = &found.page;
    let mut links = vec![NewLink {
        platform: Platform::Page,
        external_id: page.id.clone(),
        name: page.name.clone(),
        access: access.clone(),
        told: told.clone(),
    }];
    if let Some(it) = &page.instagram {
        let told = Told { username: it.username.clone(), page_id: Some(page.id.clone()), ..told };
        let name = it.username.clone().unwrap_or_else(|| page.name.clone());
        links.push(NewLink { platform: Platform::Instagram, external_id: it.id.clone(), name, access, told });
    }
    links
}
