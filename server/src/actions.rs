//! Typing and seen, which the customer is shown while an agent works. Best effort: an action goes
//! out at once or never, beside the messages and not behind them, and nothing of it is kept.

mod receipt;
mod typing;

use crate::accounts::reach_again;
use crate::graph::send::{Request, To, What};
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreResult;
use crate::store::doer::Doer;
use model::ids::{AccountId, BotId, ConversationId};
use model::inbox::MarksSeen;
use model::time::Timestamp;
use model::window::{Window, may_reach};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use typing::Typing;

/// Of one account. Messages keep to what is left of Meta's limit.
const BETWEEN_ACTIONS: Duration = Duration::from_millis(100);
/// What would go out later than this is dropped.
const LATEST: Duration = Duration::from_millis(1500);

/// More conversations than agents look at in a day; then the oldest memory is of no use.
const MOST_REMEMBERED: usize = 20_000;

pub fn start(program: &Program) {
    let it = program.clone();
    program.spawn("receipts", move || receipt::run(it.clone()));
}

#[derive(Default)]
pub struct Actions(Mutex<State>);

#[derive(Default)]
struct State {
    typing: Typing,
    /// A message is just going out there.
    leaving: HashSet<ConversationId>,
    /// Up to where the customer was shown that we have seen it.
    seen: HashMap<ConversationId, Timestamp>,
    /// When the next action of an account may go out.
    next: HashMap<AccountId, Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    TypingOn,
    TypingOff,
    MarkSeen,
}

impl Action {
    const fn word(self) -> &'static str {
        match self {
            Self::TypingOn => "typing_on",
            Self::TypingOff => "typing_off",
            Self::MarkSeen => "mark_seen",
        }
    }
}

impl Actions {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message of this conversation is going out: the typing ends with it, and none begins meanwhile.
    pub(crate) fn leaving(&self, conversation: ConversationId) {
        let mut state = self.state();
        state.leaving.insert(conversation);
        state.typing.end(conversation);
    }

    pub(crate) fn left(&self, conversation: ConversationId) {
        self.state().leaving.remove(&conversation);
    }

    /// Whether this is news to the customer.
    fn is_unseen(&self, conversation: ConversationId, until: Timestamp) -> bool {
        let mut state = self.state();
        if state.seen.len() >= MOST_REMEMBERED {
            state.seen.clear();
        }
        let seen = state.seen.entry(conversation).or_insert(Timestamp(i64::MIN));
        let is_news = *seen < until;
        *seen = until.max(*seen);
        is_news
    }

    /// Takes the account's next place; `None` if that is so late that the action would be wrong.
    fn place(&self, account: AccountId) -> Option<Instant> {
        let now = Instant::now();
        let mut state = self.state();
        let next = state.next.entry(account).or_insert(now);
        let place = now.max(*next);
        if place > now + LATEST {
            return None;
        }
        *next = place + BETWEEN_ACTIONS;
        Some(place)
    }
}

/// An agent's reply has gone out.
pub(crate) fn replied(program: &Program, conversation: ConversationId) {
    act(program, conversation, Action::MarkSeen, None, |when| when == MarksSeen::OnReply, program.seams.now());
}

/// An agent really looks at everything up to `until`.
pub(crate) fn looked(program: &Program, conversation: ConversationId, until: Timestamp) {
    act(program, conversation, Action::MarkSeen, None, |when| when == MarksSeen::OnView, until);
}

/// A program says that it has seen everything up to `until`.
pub(crate) fn seen_by(program: &Program, conversation: ConversationId, by: Doer, until: Timestamp) {
    act(program, conversation, Action::MarkSeen, by.bot(), |when| when != MarksSeen::Never, until);
}

/// A message came in.
fn received(program: &Program, conversation: ConversationId, at: Timestamp) {
    act(program, conversation, Action::MarkSeen, None, |when| when == MarksSeen::OnReceipt, at);
}

/// On a task of its own: nobody waits for an action. What a bot answers, only that bot acts in.
fn act(
    program: &Program,
    conversation: ConversationId,
    action: Action,
    bot: Option<BotId>,
    is_wanted: impl Fn(MarksSeen) -> bool + Send + 'static,
    until: Timestamp,
) {
    let program = program.clone();
    let tracker = program.workers.clone();
    tracker.spawn(async move {
        let outcome = match try_to_act(&program, conversation, action, bot, is_wanted, until).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::debug!(error = %chain(&error), "an action is lost");
                "lost"
            }
        };
        metrics::counter!("switchboard_actions_total", "action" => action.word(), "outcome" => outcome).increment(1);
    });
}

async fn try_to_act(
    program: &Program,
    conversation: ConversationId,
    action: Action,
    bot: Option<BotId>,
    is_wanted: impl Fn(MarksSeen) -> bool,
    until: Timestamp,
) -> StoreResult<&'static str> {
    let Some(to) = program.store.find_addressee(conversation).await? else { return Ok("nobody") };
    let is_off = match action {
        Action::MarkSeen => !is_wanted(to.marks_seen),
        Action::TypingOn | Action::TypingOff => !to.typing,
    };
    // Outside the window Meta refuses these too.
    let is_shut = !matches!(Window::of(to.heard, program.seams.now()), Window::Standard { .. });
    let is_anothers = if bot.is_some() { to.owner_bot != bot } else { to.is_owned_elsewhere };
    if is_off || is_shut || !to.can_send || is_anothers || may_reach(to.is_blocked).is_err() {
        return Ok("not_wanted");
    }
    if action == Action::MarkSeen && !program.actions.is_unseen(conversation, until) {
        return Ok("not_news");
    }
    let Some(place) = program.actions.place(to.account) else { return Ok("too_many") };
    tokio::time::sleep_until(place).await;
    if action == Action::TypingOn && program.actions.state().leaving.contains(&conversation) {
        return Ok("going_out");
    }
    let Some(reached) = reach_again(program, to.account).await? else { return Ok("nobody") };
    let what = match action {
        Action::TypingOn => What::TypingOn,
        Action::TypingOff => What::TypingOff,
        Action::MarkSeen => What::MarkSeen,
    };
    let request = Request { to: To::Person(to.contact_external_id), what };
    match program.graph.send(&reached.access, to.platform, &request).await.outcome {
        Ok(_) => Ok("done"),
        Err(error) => {
            tracing::debug!(account.id = %to.account, error = %error, "an action was not taken: {error}");
            Ok("refused")
        }
    }
}
