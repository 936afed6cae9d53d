//! What a program does beside writing: reactions, typing, seen, handing over, notes.

use super::access::Asking;
use super::conversations::{self, see};
use super::input::{Given, id};
use super::messages::{find, show};
use super::problem::{Kind, Problem, Problems};
use super::send::{addressee, reach};
use super::shown::{Conversation, Message, Note, moment};
use crate::program::Program;
use crate::store::conversations::{HandedOver, HandingOver, To};
use crate::{actions, desk, outbox};
use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::desk::{NOTE_MOST, NewNote, Noted};
use model::ids::{ConversationId, MessageId};
use model::tokens::Scope;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReaction {
    /// One emoji; on Instagram the heart.
    #[schema(example = "❤️")]
    emoji: String,
}

/// Reacts to a message; what we reacted before is replaced.
#[utoipa::path(put, path = "/conversations/{id}/messages/{message_id}/reaction",
    params(("id" = String, Path), ("message_id" = String, Path)), request_body = NewReaction,
    security(("token" = ["send"])),
    responses((status = 202, description = "The message with the reaction on its way", body = Message), Problems))]
pub(super) async fn react(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path((conversation, message)): Path<(String, String)>,
    Given(new): Given<NewReaction>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    reaction(&program, &asking, (&conversation, &message), Some(new.emoji)).await
}

/// Takes our reaction back.
#[utoipa::path(delete, path = "/conversations/{id}/messages/{message_id}/reaction",
    params(("id" = String, Path), ("message_id" = String, Path)), security(("token" = ["send"])),
    responses((status = 202, description = "The message without the reaction", body = Message), Problems))]
pub(super) async fn take_reaction_back(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path((conversation, message)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    reaction(&program, &asking, (&conversation, &message), None).await
}

async fn reaction(
    program: &Program,
    asking: &Asking,
    (conversation, message): (&str, &str),
    emoji: Option<String>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    asking.may(Scope::Send)?;
    let (conversation, message): (ConversationId, MessageId) = (id(conversation)?, id(message)?);
    let to = addressee(program, asking, conversation).await?;
    find(program, asking, conversation, message).await?;
    if to.is_anothers(asking.doer()) {
        return Err(Problem::not_owner());
    }
    reach(&to)?;
    if !outbox::react_as(program, &to, asking.doer(), message, emoji).await? {
        return Err(Problem::invalid("This message cannot be reacted to so. On Instagram only the heart can be sent."));
    }
    Ok((StatusCode::ACCEPTED, Json(show(program, asking, conversation, message).await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Typing {
    on: bool,
}

/// Shows the customer that somebody writes, or that nobody does any more. Best effort.
#[utoipa::path(post, path = "/conversations/{id}/typing", params(("id" = String, Path)), request_body = Typing,
    security(("token" = ["send"])), responses((status = 204, description = "Done"), Problems))]
pub(super) async fn typing(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
    Given(typing): Given<Typing>,
) -> Result<StatusCode, Problem> {
    let conversation = its_turn(&program, &asking, &conversation).await?;
    program.actions.typing(&program, conversation, asking.doer(), typing.on);
    Ok(StatusCode::NO_CONTENT)
}

/// Marks everything as read, and shows the customer that it was seen, unless the account never does.
#[utoipa::path(post, path = "/conversations/{id}/seen", params(("id" = String, Path)), security(("token" = ["send"])),
    responses((status = 204, description = "Done"), Problems))]
pub(super) async fn seen(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
) -> Result<StatusCode, Problem> {
    let conversation = its_turn(&program, &asking, &conversation).await?;
    let (said, _) = program.store.messages_before(conversation, None, 1).await?;
    if let Some(newest) = said.last() {
        let until = newest.line.at;
        program.store.mark_read(conversation, until, program.seams.now()).await?;
        actions::seen_by(&program, conversation, asking.doer(), until);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The program may send, and nobody else answers.
async fn its_turn(program: &Program, asking: &Asking, conversation: &str) -> Result<ConversationId, Problem> {
    asking.may(Scope::Send)?;
    let conversation = id(conversation)?;
    let to = addressee(program, asking, conversation).await?;
    if to.is_anothers(asking.doer()) { Err(Problem::not_owner()) } else { Ok(conversation) }
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Side {
    Human,
    Bot,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Handover {
    #[schema(inline)]
    to: Side,
    /// Why, and what the other side is to know.
    #[serde(default)]
    #[schema(max_length = 10000)]
    note: Option<String>,
}

/// Gives the conversation to the bot (the token’s, else the account’s) or back to people. A bot takes nothing from a
/// person who has it.
#[utoipa::path(post, path = "/conversations/{id}/handover", params(("id" = String, Path)), request_body = Handover,
    security(("token" = ["handover"])),
    responses((status = 200, description = "The conversation as it is now", body = Conversation), Problems))]
pub(super) async fn hand_over(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
    Given(handover): Given<Handover>,
) -> Result<Json<Conversation>, Problem> {
    asking.may(Scope::Handover)?;
    let conversation = id(&conversation)?;
    see(&program, &asking, conversation).await?;
    let note = handover.note.as_deref().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
    if note.as_ref().is_some_and(|it| it.chars().count() > NOTE_MOST) {
        return Err(Problem::invalid(format!("\"note\" has at most {NOTE_MOST} characters.")));
    }
    let to = match handover.to {
        Side::Human => To::People,
        Side::Bot => To::Bot,
    };
    let (line, audit_id, now) = (program.seams.new_id(), program.seams.new_id(), program.seams.now());
    let handing = HandingOver { conversation, to, by: asking.doer(), note, line, audit_id, now };
    match program.store.hand_over(handing).await? {
        HandedOver::Done | HandedOver::Was => {}
        HandedOver::NoSuchConversation => return Err(Problem::not_found()),
        HandedOver::OwnedElsewhere => {
            return Err(Problem::new(Kind::NotOwner, "Another app or another bot answers this conversation."));
        }
        HandedOver::APersonHasIt => {
            return Err(Problem::new(Kind::NotOwner, "A person has this conversation. They can give it back."));
        }
        HandedOver::NoBot => {
            return Err(Problem::new(Kind::NoBot, "Neither this token nor the account has a bot."));
        }
    }
    // Who gets what is people’s now.
    program.assignment.wanted.notify_one();
    let row = see(&program, &asking, conversation).await?;
    Ok(Json(conversations::show(&program, row).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNoteText {
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
    /// Yours: the same one twice is one note.
    #[serde(default)]
    #[schema(max_length = 64)]
    client_id: Option<String>,
}

/// Writes a note, which only the team sees.
#[utoipa::path(post, path = "/conversations/{id}/notes", params(("id" = String, Path)), request_body = NewNoteText,
    security(("token" = ["write"])), responses((status = 201, description = "The note", body = Note), Problems))]
pub(super) async fn note(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
    Given(new): Given<NewNoteText>,
) -> Result<(StatusCode, Json<Note>), Problem> {
    asking.may(Scope::Write)?;
    let conversation = id(&conversation)?;
    see(&program, &asking, conversation).await?;
    let client_id = new.client_id.unwrap_or_else(|| program.seams.new_id::<MessageId>().to_string());
    let note = NewNote { client_id, text: new.text };
    let message = match desk::note_as(&program, asking.doer(), conversation, note).await? {
        Noted::Added { message } => message,
        Noted::Refused { words } => return Err(Problem::invalid(words)),
    };
    let said = program.store.find_said(conversation, message).await?.ok_or_else(Problem::not_found)?;
    let (id, text, created_at) = (message.to_string(), said.line.text.unwrap_or_default(), moment(said.line.at));
    Ok((StatusCode::CREATED, Json(Note { id, text, created_at })))
}
