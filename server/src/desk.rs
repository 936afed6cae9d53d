//! What people do with a conversation beside answering it. What is out of somebody's sight is not
//! there.

use crate::auth::Caller;
use crate::inbox::{InboxError, InboxResult};
use crate::program::Program;
use model::desk::{
    Colleague, ContactEdit, Details, Draft, Kept, NewNote, Noted, OwnPosts, Presence, SavedReply, SavedReplyEdit,
    SavedReplyId, Step, Stepped,
};
use model::ids::{ConversationId, LabelId};

pub async fn step(_: &Program, _: &Caller, _: ConversationId, _: Step) -> InboxResult<Stepped> {
    Err(InboxError::NotFound)
}

pub async fn colleagues(_: &Program, _: &Caller, _: ConversationId) -> InboxResult<Vec<Colleague>> {
    Err(InboxError::NotFound)
}

pub async fn note(_: &Program, _: &Caller, _: ConversationId, _: NewNote) -> InboxResult<Noted> {
    Err(InboxError::NotFound)
}

pub async fn save_draft(_: &Program, _: &Caller, _: ConversationId, _: Draft) -> InboxResult<()> {
    Err(InboxError::NotFound)
}

pub async fn saved_replies(_: &Program, _: &Caller) -> InboxResult<Vec<SavedReply>> {
    Err(InboxError::NotFound)
}

pub async fn keep_saved_reply(_: &Program, _: &Caller, _: SavedReplyEdit) -> InboxResult<Kept> {
    Err(InboxError::NotFound)
}

pub async fn delete_saved_reply(_: &Program, _: &Caller, _: SavedReplyId) -> InboxResult<()> {
    Err(InboxError::NotFound)
}

pub async fn posts(_: &Program, _: &Caller, _: ConversationId, _: Option<String>) -> InboxResult<OwnPosts> {
    Err(InboxError::NotFound)
}

pub async fn details(_: &Program, _: &Caller, _: ConversationId) -> InboxResult<Details> {
    Err(InboxError::NotFound)
}

/// What is wrong with it, in sentences; none if it was kept.
pub async fn save_contact(_: &Program, _: &Caller, _: ConversationId, _: ContactEdit) -> InboxResult<Vec<String>> {
    Err(InboxError::NotFound)
}

pub async fn set_labels(_: &Program, _: &Caller, _: ConversationId, _: Vec<LabelId>) -> InboxResult<()> {
    Err(InboxError::NotFound)
}

pub async fn be_at(_: &Program, _: &Caller, _: String, _: Option<ConversationId>) -> InboxResult<Option<Presence>> {
    Err(InboxError::NotFound)
}
