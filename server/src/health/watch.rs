//! The worker that asks Meta every few minutes how each account stands. What Meta stopped telling us of is asked for
//! again; who looks after the accounts hears of it.

use super::ask::{Asking, NotSaid, Said, ask};
use super::save_counts;
use crate::accounts::{open, token_died};
use crate::auth::Caller;
use crate::chance::Chance;
use crate::graph::{Access, Graph, GraphError, Kind};
use crate::handovers::learn_routing;
use crate::history;
use crate::people::PeopleResult;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::health::{Answer, DueWatch, Look, LookIds, Subscription, Told, Watched};
use crate::store::history::GAP_BEFORE_S;
use model::ids::AccountId;
use model::may::Act;
use model::needs::{fields, fields_at_least, has_vital_fields, missing_fields, permissions};
use model::platform::Login;
use model::time::{MINUTE_S, Timestamp};
use std::time::Duration;
use tokio::time::sleep;

const LOOK_AGAIN: Duration = Duration::from_secs(20);
const AT_ONCE: u32 = 20;
/// Each account's turn comes after four to six minutes: not all at once, and not all together for ever.
const LEAST_S: i64 = 4 * MINUTE_S;
const SPREAD_S: u64 = 2 * 60;

pub fn start(program: &Program) {
    let worker = program.clone();
    program.spawn("health", move || work(worker.clone()));
}

async fn work(program: Program) {
    loop {
        match round(&program).await {
            // There may be more.
            Ok(n) if n == AT_ONCE as usize => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(error = %chain(&error), "accounts are not looked at just now"),
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// Looks at those whose turn it is; how many that were.
pub async fn round(program: &Program) -> StoreResult<usize> {
    save_counts(program).await?;
    let now = program.seams.now();
    let until = now.plus_s(LEAST_S + spread(program.seams.chance.as_ref()));
    let due = program.store.claim_watches(now, until, AT_ONCE).await?;
    for one in &due {
        look(program, one, false).await?;
    }
    Ok(due.len())
}

fn spread(chance: &dyn Chance) -> i64 {
    let mut bytes = [0; 8];
    chance.fill(&mut bytes);
    i64::try_from(u64::from_be_bytes(bytes) % SPREAD_S).unwrap_or_default()
}

/// Looks at one account now, because somebody wants to know.
pub async fn look_now(program: &Program, caller: &Caller, account: AccountId) -> PeopleResult<()> {
    caller.may(Act::RunTeams)?;
    for one in &program.store.watch_now(account).await? {
        look(program, one, true).await?;
    }
    Ok(())
}

/// Looks at an account that was connected just now, which has Meta tell us of it. Whether it does.
pub async fn look_at_new(program: &Program, account: AccountId) -> StoreResult<bool> {
    let mut is_told = false;
    for one in &program.store.watch_now(account).await? {
        is_told |= look(program, one, true).await?.is_some_and(Outcome::is_told);
    }
    Ok(is_told)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Meta tells us of everything that it was found to tell us of before.
    Whole,
    Restored,
    /// It tells us what customers write, and would not tell more.
    Partly,
    NotRestored,
    Dead,
    Refused,
    Unanswered,
    /// Disconnected meanwhile.
    Gone,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Restored => "restored",
            Self::Partly => "partly",
            Self::NotRestored => "not restored",
            Self::Dead => "dead",
            Self::Refused => "refused",
            Self::Unanswered => "unanswered",
            Self::Gone => "gone",
        }
    }

    const fn is_told(self) -> bool {
        matches!(self, Self::Whole | Self::Restored | Self::Partly)
    }
}

/// `None`: as long as its key is missing nobody can ask; that is said elsewhere.
async fn look(program: &Program, due: &DueWatch, is_wanted: bool) -> StoreResult<Option<Outcome>> {
    let Ok(access) = open(&program.vault, &due.token) else { return Ok(None) };
    let Asking { at, clock_ms, said } = ask(&program.graph, &program.seams, due.platform, &access).await;
    let looking = Looking { program, due, access: &access, clock_ms };
    let outcome = match said {
        Ok(said) => {
            if due.is_shared && access.login == Login::Page {
                learn_routing(program, due.token.account, &access).await?;
            }
            looking.told(at, said, is_wanted).await?
        }
        Err(NotSaid::Dead(error)) => looking.dead(&error).await?,
        Err(NotSaid::Refused(missing)) => {
            tracing::warn!(account.id = %due.token.account, "Meta does not let us see how an account stands");
            looking.save(at, Answer::Refused(missing)).await?;
            Outcome::Refused
        }
        Err(NotSaid::Unanswered(error)) => {
            tracing::warn!(account.id = %due.token.account, error = %error, "Meta does not say how an account stands");
            looking.save(at, Answer::None(error.reason())).await?;
            Outcome::Unanswered
        }
    };
    metrics::counter!("switchboard_account_looks_total", "outcome" => outcome.word()).increment(1);
    Ok(Some(outcome))
}

struct Looking<'a> {
    program: &'a Program,
    due: &'a DueWatch,
    access: &'a Access,
    clock_ms: Option<i64>,
}

impl Looking<'_> {
    async fn dead(&self, error: &GraphError) -> StoreResult<Outcome> {
        token_died(self.program, self.due.token.clone(), error).await?;
        Ok(Outcome::Dead)
    }

    async fn told(&self, at: Timestamp, said: Said, is_wanted: bool) -> StoreResult<Outcome> {
        let is_whole = has_vital_fields(&said.fields);
        // What Meta did not grant when it was asked it is not asked for each time.
        let is_tried = !is_wanted && said.fields == self.due.fields;
        if is_whole && (is_tried || self.lacks_nothing(&said.fields)) {
            self.save(at, self.answer(said, Subscription::Whole)).await?;
            return Ok(Outcome::Whole);
        }
        let account = self.due.token.account;
        if !is_whole {
            tracing::warn!(account.id = %account, "Meta does not tell us what happens on an account: asking for it");
            let lost = Subscription::Lost { is_news: self.due.was_whole };
            // Durable before it is mended: what happened meanwhile is to be fetched whatever ends us now.
            self.save(at, self.answer(said.clone(), lost)).await?;
        }
        // Whoever was disconnected meanwhile is not subscribed again.
        if !self.program.store.watch_now(account).await?.iter().any(|it| it.token == self.due.token) {
            return Ok(Outcome::Gone);
        }
        match subscribe(&self.program.graph, self.access).await {
            Ok(told) => {
                let at = self.program.seams.now();
                let is_other = told != said.fields;
                let said = Said { fields: told, ..said };
                let (subscription, outcome) = match (has_vital_fields(&said.fields), is_other) {
                    (true, true) => (Subscription::Restored, Outcome::Restored),
                    (true, false) => (Subscription::Whole, Outcome::Partly),
                    (false, _) => (Subscription::Lost { is_news: true }, Outcome::NotRestored),
                };
                self.save(at, self.answer(said, subscription)).await?;
                Ok(outcome)
            }
            Err(error) if error.kind == Kind::TokenDead => self.dead(&error).await,
            Err(error) => {
                tracing::warn!(account.id = %account, error = %error, "Meta was not made to tell us what happens");
                let (subscription, outcome) = if is_whole {
                    (Subscription::Whole, Outcome::Partly)
                } else {
                    (Subscription::Lost { is_news: true }, Outcome::NotRestored)
                };
                self.save(self.program.seams.now(), self.answer(said, subscription)).await?;
                Ok(outcome)
            }
        }
    }

    fn lacks_nothing(&self, told: &[String]) -> bool {
        missing_fields(self.due.platform, self.due.token.login, told).is_empty()
    }

    fn answer(&self, said: Said, subscription: Subscription) -> Answer {
        let mut vital = permissions(self.due.platform, self.due.token.login).iter().filter(|it| it.is_vital);
        let is_hampered = vital.any(|it| said.missing.iter().any(|missing| missing == it.name));
        let Said { fields, missing, granted, ends } = said;
        Answer::Told(Told { fields, subscription, missing, is_hampered, granted, ends })
    }

    async fn save(&self, at: Timestamp, answer: Answer) -> StoreResult<()> {
        let (seams, token) = (&self.program.seams, &self.due.token);
        let look = Look {
            account: token.account,
            login: token.login,
            sealed: token.sealed.clone(),
            at,
            clock_ms: self.clock_ms,
            answer,
            ids: LookIds {
                subscription: seams.new_id(),
                permission: seams.new_id(),
                change: seams.new_id(),
                audit: seams.new_id(),
            },
        };
        let Some(watched) = self.program.store.save_look(look).await? else { return Ok(()) };
        let Watched { opened, closed, gap_since } = watched;
        if let Some(since) = gap_since {
            // Twice is once there: whoever ends us between the two makes us ask again.
            history::fill_gap(self.program, token.account, since.plus_s(-GAP_BEFORE_S)).await?;
            self.program.store.gap_is_asked_for(token.account, token.login, since).await?;
        }
        if opened {
            tracing::warn!(account.id = %token.account, "something is wrong with an account: see its health");
        }
        if closed {
            tracing::info!(account.id = %token.account, "what was wrong with an account is over");
        }
        Ok(())
    }
}

/// Asks to be told of everything that the inbox needs, or at least of what no account can lack; what we are told then.
async fn subscribe(graph: &Graph, access: &Access) -> Result<Vec<String>, GraphError> {
    match graph.be_told_of(access, &fields(access.login)).await {
        // One name that Meta does not know fails the whole request.
        Err(error) if error.kind == Kind::Other => graph.be_told_of(access, fields_at_least(access.login)).await?,
        other => other?,
    }
    let apps = graph.subscribed_apps(access).await.outcome?;
    Ok(graph.told_to_us(access, &apps))
}
