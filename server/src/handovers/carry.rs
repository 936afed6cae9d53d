//! Asks Meta for one conversation, and notes what came of it.

use super::{learn_routing, to_ours};
use crate::accounts::{self, Reached};
use crate::graph::control::{Ask, ThreadOwner};
use crate::graph::{GraphError, Kind};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::doer::Doer;
use crate::store::handovers::{Act, Handover, HandoverSettled, LostControl, Outcome};
use model::filter::OwnerKind;
use model::platform::Login;
use model::time::DAY_S;

/// Then somebody has to press again.
const MOST_TRIES: i32 = 6;
/// Meta gives no more.
const LONGEST_S: i64 = 7 * DAY_S;

/// What to do with the row.
enum Next {
    Settle(Outcome),
    /// Again after so many seconds.
    Again(i64),
}

pub(super) async fn carry(program: &Program, it: Handover) {
    let noted = async {
        match next(program, &it).await? {
            Next::Settle(outcome) => {
                let settled = HandoverSettled {
                    conversation: it.conversation,
                    person: it.person,
                    outcome,
                    was_asked: true,
                    line: program.seams.new_id(),
                    notification: program.seams.new_id(),
                    audit_id: program.seams.new_id(),
                    now: program.seams.now(),
                };
                program.store.settle_handover(settled).await.map(drop)
            }
            Next::Again(after_s) => {
                let until = program.seams.now().plus_s(after_s);
                program.store.postpone_handover(it.conversation, until).await
            }
        }
    };
    // The claim runs out, and it is looked at again.
    if let Err(error) = noted.await {
        tracing::warn!(conversation.id = %it.conversation, error = %chain(&error), "cannot note who answers a conversation");
    }
    metrics::counter!("switchboard_handovers_total", "act" => it.act.word()).increment(1);
}

async fn next(program: &Program, it: &Handover) -> StoreResult<Next> {
    let is_over = match it.act {
        Act::Take => it.owner != OwnerKind::Other,
        Act::Back => it.owner != OwnerKind::Human || !it.is_closed,
        Act::Give | Act::Keep => it.owner != OwnerKind::Human,
    };
    if is_over && it.act == Act::Take && it.attempts > 0 && it.owner == OwnerKind::Human {
        // It was taken, and whoever was at it ended before that was noted.
        return Ok(Next::Settle(Outcome::Taken));
    }
    if is_over {
        return Ok(Next::Settle(Outcome::Dropped));
    }
    if let (Act::Back, Some(_), Some(person)) = (it.act, it.bots.bot, it.person) {
        // Whatever refuses it, it stays people's.
        let _ = to_ours(program, Doer::Person(person), it.conversation, None).await;
        return Ok(Next::Settle(Outcome::Dropped));
    }
    let Some(reached) = accounts::reach_again(program, it.account).await? else {
        return Ok(Next::Settle(failed(it, "this account is not connected any more")));
    };
    if reached.access.login == Login::Instagram {
        // There is nobody to ask: our word is all.
        return Ok(Next::Settle(match it.act {
            Act::Take => Outcome::Taken,
            Act::Give | Act::Back if it.bots.app.is_some() => given(it),
            Act::Give | Act::Back | Act::Keep => Outcome::Dropped,
        }));
    }
    match it.act {
        Act::Take => take(program, it, &reached).await,
        Act::Give | Act::Back => give(program, it, &reached).await,
        Act::Keep => keep(program, it, &reached).await,
    }
}

/// Where Meta does not let us take it, whoever has it is asked for it. Where every app may answer there is nothing to take:
/// by being asked the other one hears that people answer now, and whatever it says to that, they do.
async fn take(program: &Program, it: &Handover, reached: &Reached) -> StoreResult<Next> {
    let contact = &it.contact_external_id;
    let Err(error) = program.graph.control(&reached.access, contact, &Ask::Take).await.outcome else {
        return Ok(Next::Settle(Outcome::Taken));
    };
    if error.in_doubt || is_passing(&error) {
        return Ok(again(it, &error));
    }
    if error.kind == Kind::TokenDead {
        return dead(program, it, reached, &error).await;
    }
    let is_open = learn_routing(program, it.account, &reached.access).await? == Some(false);
    match program.graph.control(&reached.access, contact, &Ask::Request).await.outcome {
        _ if is_open => Ok(Next::Settle(Outcome::Taken)),
        Ok(()) => Ok(Next::Settle(Outcome::Asked)),
        Err(asked) if asked.in_doubt => Ok(Next::Settle(Outcome::Asked)),
        Err(asked) if is_passing(&asked) => Ok(again(it, &asked)),
        Err(asked) => {
            tracing::info!(conversation.id = %it.conversation, error = %asked, "a conversation could not be taken over");
            Ok(Next::Settle(failed(it, &error.reason())))
        }
    }
}

async fn give(program: &Program, it: &Handover, reached: &Reached) -> StoreResult<Next> {
    let contact = &it.contact_external_id;
    if !it.bots.is_routed {
        // If every app is told everything, what we are told next must not make it ours again.
        learn_routing(program, it.account, &reached.access).await?;
    }
    // It may have been done already, by whoever was at it before.
    if it.attempts > 0 {
        match program.graph.thread_owner(&reached.access, contact).await {
            Ok(ThreadOwner::App(app)) if is_ours(program, it, &app) => {}
            Ok(_) => return Ok(Next::Settle(given(it))),
            Err(error) => return Ok(again(it, &error)),
        }
    }
    let ask = match &it.bots.app {
        Some(app) => Ask::Pass { to: Some(app.clone()), note: it.note.clone() },
        None => Ask::Release,
    };
    let Err(error) = program.graph.control(&reached.access, contact, &ask).await.outcome else {
        return Ok(Next::Settle(given(it)));
    };
    if is_anothers(&error) {
        return lost(program, it).await;
    }
    match error.kind {
        Kind::TokenDead => dead(program, it, reached, &error).await,
        _ if error.in_doubt || is_passing(&error) => Ok(again(it, &error)),
        _ => Ok(Next::Settle(failed(it, &error.reason()))),
    }
}

/// Whoever does not know their own id is told of nobody's but the owner's and, as the default app, of the others.
fn is_ours(program: &Program, it: &Handover, app: &str) -> bool {
    program.intake.our_app_id.as_deref().map_or(it.bots.app.as_deref() != Some(app), |ours| ours == app)
}

async fn keep(program: &Program, it: &Handover, reached: &Reached) -> StoreResult<Next> {
    let now = program.seams.now();
    let ask = Ask::Extend { for_s: LONGEST_S };
    let Err(error) = program.graph.control(&reached.access, &it.contact_external_id, &ask).await.outcome else {
        return Ok(Next::Settle(Outcome::Kept { until: now.plus_s(LONGEST_S) }));
    };
    if is_anothers(&error) {
        return lost(program, it).await;
    }
    if (error.in_doubt || is_passing(&error)) && it.attempts < MOST_TRIES {
        return Ok(again(it, &error));
    }
    // Not tried again for this word of the customer's.
    Ok(Next::Settle(Outcome::Kept { until: now.plus_s(DAY_S) }))
}

/// Somebody else has it: that is how it is shown.
async fn lost(program: &Program, it: &Handover) -> StoreResult<Next> {
    let (conversation, now) = (it.conversation, program.seams.now());
    program.store.lose_control(LostControl { conversation, app: None, now }).await?;
    Ok(Next::Settle(Outcome::Dropped))
}

async fn dead(program: &Program, it: &Handover, reached: &Reached, error: &GraphError) -> StoreResult<Next> {
    accounts::token_died(program, reached.token.clone(), error).await?;
    Ok(Next::Settle(failed(it, &error.reason())))
}

fn given(it: &Handover) -> Outcome {
    Outcome::Given { app: it.bots.app.clone(), note: it.note.clone() }
}

fn failed(it: &Handover, why: &str) -> Outcome {
    let what = match it.act {
        Act::Take => "Could not take this over",
        Act::Give | Act::Back => "Could not hand this to the bot",
        Act::Keep => return Outcome::Dropped,
    };
    Outcome::Refused { words: format!("{what}: {why}") }
}

fn again(it: &Handover, error: &GraphError) -> Next {
    if it.attempts + 1 >= MOST_TRIES {
        return Next::Settle(failed(it, &error.reason()));
    }
    let wait_s = match error.kind {
        Kind::RateLimited { wait_s } => wait_s.unwrap_or(60),
        _ => 1 << it.attempts.clamp(0, 6),
    };
    Next::Again(wait_s.clamp(1, 300))
}

const fn is_passing(error: &GraphError) -> bool {
    matches!(error.kind, Kind::Transient | Kind::RateLimited { .. })
}

/// Meta's words for "not yours".
const fn is_anothers(error: &GraphError) -> bool {
    matches!(error.subcode, Some(2_018_300 | 2_534_037))
}
