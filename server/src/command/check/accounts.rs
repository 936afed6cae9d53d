//! Each account, as the page about health says it, after asking Meta. Nothing is changed, here or there.

use super::Finding::{self, Bad, Good, Odd};
use crate::accounts::open;
use crate::config::Settings;
use crate::graph::Graph;
use crate::health::{ask, facts, hour_of};
use crate::seams::Seams;
use crate::start::chain;
use crate::store::health::KnownHealth;
use crate::store::{Store, StoreResult};
use crate::vault::Vault;
use crate::vault::key;
use futures::future::join_all;
use model::health::{TokenFacts, of_account, of_clock, of_signatures};
use model::time::{DAY_S, HOUR_S};

pub(super) async fn look(settings: &Settings, store: &dyn Store) -> Vec<Finding> {
    let known = match store.list_health().await {
        Ok(known) if known.is_empty() => {
            return vec![Odd("accounts: none yet; switchboard account add connects one".to_owned())];
        }
        Ok(known) => known,
        Err(error) => return vec![Bad(format!("accounts: {}", chain(&error)))],
    };
    let graph = match Graph::new(&settings.meta) {
        Ok(graph) => graph,
        Err(error) => return vec![Bad(format!("accounts: {error}"))],
    };
    let vault = key::find(settings).ok().flatten().map(|(keys, _)| Vault::of(&keys));
    let seams = Seams::system();
    let looked = join_all(known.iter().map(|it| account(it, &graph, vault.as_ref(), &seams))).await;
    let (findings, clocks): (Vec<_>, Vec<_>) = looked.into_iter().unzip();
    let mut findings = findings.concat();
    if let Some(ahead_ms) = clocks.into_iter().flatten().next() {
        findings.push(Finding::of("clock", &of_clock(Some(ahead_ms))));
    }
    match signatures(settings, store, &seams).await {
        Ok(found) => findings.extend(found),
        Err(error) => findings.push(Bad(format!("signatures: {}", chain(&error)))),
    }
    findings
}

/// What was found, and by how much our clock is ahead of Meta's.
async fn account(it: &KnownHealth, graph: &Graph, vault: Option<&Vault>, seams: &Seams) -> (Vec<Finding>, Option<i64>) {
    let of = &it.account;
    let which = format!("account {} ({} {})", of.name, of.platform.title(), of.external_id);
    let mut facts = facts(it, vault);
    let (mut findings, mut clock) = (Vec::new(), None);
    for (known, login) in it.tokens.iter().zip(&mut facts.logins) {
        if login.token != TokenFacts::Works {
            continue;
        }
        findings.push(Good(format!("{which}: its token is there")));
        if let Some(access) = vault.and_then(|vault| open(vault, &known.token).ok()) {
            let asking = ask(graph, seams, of.platform, &access).await;
            clock = clock.or(asking.clock_ms);
            asking.note_in(login);
        }
    }
    for found in of_account(&facts, seams.now()) {
        let about = found.about.to_ascii_lowercase();
        findings.push(Finding::of(&format!("{which}: {about}"), &found));
    }
    (findings, clock)
}

/// What was posted here in the last day, if anything that Meta posts can be believed.
async fn signatures(settings: &Settings, store: &dyn Store, seams: &Seams) -> StoreResult<Option<Finding>> {
    let n_secrets = settings.meta.app_secrets.len();
    let since = hour_of(seams.now()) - DAY_S / HOUR_S + 1;
    let counted = store.webhooks_since(since).await?;
    Ok((n_secrets > 0).then(|| Finding::of("signatures", &of_signatures(counted, n_secrets))))
}
