//! What people do with a conversation beside answering it.

use crate::api::call::Call;
use crate::error::AppError;
use crate::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};
use model::desk::{
    ContactEdit, Details, Draft, Kept, NewNote, Noted, OwnPosts, Presence, Receivers, SavedReply, SavedReplyEdit,
    SavedReplyId, Step, Stepped,
};
use model::ids::{ConversationId, LabelId};
use serde::Deserialize;
#[cfg(feature = "ssr")]
use {crate::error::told, server::desk};

#[server(prefix = "/fn", endpoint = "take_step", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn take_step(conversation: ConversationId, step: Step) -> Result<Stepped, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::step(&program, &caller, conversation, step).await.map_err(told)
}

/// Who this conversation can be given to.
#[server(prefix = "/fn", endpoint = "open_receivers", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_receivers(conversation: ConversationId) -> Result<Receivers, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::receivers(&program, &caller, conversation).await.map_err(told)
}

#[server(prefix = "/fn", endpoint = "add_note", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn add_note(conversation: ConversationId, note: NewNote) -> Result<Noted, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::note(&program, &caller, conversation, note).await.map_err(told)
}

/// The newest wins, by its own `at`; an empty one is forgotten.
#[server(prefix = "/fn", endpoint = "save_draft", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn save_draft(conversation: ConversationId, draft: Draft) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::save_draft(&program, &caller, conversation, draft).await.map_err(told)
}

/// Everybody's and my own, by shortcut.
#[server(prefix = "/fn", endpoint = "open_saved_replies", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_saved_replies() -> Result<Vec<SavedReply>, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::saved_replies(&program, &caller).await.map_err(told)
}

/// Everybody's are changed by admins only.
#[server(prefix = "/fn", endpoint = "keep_saved_reply", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn keep_saved_reply(reply: SavedReplyEdit) -> Result<Kept, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::keep_saved_reply(&program, &caller, reply).await.map_err(told)
}

#[server(prefix = "/fn", endpoint = "delete_saved_reply", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn delete_saved_reply(id: SavedReplyId) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::delete_saved_reply(&program, &caller, id).await.map_err(told)
}

/// The account's own posts, newest first; Instagram only.
#[server(prefix = "/fn", endpoint = "open_posts", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_posts(conversation: ConversationId, after: Option<String>) -> Result<OwnPosts, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::posts(&program, &caller, conversation, after).await.map_err(told)
}

#[server(prefix = "/fn", endpoint = "open_details", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_details(conversation: ConversationId) -> Result<Details, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::details(&program, &caller, conversation).await.map_err(told)
}

#[server(prefix = "/fn", endpoint = "save_contact", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn save_contact(conversation: ConversationId, edit: ContactEdit) -> Result<Vec<String>, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::save_contact(&program, &caller, conversation, edit).await.map_err(told)
}

#[server(prefix = "/fn", endpoint = "set_labels", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn set_labels(conversation: ConversationId, labels: Vec<LabelId>) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::set_labels(&program, &caller, conversation, labels).await.map_err(told)
}

/// This page shows that conversation, or none any more; said again before it is forgotten
/// ([`model::desk::PRESENT_FOR_S`]). `page` is any word that the page made for itself.
#[server(prefix = "/fn", endpoint = "be_at", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn be_at(page: String, conversation: Option<ConversationId>) -> Result<Option<Presence>, AppError> {
    let (program, caller) = crate::caller::asking()?;
    desk::be_at(&program, &caller, page, conversation).await.map_err(told)
}
