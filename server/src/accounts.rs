//! Connecting accounts, and the tokens that open them.

pub mod refresh;

use crate::graph::{Access, GraphError, Token};
use crate::program::Program;
use crate::seams::Seams;
use crate::store::accounts::{AccountAdded, AccountState, AccountToken, NewAccount, TokenDeath, Told};
use crate::store::audit::Actor;
use crate::store::{Store, StoreResult};
use crate::vault::{Vault, VaultError};
use model::ids::AccountId;
use model::platform::{Login, Platform};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// An account with the token that its owner gave.
#[derive(Debug)]
pub struct Connection<'a> {
    pub platform: Platform,
    pub external_id: &'a str,
    pub name: &'a str,
    pub login: Login,
    pub token: Token,
    pub told: Told,
    /// What was said before is to be read back.
    pub wants_history: bool,
}

pub async fn connect(
    store: &dyn Store,
    seams: &Seams,
    vault: &Vault,
    actor: Actor,
    it: &Connection<'_>,
) -> StoreResult<AccountAdded> {
    store.add_account(sealed(seams, vault, actor, it)).await
}

/// As the store takes it.
pub fn sealed(seams: &Seams, vault: &Vault, actor: Actor, it: &Connection<'_>) -> NewAccount {
    let id = AccountId::of(it.platform, it.external_id);
    NewAccount {
        platform: it.platform,
        external_id: it.external_id.to_owned(),
        name: it.name.to_owned(),
        login: it.login,
        token: vault.seal(seams.chance.as_ref(), &purpose(id, it.login), it.token.expose()),
        told: it.told.clone(),
        now: seams.now(),
        actor,
        audit_id: seams.new_id(),
        wants_history: it.wants_history,
        history_id: seams.new_id(),
        gap_id: seams.new_id(),
    }
}

/// A token that was moved to another row does not open.
pub fn purpose(account: AccountId, login: Login) -> String {
    format!("account_tokens.token {account} {}", login.word())
}

/// An account that can be spoken for.
#[derive(Debug, Clone)]
pub struct Reached {
    pub platform: Platform,
    pub token: AccountToken,
    pub access: Access,
}

/// Accounts that were reached a moment ago: many messages of one leave in a second.
#[derive(Default)]
pub struct Lately(Mutex<HashMap<AccountId, (Instant, Reached)>>);

/// Within this time a new token, a pause or a disconnection is known to what leaves.
const REMEMBERED_FOR: Duration = Duration::from_secs(2);

impl Lately {
    fn reached(&self) -> MutexGuard<'_, HashMap<AccountId, (Instant, Reached)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It has another token, or none any more.
    pub fn forget(&self, account: AccountId) {
        self.reached().remove(&account);
    }
}

/// As [`reach`], or as it was a moment ago.
pub async fn reach_again(program: &Program, id: AccountId) -> StoreResult<Option<Reached>> {
    let lately = program.lately.reached().get(&id).filter(|it| it.0.elapsed() < REMEMBERED_FOR).cloned();
    if let Some((_, reached)) = lately {
        return Ok(Some(reached));
    }
    let reached = reach(program, id).await?;
    match &reached {
        Some(reached) => program.lately.reached().insert(id, (Instant::now(), reached.clone())),
        None => program.lately.reached().remove(&id),
    };
    Ok(reached)
}

/// `None` if the account cannot be reached as things are.
pub async fn reach(program: &Program, id: AccountId) -> StoreResult<Option<Reached>> {
    let account = program.store.find_account(id).await?;
    let account = account.filter(|it| matches!(it.state, AccountState::Active | AccountState::Paused));
    let token = program.store.find_account_token(id).await?.filter(|it| it.works);
    let (Some(account), Some(token)) = (account, token) else { return Ok(None) };
    let access = open(&program.vault, &token).ok();
    Ok(access.map(|access| Reached { platform: account.platform, token, access }))
}

/// Whatever was known of reaching the account is over.
pub fn reached_no_more(program: &Program, account: AccountId) {
    program.lately.reached().remove(&account);
}

/// Meta does not take the token any more: only connecting the account again helps.
pub async fn token_died(program: &Program, token: AccountToken, error: &GraphError) -> StoreResult<()> {
    let account = token.account;
    reached_no_more(program, account);
    let death = TokenDeath {
        account,
        login: token.login,
        sealed: token.sealed,
        reason: error.reason(),
        now: program.seams.now(),
        incident_id: program.seams.new_id(),
    };
    if program.store.token_died(death).await? {
        tracing::error!(account.id = %account, error = %error, "Meta refuses an account's token: connect it again");
    }
    Ok(())
}

pub fn open(vault: &Vault, token: &AccountToken) -> Result<Access, VaultError> {
    let opened = vault.open(&purpose(token.account, token.login), &token.sealed)?;
    Ok(Access { login: token.login, token: Token::new(opened), app: token.app.clone() })
}

/// The tokens that our key does not open.
pub async fn locked(store: &dyn Store, vault: &Vault) -> StoreResult<Vec<(AccountToken, VaultError)>> {
    let tokens = store.list_account_tokens().await?.into_iter();
    Ok(tokens.filter_map(|token| open(vault, &token).err().map(|error| (token, error))).collect())
}

/// What can be a token.
pub fn check_token(text: &str) -> Result<Token, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("expected the access token on standard input, found nothing");
    }
    if !Token::is_sayable(text) {
        return Err("expected the access token alone, without blanks or line breaks in it");
    }
    Ok(Token::new(text.to_owned()))
}
