//! An account and its token are kept, and Meta is asked to tell us what happens there.

use super::{Arrival, Arrived, trouble};
use crate::accounts::{self, Reached};
use crate::auth::may::Forbidden;
use crate::auth::{Caller, Client};
use crate::graph::{Access, GraphError};
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::accounts::{AccountAdded, Told};
use crate::store::audit::Actor;
use crate::teams::change;
use model::connecting::{ConnectTrouble, Connection};
use model::ids::AccountId;
use model::may::Act;
use model::platform::{Login, Platform};

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

/// First the account, then the subscription: what comes in finds it there.
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
    let subscribed = subscribe(program, account, &access).await?;
    if let Err(error) = &subscribed {
        tracing::error!(account.id = %account, error = %error, "Meta does not tell us what happens on an account");
    }
    // What waited may leave now.
    program.outbox.wanted.notify_one();
    Ok(Ok(Arrival::Connected { account, is_subscribed: subscribed.is_ok() }))
}

/// How an account is connected.
pub async fn connection(program: &Program, caller: &Caller, id: AccountId) -> PeopleResult<Option<Connection>> {
    caller.may(Act::RunTeams)?;
    Ok(program.store.find_connection(id).await?)
}

/// Asks Meta once more to tell us what happens on an account.
pub async fn subscribe_again(
    program: &Program,
    caller: &Caller,
    id: AccountId,
) -> PeopleResult<Result<(), ConnectTrouble>> {
    caller.may(Act::RunTeams)?;
    let Some(Reached { access, .. }) = accounts::reach(program, id).await? else {
        return Ok(Err(ConnectTrouble::NotSubscribed));
    };
    Ok(subscribe(program, id, &access).await?.map_err(|error| trouble(&error, ConnectTrouble::NotSubscribed)))
}

/// Subscribes the account, looks at what Meta then says, and keeps that.
async fn subscribe(program: &Program, id: AccountId, access: &Access) -> StoreResult<Result<(), GraphError>> {
    let Some(connection) = program.store.find_connection(id).await? else { return Ok(Ok(())) };
    let place = place(&connection, access.login);
    if let Err(error) = program.graph.subscribe(access, place).await {
        return Ok(Err(error));
    }
    let fields = match program.graph.subscribed(access, place).await {
        Ok(fields) => fields,
        Err(error) => return Ok(Err(error)),
    };
    // Of two logins the one counts by which the account is reached.
    if connection.login() == Some(access.login) {
        let (change, now) = (program.seams.new_id(), program.seams.now());
        program.store.note_subscribed(id, fields, change, now).await?;
    }
    Ok(Ok(()))
}

/// What is subscribed: an Instagram account that is linked to a Page is told of with it.
pub(super) fn place(connection: &Connection, login: Login) -> &str {
    match (login, &connection.page) {
        (Login::Page, Some(page)) => page,
        _ => &connection.external_id,
    }
}
