//! Messages of which nobody knows whether Meta took them. The echo tells in most cases. If none comes
//! in time, Meta is asked what stands in the conversation; if it is not there, the agent decides.

use crate::accounts::reach;
use crate::graph::GraphError;
use crate::graph::send::Told;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::sends::{ClaimDoubts, Doubted, Settled};
use model::ids::AccountId;
use model::meta::identity::mid_key;
use model::time::{MINUTE_S, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// A crash leaves as many, of all accounts; those of one are asked about one after the other.
const A_CLAIM: u32 = 96;
/// Meta allows two of these calls a second and account, and one doubt takes two.
const BETWEEN_CALLS: Duration = Duration::from_millis(600);
/// While Meta cannot be asked, that long; then the agent decides all the same.
const ASKS_FOR_S: i64 = 5 * MINUTE_S;
/// Its clock is not ours.
const CLOCKS_DIFFER_S: i64 = MINUTE_S;
/// As many as Meta gives details of.
const NEWEST: u32 = 20;
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(5);
const SOONEST: Duration = Duration::from_millis(200);

pub(super) async fn run(program: Program) {
    loop {
        let pause = match look(&program).await {
            Ok(pause) => pause,
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(error = %why, "cannot tell which messages are in doubt: {why}");
                LOOKS_AGAIN_AFTER
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = program.outbox.doubted.notified(), if pause > program.outbox.echo_wait => {}
        }
    }
}

async fn look(program: &Program) -> StoreResult<Duration> {
    let (now, wait) = (program.seams.now(), program.outbox.echo_wait);
    let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    let doubts = ClaimDoubts {
        unknown_before: Timestamp(now.0 - wait_ms),
        now,
        until: Timestamp(now.0 + (wait_ms / 2).max(1000)),
        limit: A_CLAIM,
    };
    let claimed = program.store.claim_doubts(doubts).await?;
    let is_full = claimed.len() == A_CLAIM as usize;
    let mut by_account: HashMap<AccountId, Vec<Doubted>> = HashMap::new();
    for it in claimed {
        by_account.entry(it.account).or_default().push(it);
    }
    futures::future::join_all(by_account.into_values().map(|it| ask_about(program, it))).await;
    Ok(if is_full { SOONEST } else { (wait / 2).clamp(SOONEST, LOOKS_AGAIN_AFTER) })
}

/// One after the other, at the pace that Meta allows.
async fn ask_about(program: &Program, doubted: Vec<Doubted>) {
    for it in doubted {
        match ask(program, &it).await {
            Ok(outcome) => metrics::counter!("switchboard_doubts_total", "outcome" => outcome).increment(1),
            Err(error) => {
                let why = chain(&error);
                tracing::warn!(message.id = %it.message, error = %why, "could not find out about a message: {why}");
            }
        }
    }
}

async fn ask(program: &Program, it: &Doubted) -> StoreResult<&'static str> {
    match newest(program, it).await? {
        Some(Ok(told)) => {
            if let Some(mid) = find(program, it, &told).await? {
                let mid_key = mid_key(it.platform.word(), &it.account_external_id, &mid);
                let settled = Settled { message: it.message, mid, mid_key, now: program.seams.now() };
                program.store.settle_send(settled).await?;
                program.outbox.wanted.notify_one();
                return Ok("found");
            }
            // Meta may be late with it: asked twice before it is given up.
            if it.is_first_ask(program) { Ok("not_yet") } else { give_up(program, it).await }
        }
        Some(Err(error)) => {
            tracing::info!(message.id = %it.message, error = %error, "Meta could not be asked about a message: {error}");
            give_up_in_time(program, it).await
        }
        None => give_up_in_time(program, it).await,
    }
}

impl Doubted {
    fn is_first_ask(&self, program: &Program) -> bool {
        let (age_ms, wait) = (program.seams.now().since_ms(self.unknown_since), program.outbox.echo_wait);
        age_ms < i64::try_from(wait.as_millis()).unwrap_or(i64::MAX) * 3 / 2
    }
}

/// What stands last in the conversation; `None` if the account cannot be reached.
async fn newest(program: &Program, it: &Doubted) -> StoreResult<Option<Result<Vec<Told>, GraphError>>> {
    let Some(reached) = reach(program, it.account).await? else { return Ok(None) };
    let conversation = program.graph.conversation_with(&reached.access, it.platform, &it.contact_external_id).await;
    tokio::time::sleep(BETWEEN_CALLS).await;
    let told = match conversation {
        Ok(Some(conversation)) => {
            let told = program.graph.newest_messages(&reached.access, &conversation, NEWEST).await;
            tokio::time::sleep(BETWEEN_CALLS).await;
            told
        }
        Ok(None) => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    Ok(Some(told))
}

/// The one of our messages there that is like it, and that we do not know yet.
async fn find(program: &Program, it: &Doubted, told: &[Told]) -> StoreResult<Option<String>> {
    let since = it.left_at.plus_s(-CLOCKS_DIFFER_S);
    let is_like = |told: &&Told| {
        let is_ours = told.from.as_deref() == Some(it.account_external_id.as_str());
        let said = told.text.as_deref().filter(|it| !it.is_empty());
        let words = it.text.as_deref().filter(|it| !it.is_empty());
        is_ours && told.at >= since && said == words && told.has_attachments == (it.n_attachments > 0)
    };
    let mut alike: Vec<&Told> = told.iter().filter(is_like).collect();
    alike.sort_by_key(|it| it.at);
    let key = |told: &Told| mid_key(it.platform.word(), &it.account_external_id, &told.mid);
    let known = program.store.known_mids(alike.iter().map(|it| key(it)).collect()).await?;
    Ok(alike.into_iter().find(|it| !known.contains(&key(it))).map(|it| it.mid.clone()))
}

async fn give_up_in_time(program: &Program, it: &Doubted) -> StoreResult<&'static str> {
    if program.seams.now().since_ms(it.unknown_since) < ASKS_FOR_S * 1000 {
        return Ok("cannot_ask");
    }
    give_up(program, it).await
}

async fn give_up(program: &Program, it: &Doubted) -> StoreResult<&'static str> {
    let given_up = program.store.give_up_doubt(it.message, program.seams.now()).await?;
    program.outbox.wanted.notify_one();
    Ok(if given_up { "given_up" } else { "echoed" })
}
