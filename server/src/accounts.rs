//! Connecting accounts, and the tokens that open them.

use crate::graph::{Access, Token};
use crate::seams::Seams;
use crate::store::accounts::{AccountAdded, AccountToken, NewAccount};
use crate::store::audit::Actor;
use crate::store::{Store, StoreResult};
use crate::vault::{Vault, VaultError};
use model::ids::AccountId;
use model::platform::{Login, Platform};

/// An account with the token that its owner gave.
#[derive(Debug)]
pub struct Connection<'a> {
    pub platform: Platform,
    pub external_id: &'a str,
    pub name: &'a str,
    pub login: Login,
    pub token: Token,
}

pub async fn connect(
    store: &dyn Store,
    seams: &Seams,
    vault: &Vault,
    actor: Actor,
    it: &Connection<'_>,
) -> StoreResult<AccountAdded> {
    let id = AccountId::of(it.platform, it.external_id);
    let account = NewAccount {
        platform: it.platform,
        external_id: it.external_id.to_owned(),
        name: it.name.to_owned(),
        login: it.login,
        token: vault.seal(seams.chance.as_ref(), &purpose(id, it.login), it.token.expose()),
        now: seams.now(),
        actor,
        audit_id: seams.new_id(),
    };
    store.add_account(account).await
}

/// A token that was moved to another row does not open.
fn purpose(account: AccountId, login: Login) -> String {
    format!("account_tokens.token {account} {}", login.word())
}

pub fn open(vault: &Vault, token: &AccountToken) -> Result<Access, VaultError> {
    let opened = vault.open(&purpose(token.account, token.login), &token.sealed)?;
    Ok(Access { login: token.login, token: Token::new(opened) })
}

/// The tokens that our key does not open.
pub async fn locked(store: &dyn Store, vault: &Vault) -> StoreResult<Vec<(AccountToken, VaultError)>> {
    let tokens = store.list_account_tokens().await?.into_iter();
    Ok(tokens.filter_map(|token| open(vault, &token).err().map(|error| (token, error))).collect())
}

/// What can be a token: it goes into a header.
pub fn check_token(text: &str) -> Result<Token, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("expected the access token on standard input, found nothing");
    }
    if !text.bytes().all(|it| it.is_ascii_graphic()) {
        return Err("expected the access token alone, without blanks or line breaks in it");
    }
    Ok(Token::new(text.to_owned()))
}
