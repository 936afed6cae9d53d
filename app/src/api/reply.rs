//! What an agent sends, and takes back.

use crate::api::call::Call;
use crate::error::AppError;
use crate::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};
use model::ids::{ConversationId, MessageId};
use model::outgoing::{Replied, Reply};
use serde::Deserialize;
#[cfg(feature = "ssr")]
use {crate::error::told, server::outbox};

#[server(prefix = "/fn", endpoint = "send_reply", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn send_reply(conversation: ConversationId, reply: Reply) -> Result<Replied, AppError> {
    let (program, caller) = crate::caller::asking()?;
    outbox::reply(&program, &caller, conversation, reply).await.map_err(told)
}

/// `false`: it has left already.
#[server(prefix = "/fn", endpoint = "take_back", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn take_back(conversation: ConversationId, message: MessageId) -> Result<bool, AppError> {
    let (program, caller) = crate::caller::asking()?;
    outbox::take_back(&program, &caller, conversation, message).await.map_err(told)
}

/// Sends a failed or unconfirmed message again. `false`: it is neither any more.
#[server(prefix = "/fn", endpoint = "retry_send", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn retry_send(conversation: ConversationId, message: MessageId) -> Result<bool, AppError> {
    let (program, caller) = crate::caller::asking()?;
    outbox::retry(&program, &caller, conversation, message).await.map_err(told)
}

/// Removes a failed or unconfirmed message. `false`: it is neither any more.
#[server(prefix = "/fn", endpoint = "discard_send", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn discard_send(conversation: ConversationId, message: MessageId) -> Result<bool, AppError> {
    let (program, caller) = crate::caller::asking()?;
    outbox::discard(&program, &caller, conversation, message).await.map_err(told)
}

/// Puts our reaction under a message; `None` takes it back. `false`: it cannot be reacted to.
#[server(prefix = "/fn", endpoint = "react", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn react(conversation: ConversationId, message: MessageId, emoji: Option<String>) -> Result<bool, AppError> {
    let (program, caller) = crate::caller::asking()?;
    outbox::react(&program, &caller, conversation, message, emoji).await.map_err(told)
}

/// The agent is writing, or has stopped. Best effort.
#[server(prefix = "/fn", endpoint = "typing", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn typing(conversation: ConversationId, on: bool) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    outbox::typing(&program, &caller, conversation, on).await.map_err(told)
}
