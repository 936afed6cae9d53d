//! What Meta has to know of us and we of Meta.

use super::Finding::{self, Bad, Good, Odd};
use crate::accounts::open;
use crate::config::{MetaSettings, Settings};
use crate::start::chain;
use crate::store::accounts::{Account, AccountToken};
use crate::store::{Store, StoreResult};
use crate::vault::Vault;
use crate::vault::key::{self, Source};

pub(super) fn secret_key(settings: &Settings) -> Finding {
    match key::find(settings) {
        Ok(Some((_, Source::Setting))) => Good("secret key: from SWITCHBOARD_SECRET_KEY".to_owned()),
        Ok(Some((_, Source::File(path) | Source::NewFile(path)))) if key::is_open_to_others(&path) => {
            let path = path.display();
            Odd(format!("secret key: others on this machine may read {path}; chmod 600 {path}"))
        }
        Ok(Some((_, source))) => Good(format!("secret key: from {source}")),
        Ok(None) => {
            let path = key::file_of(&settings.database_url);
            Odd(format!("secret key: there is none yet; switchboard serve makes {}", path.display()))
        }
        Err(error) => Bad(format!("secret key: {error}")),
    }
}

pub(super) fn settings(settings: &Settings) -> Vec<Finding> {
    let meta = &settings.meta;
    let secrets = match meta.app_secrets.len() {
        0 => {
            Odd("Meta app secrets: none (SWITCHBOARD_META_APP_SECRETS); nothing that Meta sends can be believed".into())
        }
        n_secrets => Good(format!("Meta app secrets: {n_secrets}")),
    };
    let verify_token = match &meta.verify_token {
        None => Odd("verify token: not set (SWITCHBOARD_META_VERIFY_TOKEN); Meta cannot subscribe".to_owned()),
        Some(_) => Good("verify token: set".to_owned()),
    };
    let mut findings = vec![secrets, verify_token];
    findings.extend(open_roads(meta));
    findings
}

fn open_roads(meta: &MetaSettings) -> impl Iterator<Item = Finding> {
    let unsafe_ones = [&meta.graph_url, &meta.instagram_graph_url].into_iter().filter(|it| !it.is_safe());
    unsafe_ones.map(|it| Bad(format!("Graph API: {it} is not https: tokens would travel in the open")))
}

/// Each account with each of its tokens.
pub(super) async fn accounts(settings: &Settings, store: &dyn Store) -> Vec<Finding> {
    match rows(store).await {
        Ok((accounts, _)) if accounts.is_empty() => {
            vec![Odd("accounts: none yet; switchboard account add connects one".to_owned())]
        }
        Ok((accounts, tokens)) => {
            let vault = key::find(settings).ok().flatten().map(|(keys, _)| Vault::of(&keys));
            accounts.iter().flat_map(|it| account(it, &tokens, vault.as_ref())).collect()
        }
        Err(error) => vec![Bad(format!("accounts: {}", chain(&error)))],
    }
}

async fn rows(store: &dyn Store) -> StoreResult<(Vec<Account>, Vec<AccountToken>)> {
    Ok((store.list_accounts().await?, store.list_account_tokens().await?))
}

fn account(account: &Account, tokens: &[AccountToken], vault: Option<&Vault>) -> Vec<Finding> {
    let which = format!("account {} ({} {})", account.name, account.platform.title(), account.external_id);
    let tokens: Vec<_> = tokens.iter().filter(|it| it.account == account.id).collect();
    if tokens.is_empty() {
        return vec![Bad(format!("{which}: it has no token; connect it again"))];
    }
    let finding = |token: &AccountToken| {
        let opened = vault.map(|it| open(it, token));
        match (opened, token.works) {
            (Some(Ok(_)), true) => Good(format!("{which}: its token is there")),
            (Some(Ok(_)), false) => {
                let why = token.error.as_deref().unwrap_or("no reason is known");
                Bad(format!("{which}: Meta refused its token: {why}; connect it again"))
            }
            (Some(Err(error)), _) => Bad(format!("{which}: its token cannot be opened: {error}")),
            (None, _) => Bad(format!("{which}: its token cannot be opened without the secret key")),
        }
    };
    tokens.into_iter().map(finding).collect()
}
