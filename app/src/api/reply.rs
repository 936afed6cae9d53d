//! What an agent sends, and takes back.

use crate::error::AppError;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::ids::{ConversationId, MessageId};
use model::outgoing::{Replied, Reply};

#[server(prefix = "/fn", endpoint = "send_reply", input = Json)]
pub async fn send_reply(conversation: ConversationId, reply: Reply) -> Result<Replied, AppError> {
    let _ = (crate::caller::current()?, conversation, reply);
    Err(AppError::NotFound)
}

/// `false`: it has left already.
#[server(prefix = "/fn", endpoint = "take_back")]
pub async fn take_back(conversation: ConversationId, message: MessageId) -> Result<bool, AppError> {
    let _ = (crate::caller::current()?, conversation, message);
    Err(AppError::NotFound)
}

/// Sends a failed or unconfirmed message again. `false`: it is neither any more.
#[server(prefix = "/fn", endpoint = "retry_send")]
pub async fn retry_send(conversation: ConversationId, message: MessageId) -> Result<bool, AppError> {
    let _ = (crate::caller::current()?, conversation, message);
    Err(AppError::NotFound)
}

/// Removes a failed or unconfirmed message. `false`: it is neither any more.
#[server(prefix = "/fn", endpoint = "discard_send")]
pub async fn discard_send(conversation: ConversationId, message: MessageId) -> Result<bool, AppError> {
    let _ = (crate::caller::current()?, conversation, message);
    Err(AppError::NotFound)
}

/// Puts our reaction under a message; `None` takes it back. `false`: it cannot be reacted to.
#[server(prefix = "/fn", endpoint = "react")]
pub async fn react(conversation: ConversationId, message: MessageId, emoji: Option<String>) -> Result<bool, AppError> {
    let _ = (crate::caller::current()?, conversation, message, emoji);
    Err(AppError::NotFound)
}

/// The agent is writing, or has stopped. Best effort.
#[server(prefix = "/fn", endpoint = "typing")]
pub async fn typing(conversation: ConversationId, on: bool) -> Result<(), AppError> {
    let _ = (crate::caller::current()?, conversation, on);
    Err(AppError::NotFound)
}
