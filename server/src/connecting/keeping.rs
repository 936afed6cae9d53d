//! An account and its token are kept, and Meta is asked to tell us what happens there.

use super::{Arrival, Arrived};
use crate::accounts;
use crate::auth::may::Forbidden;
use crate::auth::{Caller, Client};
use crate::graph::Access;
use crate::health;
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::accounts::{AccountAdded, Told};
use crate::store::audit::Actor;
use crate::teams::change;
use model::connecting::ConnectTrouble;
use model::ids::AccountId;
use model::platform::Platform;

/// An account that is about to be connected.
pub(super) struct NewLink {
    pub(super) platform: Platform,
    pub(super) external_id: String,
    pub(super) name: String,
    pub(super) access: Access,
    pub(super) told: Told,
}

impl NewLink {
    pub(super) fn account(&self) -> AccountId {
        AccountId::of(self.platform, &self.external_id)
    }
}

/// First the account, with what is to be read back, then the subscription: what comes in finds it there. Where we are
/// ended between the two, `health` sees within minutes that Meta does not tell us.
pub(super) async fn keep(program: &Program, caller: &Caller, client: &Client, link: NewLink) -> PeopleResult<Arrived> {
    let account = link.account();
    let NewLink { platform, external_id, name, access, told } = link;
    let connection = accounts::Connection {
        platform,
        external_id: &external_id,
        name: &name,
        login: access.login,
        token: access.token.clone(),
        told,
        wants_history: true,
    };
    let by = Actor::Person(caller.me.id);
    let new = accounts::sealed(&program.seams, &program.vault, by, &connection);
    match program.store.connect_account(change(program, caller, client), new).await? {
        Err(_) => return Err(Forbidden.into()),
        Ok(AccountAdded::BeingDeleted) => return Ok(Err(ConnectTrouble::BeingDeleted)),
        Ok(AccountAdded::New | AccountAdded::Renewed) => {}
    }
    program.lately.forget(account);
    tracing::info!(account.id = %account, login = access.login.word(), "an account was connected");
    let is_subscribed = health::look_at_new(program, account).await?;
    program.history.wanted.notify_one();
    // What waited may leave now.
    program.outbox.wanted.notify_one();
    Ok(Ok(Arrival::Connected { account, is_subscribed }))
}
