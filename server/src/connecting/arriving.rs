//! From a code to an account, or to the Pages that somebody may choose among.

use super::keeping::{NewLink, keep};
use super::{Arrival, Arrived, CHOICE_S, home, purpose_of_choice, trouble};
use crate::auth::may::Forbidden;
use crate::auth::{Caller, Client};
use crate::config::OurApp;
use crate::graph::login::{Claim, ShortToken};
use crate::graph::{Access, LastingToken};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::accounts::Told;
use crate::store::connecting::{ConnectChoice, Visitor};
use crate::store::refreshing::FIRST_AFTER_S;
use model::connecting::ConnectTrouble;
use model::ids::ConnectChoiceId;
use model::needs::lacks_vital;
use model::platform::{Login, Platform};

/// Somebody who is back, and the app by which they were sent.
pub(super) struct Arriving<'a> {
    pub(super) program: &'a Program,
    pub(super) caller: &'a Caller,
    pub(super) client: &'a Client,
    pub(super) app: &'a OurApp,
    pub(super) by: Visitor,
}

impl Arriving<'_> {
    pub(super) async fn with_code(self, code: &str, verifier: Option<&str>) -> PeopleResult<Arrived> {
        // Instagram hangs this on.
        let code = code.trim_end_matches("#_");
        if code.is_empty() {
            return Ok(Err(ConnectTrouble::Code));
        }
        let (graph, home) = (&self.program.graph, home(self.program));
        let short = match graph.redeem(Claim { app: self.app, home: &home, code, verifier }).await {
            Ok(short) => short,
            Err(error) => return Ok(Err(trouble(&error, ConnectTrouble::Code))),
        };
        let is_useless = |granted: &Vec<String>| lacks_vital(Platform::Instagram, Login::Instagram, granted);
        if self.app.login == Login::Instagram && short.granted.as_ref().is_some_and(is_useless) {
            return Ok(Err(ConnectTrouble::NoMessages));
        }
        let long = match graph.lengthen(self.app, &short.token).await {
            Ok(long) => long,
            Err(error) => return Ok(Err(trouble(&error, ConnectTrouble::Refused))),
        };
        match self.app.login {
            Login::Instagram => self.instagram(short, long).await,
            Login::Page => self.facebook(long).await,
        }
    }

    /// The token is the account's own.
    async fn instagram(self, short: ShortToken, long: LastingToken) -> PeopleResult<Arrived> {
        let app = Some(self.app.id.clone());
        let access = Access { login: Login::Instagram, token: long.token, app: app.clone() };
        let who = match self.program.graph.identity(&access).await {
            Ok(who) => who,
            Err(error) => return Ok(Err(trouble(&error, ConnectTrouble::Nobody))),
        };
        let now = self.program.seams.now();
        let name = who.username.clone().or(who.name).unwrap_or_else(|| who.id.clone());
        let told = Told {
            username: who.username,
            scoped_id: who.scoped_id,
            app,
            scopes: short.granted.unwrap_or_default(),
            expires_at: long.lasts_s.map(|it| now.plus_s(it)),
            refresh_at: long.lasts_s.map(|it| now.plus_s((it / 2).max(FIRST_AFTER_S))),
            ..Told::default()
        };
        let link = NewLink { platform: Platform::Instagram, external_id: who.id, name, access, told };
        keep(self.program, self.caller, self.client, link).await
    }

    /// The token is of whoever logged in; the Pages have their own.
    async fn facebook(self, long: LastingToken) -> PeopleResult<Arrived> {
        let access = Access { login: Login::Page, token: long.token, app: Some(self.app.id.clone()) };
        let granted = match self.program.graph.debug_token(&access).await {
            Ok(Some(known)) => known.granted,
            Ok(None) => return Ok(Err(ConnectTrouble::Refused)),
            Err(error) => return Ok(Err(trouble(&error, ConnectTrouble::Refused))),
        };
        let (of_page, of_linked) = (
            lacks_vital(Platform::Page, Login::Page, &granted),
            lacks_vital(Platform::Instagram, Login::Page, &granted),
        );
        let sees_pages = granted.iter().any(|it| it == "pages_show_list");
        if of_page && of_linked || !sees_pages {
            return Ok(Err(ConnectTrouble::NoMessages));
        }
        let (seams, now) = (&self.program.seams, self.program.seams.now());
        let id: ConnectChoiceId = seams.new_id();
        let choice = ConnectChoice {
            id,
            by: self.by,
            app: self.app.id.clone(),
            token: self.program.vault.seal(seams.chance.as_ref(), &purpose_of_choice(id), access.token.expose()),
            scopes: granted,
            now,
            expires_at: now.plus_s(CHOICE_S),
        };
        match self.program.store.keep_choice(choice).await? {
            Ok(()) => Ok(Ok(Arrival::Choose(id))),
            Err(_) => Err(Forbidden.into()),
        }
    }
}
