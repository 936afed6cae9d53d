//! What people do with a conversation beside answering it. What is out of somebody's sight is not
//! there.

pub(crate) mod check;
mod mentions;
mod posts;
pub(crate) mod presence;
mod wake;

pub use posts::posts;
pub use presence::be_at;

use crate::auth::Caller;
use crate::inbox::{InboxError, InboxResult, must_see};
use crate::program::Program;
use crate::replies::{self, Became};
use crate::store::conversations::{NewStep, StepTaken};
use crate::store::doer::Doer;
use crate::store::notes::NoteRow;
use model::desk::{
    ContactEdit, Details, Draft, Kept, NewNote, Noted, Receivers, SavedReply, SavedReplyEdit, SavedReplyId, Step,
    Stepped,
};
use model::ids::{ConversationId, LabelId, TeamId};

/// More characters than anybody writes; and more than a reply of several parts can hold.
const DRAFT_MOST: usize = 50_000;
const DRAFT_FILES_MOST: usize = 100;

pub fn start(program: &Program) {
    wake::start(program);
    presence::start(program);
}

/// What the work at conversations keeps in memory.
#[derive(Default)]
pub struct Desk {
    /// Something was snoozed: it may be the next to wake.
    snoozed: tokio::sync::Notify,
    pub(crate) presence: presence::Presences,
}

pub async fn step(program: &Program, caller: &Caller, id: ConversationId, step: Step) -> InboxResult<Stepped> {
    must_see(program, caller, id).await?;
    step_as(program, Doer::Person(caller.me.id), id, step).await
}

/// Whoever takes it sees the conversation.
pub(crate) async fn step_as(program: &Program, by: Doer, id: ConversationId, step: Step) -> InboxResult<Stepped> {
    let now = program.seams.now();
    if let Some(words) = check::step(&step, now) {
        return Ok(Stepped::Refused { words });
    }
    let is_closing = step == Step::Close;
    let is_snooze = matches!(step, Step::Snooze { .. });
    let is_teams = matches!(step, Step::Team { .. });
    let (line, notification) = (program.seams.new_id(), program.seams.new_id());
    let new = NewStep { conversation: id, step, by, line, notification, now };
    let taken = program.store.take_step(new).await?;
    if is_snooze {
        program.desk.snoozed.notify_one();
    }
    if is_teams {
        program.assignment.wanted.notify_one();
    }
    if is_closing {
        program.handing.wanted.notify_one();
    }
    let refused = |words: &str| Ok(Stepped::Refused { words: words.to_owned() });
    match taken {
        StepTaken::Done { undo } => Ok(Stepped::Done { undo }),
        StepTaken::Was => Ok(Stepped::Was),
        StepTaken::NoSuchConversation => Err(InboxError::NotFound),
        StepTaken::OutOfTheirSight if is_teams => {
            refused("This team cannot see the account, or is not there any more.")
        }
        StepTaken::OutOfTheirSight => refused("This person cannot see the account, or cannot sign in any more."),
        StepTaken::OwnedElsewhere => refused("Another app is answering this conversation. Take over first."),
    }
}

/// Who this conversation can be given to.
pub async fn receivers(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<Receivers> {
    must_see(program, caller, id).await?;
    let (people, teams) = tokio::try_join!(program.store.list_colleagues(id), program.store.list_teams_of(id))?;
    Ok(Receivers { people, teams })
}

/// The teams that can be given it.
pub async fn teams(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<Vec<(TeamId, String)>> {
    must_see(program, caller, id).await?;
    Ok(program.store.list_teams_of(id).await?)
}

pub async fn note(program: &Program, caller: &Caller, id: ConversationId, note: NewNote) -> InboxResult<Noted> {
    must_see(program, caller, id).await?;
    note_as(program, Doer::Person(caller.me.id), id, note).await
}

/// Whoever writes it sees the conversation.
pub(crate) async fn note_as(program: &Program, by: Doer, id: ConversationId, note: NewNote) -> InboxResult<Noted> {
    let text = note.text.trim();
    if let Some(words) = check::note(text, &note.client_id) {
        return Ok(Noted::Refused { words });
    }
    let mentions =
        if text.contains('@') { mentions::find(text, &program.store.list_colleagues(id).await?) } else { Vec::new() };
    let row = NoteRow {
        id: program.seams.new_id(),
        conversation: id,
        client_id: note.client_id,
        text: text.to_owned(),
        mentions,
        by,
        now: program.seams.now(),
    };
    let added = program.store.add_note(row).await?;
    added.map(|message| Noted::Added { message }).ok_or(InboxError::NotFound)
}

/// What is too long to be one is not kept.
pub async fn save_draft(program: &Program, caller: &Caller, id: ConversationId, draft: Draft) -> InboxResult<()> {
    must_see(program, caller, id).await?;
    let n_characters: usize = draft.chips.iter().chain([&draft.text]).map(|it| it.chars().count()).sum();
    if n_characters > DRAFT_MOST || draft.files.len() > DRAFT_FILES_MOST {
        tracing::warn!(draft.characters = n_characters, "a draft is too long to be kept");
        return Ok(());
    }
    // A browser whose clock is fast must not keep those of others away.
    let draft = Draft { at: draft.at.min(program.seams.now()), ..draft };
    Ok(program.store.save_draft(id, caller.me.id, draft).await?)
}

/// Everybody's, and the caller's own.
pub async fn saved_replies(program: &Program, caller: &Caller) -> InboxResult<Vec<SavedReply>> {
    Ok(replies::list(program, caller).await?)
}

pub async fn keep_saved_reply(program: &Program, caller: &Caller, edit: SavedReplyEdit) -> InboxResult<Kept> {
    let refused = |words: &str| Ok(Kept::Refused { words: words.to_owned() });
    match replies::keep(program, caller, None, edit).await? {
        Became::Kept(id) => Ok(Kept::Kept { id }),
        Became::Wrong(problem) => Ok(Kept::Refused { words: problem.words }),
        Became::NotTheirs if replies::allows(caller, false).is_ok() => {
            refused("This saved reply is not there any more.")
        }
        Became::NotTheirs => refused("Only admins change what everybody has."),
    }
}

/// What is not there (any more), or is everybody's and not the caller's to change, is not found.
pub async fn delete_saved_reply(program: &Program, caller: &Caller, id: SavedReplyId) -> InboxResult<()> {
    let deleted = replies::delete(program, caller, None, id).await?;
    if deleted { Ok(()) } else { Err(InboxError::NotFound) }
}

pub async fn details(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<Details> {
    must_see(program, caller, id).await?;
    program.store.find_details(id).await?.ok_or(InboxError::NotFound)
}

/// What is wrong with it, in sentences; none if it was kept.
pub async fn save_contact(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    edit: ContactEdit,
) -> InboxResult<Vec<String>> {
    must_see(program, caller, id).await?;
    let edit = match check::contact(&edit) {
        Ok(edit) => edit,
        Err(problems) => return Ok(problems),
    };
    let saved = program.store.save_contact(id, edit, program.seams.now()).await?;
    if saved { Ok(Vec::new()) } else { Err(InboxError::NotFound) }
}

pub async fn set_labels(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    labels: Vec<LabelId>,
) -> InboxResult<()> {
    must_see(program, caller, id).await?;
    let set = program.store.set_labels(id, labels, program.seams.now()).await?;
    if set { Ok(()) } else { Err(InboxError::NotFound) }
}
