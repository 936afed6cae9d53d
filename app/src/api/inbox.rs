//! What the inbox shows.

use crate::api::call::Call;
use crate::error::AppError;
use crate::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};
use model::ids::{ConversationId, MessageId};
use model::inbox::{After, Line, ListPage, ListedConversation};
use model::time::Timestamp;
use model::view::{Counts, View};
use serde::Deserialize;
#[cfg(feature = "ssr")]
use {crate::error::told, server::inbox};

#[server(prefix = "/fn", endpoint = "open_list", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_list(view: View, words: Option<String>, after: Option<After>) -> Result<ListPage, AppError> {
    let (program, caller) = crate::caller::asking()?;
    inbox::list(&program, &caller, view, words, after).await.map_err(told)
}

/// One row, and whether it fits what was typed; `None` if it may not be seen, or is gone.
#[server(prefix = "/fn", endpoint = "open_row", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_row(
    id: ConversationId,
    view: View,
    words: String,
) -> Result<Option<(ListedConversation, bool)>, AppError> {
    let (program, caller) = crate::caller::asking()?;
    inbox::row_in(&program, &caller, id, view, &words).await.map_err(told)
}

#[server(prefix = "/fn", endpoint = "open_counts", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_counts() -> Result<Counts, AppError> {
    let (program, caller) = crate::caller::asking()?;
    inbox::counts(&program, &caller).await.map_err(told)
}

#[server(prefix = "/fn", endpoint = "open_conversation", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_conversation(id: ConversationId) -> Result<model::inbox::OpenConversation, AppError> {
    let (program, caller) = crate::caller::asking()?;
    inbox::open(&program, &caller, id).await.map_err(told)
}

/// Older lines than this one, newest last, and whether there are still older ones.
#[server(prefix = "/fn", endpoint = "open_older", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_older(
    id: ConversationId,
    before: Timestamp,
    before_id: MessageId,
) -> Result<(Vec<Line>, bool), AppError> {
    let (program, caller) = crate::caller::asking()?;
    inbox::older(&program, &caller, id, (before, before_id)).await.map_err(told)
}

/// These lines as they are now; what is gone is not among them.
#[server(prefix = "/fn", endpoint = "open_lines", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn open_lines(id: ConversationId, messages: Vec<MessageId>) -> Result<Vec<Line>, AppError> {
    let (program, caller) = crate::caller::asking()?;
    inbox::lines(&program, &caller, id, messages).await.map_err(told)
}

/// The agent really looks at everything up to `until`: it is read, and the customer is shown so if
/// the account wants that.
#[server(prefix = "/fn", endpoint = "look_at", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn look_at(id: ConversationId, until: Timestamp) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    inbox::look(&program, &caller, id, until).await.map_err(told)
}
