//! Carries one claimed job to Meta, and notes what came of it.

use super::request::{Form, Unready, request, uploads};
use super::settling;
use crate::accounts::{self, Reached};
use crate::actions;
use crate::graph::GraphError;
use crate::graph::control::ThreadOwner;
use crate::graph::decision::{Attempt, Decision, decide};
use crate::graph::send::{Request, Sent, To, What};
use crate::graph::usage::Usage;
use crate::program::Program;
use crate::start::chain;
use crate::store::audit::Actor;
use crate::store::handovers::LostControl;
use crate::store::sends::{DepartingMessage, Departure, FailedSend, JobKind, Leaving, Postponed, Settled, Tagged};
use crate::store::{StoreError, StoreResult};
use model::failure::{Failure, Remedy};
use model::ids::{IncidentId, MessageId};
use model::inbox::MarksSeen;
use model::meta::identity::mid_key;
use model::platform::Login;
use model::thread::Author;
use model::time::Timestamp;
use model::window::{Hand, Leave, Window, may_leave, may_reach};
use std::time::Duration;

/// After so many tries that came to nothing, the agent decides.
const MOST_TRIES: i32 = 10;
const LONGEST_PAUSE_S: i64 = 300;

/// From here on an account slows down; from there on it stops for a while.
const NOTED_FROM_PERCENT: i32 = 75;
const STOPS_AT_PERCENT: i32 = 95;
const STOPS_FOR_S: i64 = 60;

/// What noted failing with an answer in hand must not lose is noted again, that often.
const NOTES_AGAIN_AFTER: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(3)];

pub(super) async fn carry(program: &Program, job: Leaving) {
    let early_ms = u64::try_from(job.leaves_at.since_ms(program.seams.now())).unwrap_or_default();
    if early_ms > 0 {
        tokio::time::sleep(Duration::from_millis(early_ms)).await;
    }
    let carried = match (may_reach(job.is_blocked), &job.what) {
        (Err(refusal), _) => fail(program, &job, Failure::of_refusal(refusal)).await,
        (Ok(()), Departure::Message(message)) => {
            program.actions.leaving(job.conversation);
            let carried = carry_message(program, &job, message).await;
            program.actions.left(job.conversation);
            carried
        }
        (Ok(()), Departure::Reaction { mid, emoji }) => carry_reaction(program, &job, mid, emoji.as_deref()).await,
    };
    match carried {
        Ok(outcome) => metrics::counter!("switchboard_sends_total", "outcome" => outcome).increment(1),
        // The claim runs out; what may have left is then asked about.
        Err(error) => {
            let why = chain(&error);
            tracing::warn!(message.id = %job.message, error = %why, "could not note what became of a message: {why}");
        }
    }
}

async fn carry_message(program: &Program, job: &Leaving, message: &DepartingMessage) -> StoreResult<&'static str> {
    let Some(reached) = accounts::reach_again(program, job.account).await? else {
        return fail(program, job, unreachable()).await;
    };
    if !job.is_theirs {
        return fail(program, job, taken_over(message.author)).await;
    }
    let mut form = match may_it(job, message, program.seams.now()) {
        Ok(leave) => Form { tagged: leave == Leave::Tagged, ..Form::default() },
        Err(failure) => return fail(program, job, failure).await,
    };
    if form.tagged {
        tag(program, job, message).await?;
    }
    let mut message = message.clone();
    let mut was_uploaded_again = false;
    let mut round = 0;
    loop {
        let attempt = attempt(program, job, &message, form, &reached, round);
        round += 1;
        let error = match request(program, &reached.access, job, &message, form).await {
            Ok(request) => {
                let answered = program.graph.send(&reached.access, job.platform, &request).await;
                heed(program, job, answered.usage).await?;
                match answered.outcome {
                    Ok(sent) => return settle(program, job, &message, &sent).await,
                    Err(error) => error,
                }
            }
            Err(Unready::Refused(error)) => GraphError { in_doubt: false, ..error },
            Err(Unready::Lost(why)) => {
                tracing::warn!(message.id = %job.message, "a message cannot be sent: {why}");
                let gone = "The file is not there any more. Attach it again.";
                return fail(program, job, Failure::ours(gone, false, Some(Remedy::Edit))).await;
            }
            Err(Unready::Fault(error)) => return later_for_fault(program, job, error).await,
        };
        tracing::info!(message.id = %job.message, account.id = %job.account, error = %error, "a message was not sent: {error}");
        match decide(&error, &attempt) {
            Decision::SendTagged if !form.tagged => {
                tag(program, job, &message).await?;
                form.tagged = true;
            }
            Decision::WithoutReplyTo if !form.without_reply_to => form.without_reply_to = true,
            Decision::UploadAgain if !was_uploaded_again => {
                was_uploaded_again = true;
                forget_uploads(program, job, &mut message).await?;
            }
            decision => return conclude(program, job, &message, &reached, &error, decision).await,
        }
    }
}

/// A bot's words are not said in another's turn. A person's wait for whoever wrote them.
fn taken_over(author: Author) -> Failure {
    if author == Author::Bot {
        let words = "Somebody else has taken the conversation over before this message could leave.";
        return Failure::ours(words, false, None);
    }
    let words = "Another app has this conversation now, so this waits. Take over and send it again, or discard it.";
    Failure::ours(words, true, Some(Remedy::TakeOver))
}

/// Meta says that another app has the conversation: it is shown so from now on, wherever that was thought to be ours.
async fn lost(program: &Program, job: &Leaving, reached: &Reached) -> StoreResult<()> {
    let owner = match reached.access.login {
        Login::Page => program.graph.thread_owner(&reached.access, &job.contact_external_id).await.ok(),
        Login::Instagram => None,
    };
    let app = match owner {
        Some(ThreadOwner::App(app)) => Some(app),
        Some(ThreadOwner::NotNamed) | None => None,
    };
    let (conversation, now) = (job.conversation, program.seams.now());
    program.store.lose_control(LostControl { conversation, app, now }).await.map(drop)
}

/// Whether it may leave now, and how.
fn may_it(job: &Leaving, message: &DepartingMessage, now: Timestamp) -> Result<Leave, Failure> {
    match &message.comment {
        Some(comment) if comment.reply_until.is_some_and(|it| now >= it) => {
            Err(Failure::ours("A comment can be answered in private for 7 days, and these are over.", false, None))
        }
        Some(_) => Ok(Leave::Plain),
        None => may_leave(job.heard, hand(message.author), now).map_err(Failure::of_refusal),
    }
}

/// A person's message may go where an automatic one may not.
pub(super) const fn hand(author: Author) -> Hand {
    match author {
        Author::Agent => Hand::Person,
        _ => Hand::Automatic,
    }
}

fn attempt(
    program: &Program,
    job: &Leaving,
    message: &DepartingMessage,
    form: Form,
    reached: &Reached,
    round: i32,
) -> Attempt {
    let now = program.seams.now();
    let window = Window::of(job.heard, now);
    let is_private_reply = message.comment.is_some();
    // The customer's last message counts for 7 days, whatever Meta thinks of the 24 hours.
    let tag_is_open = job.heard.message_at.is_some_and(|it| now < it.plus_s(model::window::HUMAN_AGENT_S));
    Attempt {
        platform: job.platform,
        tagged: form.tagged,
        may_tag: hand(message.author) == Hand::Person && tag_is_open && !is_private_reply,
        n_pictures: message.attachments.len(),
        has_reply_to: message.reply_to_mid.is_some() && !form.without_reply_to,
        is_uploaded: uploads(&reached.access, job) && message.attachments.iter().any(|it| it.file.is_some()),
        attempts: job.attempts + round,
        window_closed_by_our_clock: !matches!(window, Window::Standard { .. }),
        is_private_reply,
    }
}

async fn tag(program: &Program, job: &Leaving, message: &DepartingMessage) -> StoreResult<()> {
    let person = message.author_id.as_deref().and_then(|it| it.parse().ok());
    let actor = person.map_or(Actor::System, Actor::Person);
    let (audit_id, now) = (program.seams.new_id(), program.seams.now());
    program.store.tag_send(Tagged { message: job.message, actor, audit_id, now }).await
}

async fn forget_uploads(program: &Program, job: &Leaving, message: &mut DepartingMessage) -> StoreResult<()> {
    for file in message.attachments.iter_mut().filter_map(|it| it.file.as_mut()) {
        file.uploaded_as = None;
        program.store.forget_upload(file.media, job.account).await?;
    }
    Ok(())
}

/// The answer is in hand: it is noted as long as the database can be reached at all.
async fn settle(
    program: &Program,
    job: &Leaving,
    message: &DepartingMessage,
    sent: &Sent,
) -> StoreResult<&'static str> {
    // Without its mid it would be in doubt, and not sent.
    let mid = sent.mid.clone().unwrap_or_default();
    let mid_key = mid_key(job.platform.word(), &job.account_external_id, &mid);
    let settled =
        || Settled { message: job.message, mid: mid.clone(), mid_key: mid_key.clone(), now: program.seams.now() };
    if !settling::note(program, settled()).await {
        settle_alone(program, job, settled).await?;
    }
    if message.author == Author::Agent && job.marks_seen == MarksSeen::OnReply {
        actions::replied(program, job.conversation);
    }
    Ok("sent")
}

async fn settle_alone(program: &Program, job: &Leaving, settled: impl Fn() -> Settled) -> StoreResult<()> {
    for pause in NOTES_AGAIN_AFTER {
        let Err(error) = program.store.settle_send(settled()).await else { return Ok(()) };
        tracing::warn!(message.id = %job.message, error = %chain(&error), "cannot note yet that a message was sent");
        tokio::time::sleep(pause).await;
    }
    program.store.settle_send(settled()).await
}

async fn conclude(
    program: &Program,
    job: &Leaving,
    message: &DepartingMessage,
    reached: &Reached,
    error: &GraphError,
    decision: Decision,
) -> StoreResult<&'static str> {
    match decision {
        Decision::Unknown => doubt(program, job).await,
        Decision::OneByOne => {
            let rest = sorted_ids(program, message.attachments.len().saturating_sub(1));
            program.store.split_pictures(job.message, rest, program.seams.now()).await?;
            Ok("split")
        }
        Decision::TagRefused(failure) => {
            let (incident, now) = (program.seams.new_id::<IncidentId>(), program.seams.now());
            if program.store.tag_refused(job.account, incident, now).await? {
                tracing::error!(account.id = %job.account, error = %error, "Meta refuses the human-agent tag for an account");
            }
            fail(program, job, failure).await
        }
        Decision::Reauthorise(failure) => {
            accounts::token_died(program, reached.token.clone(), error).await?;
            fail(program, job, failure).await
        }
        Decision::Reject(failure) => fail(program, job, failure).await,
        Decision::NotOwner(failure) => {
            lost(program, job, reached).await?;
            fail(program, job, failure).await
        }
        Decision::HoldAccount { for_s } => {
            let until = program.seams.now().plus_s(for_s);
            program.store.hold_account(job.account, until).await?;
            postpone(program, job, until, error.to_string()).await
        }
        Decision::Retry { after_s } => again(program, job, after_s, error).await,
        // Done once already, and refused all the same.
        Decision::SendTagged | Decision::WithoutReplyTo | Decision::UploadAgain => {
            fail(program, job, Failure::ours(error.reason(), true, Some(Remedy::Edit))).await
        }
    }
}

/// Ids in the order of the parts.
fn sorted_ids(program: &Program, n: usize) -> Vec<MessageId> {
    let mut ids: Vec<MessageId> = (0..n).map(|_| program.seams.new_id()).collect();
    ids.sort_unstable();
    ids
}

async fn carry_reaction(program: &Program, job: &Leaving, mid: &str, emoji: Option<&str>) -> StoreResult<&'static str> {
    let Some(reached) = accounts::reach_again(program, job.account).await? else {
        return fail(program, job, unreachable()).await;
    };
    let what = match emoji {
        Some(emoji) => What::React { mid: mid.to_owned(), emoji: emoji.to_owned() },
        None => What::Unreact { mid: mid.to_owned() },
    };
    let request = Request { to: To::Person(job.contact_external_id.clone()), what };
    let answered = program.graph.send(&reached.access, job.platform, &request).await;
    heed(program, job, answered.usage).await?;
    let Err(error) = answered.outcome else {
        program.store.settle_reaction(job.message, program.seams.now()).await?;
        return Ok("reacted");
    };
    tracing::info!(message.id = %job.message, account.id = %job.account, error = %error, "a reaction was not sent: {error}");
    let attempt = Attempt {
        platform: job.platform,
        tagged: false,
        may_tag: false,
        n_pictures: 0,
        has_reply_to: false,
        is_uploaded: false,
        attempts: job.attempts,
        window_closed_by_our_clock: !matches!(Window::of(job.heard, program.seams.now()), Window::Standard { .. }),
        is_private_reply: false,
    };
    match decide(&error, &attempt) {
        // The same reaction twice is one.
        Decision::Unknown => again(program, job, None, &error).await,
        Decision::Reauthorise(failure) => {
            accounts::token_died(program, reached.token, &error).await?;
            fail(program, job, failure).await
        }
        Decision::HoldAccount { for_s } => {
            let until = program.seams.now().plus_s(for_s);
            program.store.hold_account(job.account, until).await?;
            postpone(program, job, until, error.to_string()).await
        }
        Decision::Retry { after_s } => again(program, job, after_s, &error).await,
        Decision::NotOwner(failure) => {
            lost(program, job, &reached).await?;
            fail(program, job, failure).await
        }
        Decision::Reject(failure) | Decision::TagRefused(failure) => fail(program, job, failure).await,
        Decision::SendTagged | Decision::OneByOne | Decision::WithoutReplyTo | Decision::UploadAgain => {
            fail(program, job, Failure::ours(error.reason(), false, None)).await
        }
    }
}

fn unreachable() -> Failure {
    let words = "This account is not connected any more. An admin can connect it again.";
    Failure::ours(words, true, Some(Remedy::Reconnect))
}

async fn doubt(program: &Program, job: &Leaving) -> StoreResult<&'static str> {
    program.store.doubt_send(job.message, program.seams.now()).await?;
    program.outbox.doubted.notify_one();
    Ok("unknown")
}

/// Another time, unless it was tried often enough.
async fn again(
    program: &Program,
    job: &Leaving,
    after_s: Option<i64>,
    error: &GraphError,
) -> StoreResult<&'static str> {
    if job.attempts + 1 >= MOST_TRIES {
        let words = "Meta could not be reached, however often we tried. Try again later.";
        return fail(program, job, Failure::ours(words, true, None)).await;
    }
    let pause_ms = pause_ms(job.attempts, program).max(after_s.unwrap_or_default() * 1000);
    postpone(program, job, Timestamp(program.seams.now().0 + pause_ms), error.to_string()).await
}

/// Longer with each try, and never the same for two.
fn pause_ms(attempts: i32, program: &Program) -> i64 {
    let doubled_s = 1i64.checked_shl(attempts.clamp(0, 16).unsigned_abs() + 1).unwrap_or(LONGEST_PAUSE_S);
    let steady_ms = doubled_s.min(LONGEST_PAUSE_S) * 1000;
    let mut byte = [0u8; 1];
    program.seams.chance.fill(&mut byte);
    steady_ms * (200 + i64::from(byte[0]) * 100 / 255) / 250
}

async fn later_for_fault(program: &Program, job: &Leaving, error: StoreError) -> StoreResult<&'static str> {
    let until = Timestamp(program.seams.now().0 + pause_ms(job.attempts, program));
    // Nothing has left; if this fails too, the claim runs out.
    postpone(program, job, until, chain(&error)).await
}

async fn postpone(program: &Program, job: &Leaving, retry_at: Timestamp, why: String) -> StoreResult<&'static str> {
    let postponed = Postponed { message: job.message, kind: kind(job), retry_at, why, now: program.seams.now() };
    program.store.postpone_send(postponed).await.map(|()| "postponed")
}

async fn fail(program: &Program, job: &Leaving, failure: Failure) -> StoreResult<&'static str> {
    let failed = FailedSend { message: job.message, kind: kind(job), failure, now: program.seams.now() };
    program.store.fail_send(failed).await.map(|()| "failed")
}

const fn kind(job: &Leaving) -> JobKind {
    match job.what {
        Departure::Message(_) => JobKind::Message,
        Departure::Reaction { .. } => JobKind::Reaction,
    }
}

/// Slows an account down before Meta does.
async fn heed(program: &Program, job: &Leaving, usage: Usage) -> StoreResult<()> {
    let Some(percent) = usage.percent else { return Ok(()) };
    if program.outbox.usage_is_news(job.account, percent, NOTED_FROM_PERCENT) {
        program.store.save_usage(job.account, percent).await?;
    }
    if percent >= STOPS_AT_PERCENT {
        let for_s = usage.wait_s.unwrap_or(STOPS_FOR_S);
        tracing::warn!(account.id = %job.account, "an account has used {percent} % of what Meta allows: nothing is sent for {for_s} s");
        program.store.hold_account(job.account, program.seams.now().plus_s(for_s)).await?;
    }
    Ok(())
}
