//! What was said in a conversation.

use super::access::Asking;
use super::conversations::see;
use super::input::{Wanted, cursor, id, limit, write_cursor};
use super::problem::{Problem, Problems};
use super::shown::{self, Message, Messages};
use crate::program::Program;
use crate::store::inbox::Said;
use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use model::ids::{ConversationId, MessageId};
use model::inbox::OpenConversation;
use model::thread::Direction;
use model::tokens::Scope;
use serde::Deserialize;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Messages of a conversation, newest first. What only the team sees is not among them.
#[utoipa::path(get, path = "/conversations/{id}/messages", params(("id" = String, Path), Which),
    security(("token" = ["read"])),
    responses((status = 200, description = "A page of them", body = Messages), Problems))]
pub(super) async fn list(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
    Wanted(which): Wanted<Which>,
) -> Result<Json<Messages>, Problem> {
    asking.may(Scope::Read)?;
    let conversation = id(&conversation)?;
    let (limit, before) = (limit(which.limit)?, cursor(which.cursor.as_deref())?);
    let of = open(&program, &asking, conversation).await?;
    let (said, has_older) = program.store.messages_before(conversation, before, limit).await?;
    let oldest = said.first().filter(|_| has_older).map(|it| write_cursor(it.line.at, it.line.id));
    let items = said.into_iter().rev().map(|it| shown::message(&program, &of, it)).collect();
    Ok(Json(Messages { items, next_cursor: oldest }))
}

/// The conversation with how far the customer has got.
async fn open(program: &Program, asking: &Asking, id: ConversationId) -> Result<OpenConversation, Problem> {
    let found = program.store.open_conversation(id, &asking.token.sight, 1).await?;
    found.ok_or_else(Problem::not_found)
}

/// A message that the program may see.
pub(super) async fn find(
    program: &Program,
    asking: &Asking,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Said, Problem> {
    see(program, asking, conversation).await?;
    let said = program.store.find_said(conversation, message).await?;
    said.filter(|it| it.line.direction != Direction::Internal).ok_or_else(Problem::not_found)
}

pub(super) async fn show(
    program: &Program,
    asking: &Asking,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Message, Problem> {
    let said = find(program, asking, conversation, message).await?;
    Ok(shown::message(program, &open(program, asking, conversation).await?, said))
}
