//! What people read, as far as they may see it. What is out of somebody's sight is not there.

mod counted;
mod narrowed;

use crate::actions;
use crate::auth::Caller;
use crate::graph::GraphError;
use crate::notifications;
use crate::program::Program;
use crate::store::inbox::Wanted;
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult};
use model::filter::Typed;
use model::ids::{ConversationId, MessageId};
use model::inbox::{After, Line, ListPage, ListedConversation, OpenConversation};
use model::time::Timestamp;
use model::view::{Counts, View};

pub use counted::Counted;
use counted::Numbers;
pub use narrowed::SavedCounts;

/// Rows of a list and lines of a thread that come at once.
const ROWS: u32 = 50;
const LINES: u32 = 50;

/// More lines than a page can have heard of and not asked for.
const ASKED_MOST: usize = 1000;

#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error("nobody is signed in any more")]
    SignedOut,
    #[error("there is no such conversation for this person")]
    NotFound,
    /// Meta did not answer as it should.
    #[error(transparent)]
    Meta(#[from] GraphError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub type InboxResult<T> = Result<T, InboxError>;

/// A page of a view: of what fits what was typed, if anything was.
pub async fn list(
    program: &Program,
    caller: &Caller,
    view: View,
    words: Option<String>,
    after: Option<After>,
) -> InboxResult<ListPage> {
    let sight = sight(program, caller).await?;
    list_in(program, caller, sight, view, words, after).await
}

async fn list_in(
    program: &Program,
    caller: &Caller,
    sight: Sight,
    view: View,
    words: Option<String>,
    after: Option<After>,
) -> InboxResult<ListPage> {
    let Typed { filter, problems } = narrowed::read(program, &sight, words.as_deref()).await?;
    if !problems.is_empty() {
        return Ok(ListPage { order: filter.order(view), problems, ..ListPage::default() });
    }
    let of = narrowed::list_of(program, caller, sight, view, filter);
    Ok(program.store.list_conversations(Wanted { of, after, limit: ROWS }).await?)
}

/// One row of a list, whatever view it is in.
pub async fn row(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<Option<ListedConversation>> {
    let sight = sight(program, caller).await?;
    Ok(program.store.find_conversation(id, &sight).await?)
}

/// One row, and whether it fits what was typed. Which views it is in, whoever has it sees.
pub async fn row_in(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    view: View,
    words: &str,
) -> InboxResult<Option<(ListedConversation, bool)>> {
    if words.is_empty() {
        return Ok(row(program, caller, id).await?.map(|it| (it, true)));
    }
    let sight = sight(program, caller).await?;
    let Typed { filter, problems } = narrowed::read(program, &sight, Some(words)).await?;
    let of = narrowed::list_of(program, caller, sight, view, filter);
    let found = program.store.find_in_list(of, id).await?;
    Ok(found.map(|(row, is_in)| (row, is_in && problems.is_empty())))
}

/// How many stand in each view, also in those that people saved.
pub async fn counts(program: &Program, caller: &Caller) -> InboxResult<Counts> {
    let sight = sight(program, caller).await?;
    counts_in(program, caller, &sight, true).await
}

async fn counts_in(program: &Program, caller: &Caller, sight: &Sight, is_patient: bool) -> InboxResult<Counts> {
    let ((views, notifications), saved) =
        tokio::try_join!(numbers(program, caller, sight), narrowed::saved(program, caller, sight, is_patient),)?;
    Ok(Counts { views, saved, notifications })
}

async fn numbers(program: &Program, caller: &Caller, sight: &Sight) -> StoreResult<Numbers> {
    let (store, person) = (program.store.as_ref(), caller.me.id);
    let age = match program.counted.find(store, person, sight) {
        Ok(counts) => return Ok(counts),
        Err(age) => age,
    };
    let views = store.count_views(person, sight, program.seams.now()).await?;
    let counts = (views, store.count_notifications(person).await?);
    program.counted.keep(store, person, sight.clone(), &counts, age);
    Ok(counts)
}

/// A conversation with its newest lines.
pub async fn open(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<OpenConversation> {
    let sight = sight(program, caller).await?;
    open_in(program, caller, &sight, id).await
}

async fn open_in(
    program: &Program,
    caller: &Caller,
    sight: &Sight,
    id: ConversationId,
) -> InboxResult<OpenConversation> {
    let (opened, drafts) = tokio::try_join!(
        program.store.open_conversation(id, sight, LINES),
        program.store.list_drafts(id, caller.me.id),
    )?;
    Ok(OpenConversation { drafts, ..opened.ok_or(InboxError::NotFound)? })
}

/// So many lines may stand after a message at which a thread is opened; else only some around it are shown.
const LINES_AFTER: u32 = 300;
const LINES_BESIDE: u32 = 25;

/// What of a thread is there when it is opened at a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// Everything from there on.
    ToTheEnd,
    /// Some lines around it.
    Part,
    /// It is not there, or not there any more.
    Gone,
}

/// Brings the lines around this message into an opened conversation.
pub async fn reach(program: &Program, open: &mut OpenConversation, message: MessageId) -> InboxResult<Reached> {
    let (store, id) = (&program.store, open.conversation.id);
    if store.find_lines(id, vec![message]).await?.is_empty() {
        return Ok(Reached::Gone);
    }
    if store.find_line_after(id, message, LINES_AFTER).await?.is_some() {
        if let Some(end) = store.find_line_after(id, message, LINES_BESIDE).await? {
            (open.lines, open.has_older) = store.lines_before(id, end, 2 * LINES_BESIDE).await?;
        }
        return Ok(Reached::Part);
    }
    // With some before it, so that it can be seen what it answers.
    while open.has_older && !open.lines.iter().skip(LINES_BESIDE as usize).any(|it| it.id == message) {
        let Some(first) = open.lines.first() else { break };
        let (older, has_older) = store.lines_before(id, (first.at, first.id), 2 * LINES).await?;
        open.lines.splice(0..0, older);
        open.has_older = has_older;
    }
    Ok(Reached::ToTheEnd)
}

/// All that a page begins with.
pub struct Page {
    pub list: InboxResult<ListPage>,
    pub counts: Counts,
    pub open: Option<InboxResult<OpenConversation>>,
}

/// A list, and a conversation beside it: asked for at the same time, by the same sight.
pub async fn page(
    program: &Program,
    caller: &Caller,
    view: View,
    words: Option<String>,
    after: Option<After>,
    open: Option<ConversationId>,
) -> InboxResult<Page> {
    let sight = sight(program, caller).await?;
    let thread = async {
        match open {
            Some(id) => Some(open_in(program, caller, &sight, id).await),
            None => None,
        }
    };
    let (list, counts, open) = tokio::join!(
        list_in(program, caller, sight.clone(), view, words, after),
        counts_in(program, caller, &sight, false),
        thread,
    );
    // A page without its counts is still a page.
    Ok(Page { list, counts: counts.unwrap_or_default(), open })
}

/// Older lines than this one, newest last, and whether there are still older ones.
pub async fn older(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    before: (Timestamp, MessageId),
) -> InboxResult<(Vec<Line>, bool)> {
    must_see(program, caller, id).await?;
    Ok(program.store.lines_before(id, before, LINES).await?)
}

/// These lines as they are now; what is gone is not among them.
pub async fn lines(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    messages: Vec<MessageId>,
) -> InboxResult<Vec<Line>> {
    must_see(program, caller, id).await?;
    // To leave some out would say that they are gone.
    if messages.len() > ASKED_MOST {
        return Err(InboxError::NotFound);
    }
    Ok(program.store.find_lines(id, messages).await?)
}

/// Somebody looked at everything up to `until`.
pub async fn look(program: &Program, caller: &Caller, id: ConversationId, until: Timestamp) -> InboxResult<()> {
    let it = row(program, caller, id).await?.ok_or(InboxError::NotFound)?;
    program.store.mark_read(id, until, program.seams.now()).await?;
    notifications::know_of(program, caller, id).await?;
    // The customer is told of what the customer said: notes come later and are none of it.
    actions::looked(program, id, it.heard.action_at.map_or(until, |it| it.min(until)));
    Ok(())
}

pub(crate) async fn sight(program: &Program, caller: &Caller) -> InboxResult<Sight> {
    program.store.find_sight(caller.me.id).await?.ok_or(InboxError::SignedOut)
}

/// As not found what is out of sight.
pub(crate) async fn must_see(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<()> {
    row(program, caller, id).await?.map(drop).ok_or(InboxError::NotFound)
}
