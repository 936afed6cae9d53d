//! Conversations change hands where several apps share an account: a person takes one over from another app, or
//! hands it to the bot. What is to be asked of Meta is a row, as a message to be sent is, so that whatever ends the
//! program, it is asked in the end; but never twice where twice is more than once:
//!
//! - taking and keeping may be repeated: whoever has it keeps it, and nobody hears of it again;
//! - passing and releasing may not: the bot would begin a second time. If nobody knows whether it was done, Meta is
//!   asked whose turn it is;
//! - requesting is done once: whoever has it may have been asked, and the person can ask again.
//!
//! Where Meta routes nothing every app may answer: then it is our word that counts here, and the others are only told.

mod carry;

use crate::accounts;
use crate::auth::Caller;
use crate::clock::until;
use crate::desk;
use crate::graph::Access;
use crate::inbox::{InboxError, InboxResult, row};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::conversations::{HandedOver, HandingOver, To};
use crate::store::doer::Doer;
use crate::store::handovers::{Act, HandoverQueued, HandoverSettled, NewHandover, Outcome};
use model::desk::{NOTE_MOST, Step, Stepped};
use model::ids::{AccountId, ConversationId};
use model::inbox::Owner;
use model::platform::Login;
use model::time::{HOUR_S, MINUTE_S};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Longer than the requests for one conversation may take.
const LEASE_S: i64 = 3 * MINUTE_S;
const AT_ONCE: u32 = 16;
const LOOKS_AGAIN_AFTER: Duration = Duration::from_secs(5);
const NOT_BEFORE: Duration = Duration::from_millis(20);
/// Control that ends so soon is kept, if an answer is owed.
const KEEPS_WITHIN_S: i64 = 2 * HOUR_S;
const LOOKS_FOR_KEEPING_AFTER: Duration = Duration::from_mins(1);

/// Whoever pressed a button waits that long for what comes of it; it goes on without them.
const WAITED_FOR: Duration = Duration::from_secs(5);
/// Another process may be at it, which tells us nothing.
const LOOKED_AFTER: Duration = Duration::from_millis(250);

#[derive(Default)]
pub struct Handing {
    /// There is something to ask.
    pub(crate) wanted: Notify,
    settled: Notify,
}

/// What came of pressing a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// The thread says how it is now.
    Done,
    Refused {
        words: String,
    },
}

fn refused(words: impl Into<String>) -> Handed {
    Handed::Refused { words: words.into() }
}

const NOT_CONNECTED: &str = "This account is not connected any more. An admin can connect it again.";

/// The conversation is to be the caller's, whoever answers it now.
pub async fn take_over(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<Handed> {
    let it = row(program, caller, id).await?.ok_or(InboxError::NotFound)?;
    if !matches!(it.owner, Owner::Other { .. }) {
        // A bot of ours lets go by our word.
        let step = Step::Assign { to: Some(caller.me.id) };
        return Ok(match desk::step(program, caller, id, step).await? {
            Stepped::Done { .. } | Stepped::Was => Handed::Done,
            Stepped::Refused { words } => refused(words),
        });
    }
    match accounts::reach(program, it.account_id).await?.map(|it| it.access.login) {
        None => Ok(refused(NOT_CONNECTED)),
        // Instagram's own login knows no such call: it is a word of ours.
        Some(Login::Instagram) => {
            settle_alone(program, caller, id, Outcome::Taken).await?;
            Ok(Handed::Done)
        }
        Some(Login::Page) => ask(program, caller, id, Act::Take, None).await,
    }
}

/// The account's bot is to answer, with a note for it.
pub async fn hand_to_bot(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    note: Option<String>,
) -> InboxResult<Handed> {
    let it = row(program, caller, id).await?.ok_or(InboxError::NotFound)?;
    let note = note.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    if note.as_ref().is_some_and(|it| it.chars().count() > NOTE_MOST) {
        return Ok(refused(format!("The note has at most {NOTE_MOST} characters.")));
    }
    if it.owner != Owner::Human {
        return Ok(refused("A bot or another app has this conversation already."));
    }
    let bots = program.store.find_bots_of(id).await?.ok_or(InboxError::NotFound)?;
    if bots.bot.is_some() {
        return to_ours(program, Doer::Person(caller.me.id), id, note).await;
    }
    let Some(reached) = accounts::reach(program, it.account_id).await? else { return Ok(refused(NOT_CONNECTED)) };
    if reached.access.login == Login::Instagram {
        let Some(app) = bots.app else { return Ok(refused(NO_BOT)) };
        settle_alone(program, caller, id, Outcome::Given { app: Some(app), note }).await?;
        return Ok(Handed::Done);
    }
    if bots.app.is_none()
        && !bots.is_routed
        && learn_routing(program, bots.account, &reached.access).await? != Some(true)
    {
        return Ok(refused(NO_BOT));
    }
    ask(program, caller, id, Act::Give, note).await
}

const NO_BOT: &str = "This account has no bot. An admin can name one in the settings of the account.";

/// A bot of our own.
pub(crate) async fn to_ours(
    program: &Program,
    by: Doer,
    conversation: ConversationId,
    note: Option<String>,
) -> InboxResult<Handed> {
    let (line, audit_id, now) = (program.seams.new_id(), program.seams.new_id(), program.seams.now());
    let handing = HandingOver { conversation, to: To::Bot, by, note, line, audit_id, now };
    Ok(match program.store.hand_over(handing).await? {
        HandedOver::Done | HandedOver::Was => Handed::Done,
        HandedOver::NoSuchConversation => return Err(InboxError::NotFound),
        HandedOver::OwnedElsewhere => refused("Another app has this conversation."),
        HandedOver::APersonHasIt => refused("A person has this conversation."),
        HandedOver::NoBot => refused(NO_BOT),
    })
}

/// Another app was named as the account's bot: whether Meta keeps the two apart is to be known before somebody writes.
/// Meta may not answer; then it is learned later.
pub(crate) async fn learn_of(program: &Program, account: AccountId) -> StoreResult<()> {
    if let Some(reached) = accounts::reach(program, account).await?
        && reached.access.login == Login::Page
    {
        learn_routing(program, account, &reached.access).await?;
    }
    Ok(())
}

/// Asks Meta whether one app at a time answers here, and remembers it. `None` if it does not say. Instagram's own login
/// knows no such question.
pub(crate) async fn learn_routing(program: &Program, account: AccountId, access: &Access) -> StoreResult<Option<bool>> {
    match program.graph.is_routed(access).await {
        Ok(is_on) => {
            if let Some(is_on) = is_on {
                program.store.set_routing(account, is_on, program.seams.now()).await?;
            }
            Ok(is_on)
        }
        Err(error) => {
            tracing::info!(account.id = %account, error = %error, "Meta does not tell how an account is shared");
            Ok(None)
        }
    }
}

/// By our word alone: there is nobody to ask.
async fn settle_alone(program: &Program, caller: &Caller, id: ConversationId, outcome: Outcome) -> StoreResult<()> {
    let settled = HandoverSettled {
        conversation: id,
        person: Some(caller.me.id),
        outcome,
        was_asked: false,
        line: program.seams.new_id(),
        notification: program.seams.new_id(),
        audit_id: program.seams.new_id(),
        now: program.seams.now(),
    };
    program.store.settle_handover(settled).await.map(drop)
}

async fn ask(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    act: Act,
    note: Option<String>,
) -> InboxResult<Handed> {
    let new = NewHandover { conversation: id, act, person: caller.me.id, note, now: program.seams.now() };
    match program.store.queue_handover(new).await? {
        HandoverQueued::NoSuchConversation => return Err(InboxError::NotFound),
        HandoverQueued::Was { assignee: Some(name) } if name != caller.me.name => {
            return Ok(refused(format!("{name} has this conversation now.")));
        }
        HandoverQueued::Was { .. } => return Ok(Handed::Done),
        HandoverQueued::UnderWay { by } => {
            let who = by.unwrap_or_else(|| "Somebody".to_owned());
            return Ok(refused(format!("{who} is at this just now. Look again in a moment.")));
        }
        HandoverQueued::Yes => {}
    }
    program.handing.wanted.notify_one();
    let until = Instant::now() + WAITED_FOR;
    while Instant::now() < until && program.store.has_handover(id).await? {
        let _ = tokio::time::timeout(LOOKED_AFTER, program.handing.settled.notified()).await;
    }
    Ok(Handed::Done)
}

pub fn start(program: &Program) {
    let (asking, keeping) = (program.clone(), program.clone());
    program.spawn("handovers", move || run(asking.clone()));
    program.spawn("keeping", move || keep(keeping.clone()));
}

async fn run(program: Program) {
    let mut alone = program.outbox.serves_alone;
    loop {
        let looked = async {
            if alone {
                program.store.free_handovers().await?;
                alone = false;
            }
            take_up(&program).await
        };
        let pause = match looked.await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(error = %chain(&error), "conversations change hands late: {}", chain(&error));
                LOOKS_AGAIN_AFTER
            }
        };
        tokio::select! {
            () = program.handing.wanted.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Asks whatever is due. The answer is when to look again.
async fn take_up(program: &Program) -> StoreResult<Duration> {
    loop {
        let now = program.seams.now();
        let claimed = program.store.claim_handovers(now, now.plus_s(LEASE_S), AT_ONCE).await?;
        if claimed.is_empty() {
            let next = program.store.find_next_handover().await?;
            let pause = next.map_or(LOOKS_AGAIN_AFTER, |next| until(next, now));
            return Ok(pause.clamp(NOT_BEFORE, LOOKS_AGAIN_AFTER));
        }
        let carried = claimed.into_iter().map(|it| carry::carry(program, it));
        futures::future::join_all(carried).await;
        program.handing.settled.notify_waiters();
    }
}

async fn keep(program: Program) {
    loop {
        match program.store.queue_keeping(program.seams.now(), KEEPS_WITHIN_S, 100).await {
            Ok(0) => {}
            Ok(_) => program.handing.wanted.notify_one(),
            Err(error) => tracing::warn!(error = %chain(&error), "cannot tell which conversations are to be kept"),
        }
        tokio::time::sleep(LOOKS_FOR_KEEPING_AFTER).await;
    }
}
