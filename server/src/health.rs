//! How the accounts fare, and what lies between Meta and us. What is known is gathered here for the page and for
//! `switchboard check`, and `model::health` says what it means; so both say the same.

pub mod address;
mod ask;
mod watch;

pub use ask::{Asking, ask};
pub use watch::{look_at_new, look_now, round, start};

use crate::accounts::open;
use crate::auth::Caller;
use crate::people::PeopleResult;
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::accounts::{AccountState, incident};
use crate::store::health::{KnownHealth, KnownToken};
use crate::vault::Vault;
use model::health::{AccountFacts, Finding, LoginFacts, Signatures, TokenFacts, of_account, of_clock, of_signatures};
use model::ids::AccountId;
use model::intake::POLICY_BLOCK;
use model::may::Act;
use model::platform::Platform;
use model::teams::Standing;
use model::time::{DAY_S, HOUR_S, MINUTE_S, Timestamp};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Of how many hours webhooks are counted.
const HOURS: i64 = DAY_S / HOUR_S;
/// What came of asking under our own address is shown for so long.
const ADDRESS_KEPT_MS: i64 = MINUTE_S * 1000;

/// What stops messages, or is about to.
const TROUBLES: [&str; 5] = [
    incident::TOKEN_DEAD,
    incident::TOKEN_ENDING,
    incident::SUBSCRIPTION_LOST,
    incident::PERMISSION_MISSING,
    POLICY_BLOCK,
];
const INCIDENTS_MOST: u32 = 1000;

/// What this process keeps in mind of it.
#[derive(Default)]
pub struct Health {
    n_right: AtomicI64,
    n_wrong: AtomicI64,
    /// Whether we were reached under our own address, and when that was tried.
    address: Mutex<Option<(Timestamp, Vec<Finding>)>>,
}

impl Health {
    /// Somebody posted to us as Meta does.
    pub fn was_posted(&self, is_signed: bool) {
        let counter = if is_signed { &self.n_right } else { &self.n_wrong };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// What was posted since it was taken last.
    fn take(&self) -> Signatures {
        let take = |it: &AtomicI64| it.swap(0, Ordering::Relaxed);
        Signatures { n_right: take(&self.n_right), n_wrong: take(&self.n_wrong) }
    }

    fn give_back(&self, it: Signatures) {
        self.n_right.fetch_add(it.n_right, Ordering::Relaxed);
        self.n_wrong.fetch_add(it.n_wrong, Ordering::Relaxed);
    }
}

/// All that the page shows.
#[derive(Debug, Clone)]
pub struct Report {
    /// Of this installation as a whole.
    pub ours: Vec<Finding>,
    pub accounts: Vec<AccountReport>,
}

#[derive(Debug, Clone)]
pub struct AccountReport {
    pub id: AccountId,
    pub name: String,
    pub username: Option<String>,
    pub platform: Platform,
    pub findings: Vec<Finding>,
}

/// How everything fares, as it is known now; nobody is asked but ourselves.
pub async fn report(program: &Program, caller: &Caller) -> PeopleResult<Report> {
    caller.may(Act::RunTeams)?;
    save_counts(program).await?;
    let now = program.seams.now();
    let known = program.store.list_health().await?;
    let mut ours = address(program, now).await;
    let signatures = program.store.webhooks_since(hour_of(now) - HOURS + 1).await?;
    ours.push(of_signatures(signatures, program.intake.secrets.len()));
    ours.push(of_clock(clock(&known)));
    Ok(Report { ours, accounts: known.iter().map(|it| report_of(program, it, now)).collect() })
}

fn report_of(program: &Program, it: &KnownHealth, now: Timestamp) -> AccountReport {
    AccountReport {
        id: it.account.id,
        name: it.account.name.clone(),
        username: it.account.username.clone(),
        platform: it.account.platform,
        findings: of_account(&facts(it, Some(&program.vault)), now),
    }
}

/// How one account fares.
pub async fn of_one(program: &Program, caller: &Caller, account: AccountId) -> PeopleResult<Vec<Finding>> {
    caller.may(Act::RunTeams)?;
    let known = program.store.list_health().await?;
    let one = known.iter().find(|it| it.account.id == account);
    Ok(one.map(|it| report_of(program, it, program.seams.now()).findings).unwrap_or_default())
}

/// Of how many accounts something is wrong that the caller can mend.
pub async fn n_troubled(program: &Program, caller: &Caller) -> PeopleResult<usize> {
    if caller.may(Act::RunTeams).is_err() {
        return Ok(0);
    }
    let open = program.store.list_open_incidents(INCIDENTS_MOST).await?;
    let troubled = open.iter().filter(|it| TROUBLES.contains(&it.kind.as_str())).map(|it| it.account);
    Ok(troubled.collect::<BTreeSet<_>>().len())
}

async fn address(program: &Program, now: Timestamp) -> Vec<Finding> {
    let kept = || program.health.address.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, found)) = kept().clone()
        && (0..ADDRESS_KEPT_MS).contains(&now.since_ms(at))
    {
        return found;
    }
    let found = address::look(Some(&program.public_url)).await;
    *kept() = Some((now, found.clone()));
    found
}

/// Writes down what was posted to this process.
async fn save_counts(program: &Program) -> StoreResult<()> {
    let counted = program.health.take();
    if counted == Signatures::default() {
        return Ok(());
    }
    let saved = program.store.count_webhooks(hour_of(program.seams.now()), counted).await;
    if saved.is_err() {
        program.health.give_back(counted);
    }
    saved
}

/// Hours since 1970.
pub fn hour_of(at: Timestamp) -> i64 {
    at.0.div_euclid(HOUR_S * 1000)
}

/// By how much our clock is ahead of Meta's, as it was seen last.
fn clock(known: &[KnownHealth]) -> Option<i64> {
    let seen = known.iter().flat_map(|it| &it.tokens).filter_map(|it| Some((it.asked.as_ref()?.at, it.clock_ms?)));
    seen.max_by_key(|it| it.0).map(|it| it.1)
}

/// What is known of an account, as `model::health` reads it. Without a vault no token is opened.
pub fn facts(it: &KnownHealth, vault: Option<&Vault>) -> AccountFacts {
    AccountFacts {
        platform: it.account.platform,
        standing: match it.account.state {
            AccountState::Active => Standing::Active,
            AccountState::Paused => Standing::Paused,
            AccountState::Disconnected => Standing::Disconnected,
            AccountState::Deleting => Standing::Deleting,
        },
        logins: it.tokens.iter().map(|it| login(it, vault)).collect(),
        last_event_at: it.last_event_at,
        last_sent_at: it.last_sent_at,
        tag: it.tag,
        is_blocked: it.incidents.iter().any(|it| it == POLICY_BLOCK),
    }
}

fn login(it: &KnownToken, vault: Option<&Vault>) -> LoginFacts {
    let token = match vault.map(|vault| open(vault, &it.token)) {
        None => TokenFacts::Locked("the secret key is missing".to_owned()),
        Some(Err(error)) => TokenFacts::Locked(error.to_string()),
        Some(Ok(_)) if it.token.works => TokenFacts::Works,
        Some(Ok(_)) => TokenFacts::Dead(it.token.error.clone()),
    };
    LoginFacts {
        login: it.token.login,
        token,
        expires_at: it.expires_at,
        granted: it.granted.clone(),
        asked: it.asked.clone(),
    }
}
