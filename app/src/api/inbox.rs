//! What the inbox shows.

use crate::error::AppError;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::ids::{ConversationId, MessageId};
use model::inbox::{After, Line, ListPage, ListedConversation, OpenConversation};
use model::time::Timestamp;
use model::view::View;

#[server(prefix = "/fn", endpoint = "open_list", input = Json)]
pub async fn open_list(view: View, words: Option<String>, after: Option<After>) -> Result<ListPage, AppError> {
    let _ = (crate::caller::current()?, view, words, after);
    Err(AppError::NotFound)
}

/// One row of the list; `None` if it may not be seen, or is gone.
#[server(prefix = "/fn", endpoint = "open_row")]
pub async fn open_row(id: ConversationId) -> Result<Option<ListedConversation>, AppError> {
    let _ = (crate::caller::current()?, id);
    Err(AppError::NotFound)
}

#[server(prefix = "/fn", endpoint = "open_counts")]
pub async fn open_counts() -> Result<Vec<(View, i64)>, AppError> {
    let _ = crate::caller::current()?;
    Err(AppError::NotFound)
}

#[server(prefix = "/fn", endpoint = "open_conversation")]
pub async fn open_conversation(id: ConversationId) -> Result<OpenConversation, AppError> {
    let _ = (crate::caller::current()?, id);
    Err(AppError::NotFound)
}

/// Older lines than this one, newest last, and whether there are still older ones.
#[server(prefix = "/fn", endpoint = "open_older", input = Json)]
pub async fn open_older(
    id: ConversationId,
    before: Timestamp,
    before_id: MessageId,
) -> Result<(Vec<Line>, bool), AppError> {
    let _ = (crate::caller::current()?, id, before, before_id);
    Err(AppError::NotFound)
}

/// These lines as they are now; what is gone is not among them.
#[server(prefix = "/fn", endpoint = "open_lines", input = Json)]
pub async fn open_lines(id: ConversationId, messages: Vec<MessageId>) -> Result<Vec<Line>, AppError> {
    let _ = (crate::caller::current()?, id, messages);
    Err(AppError::NotFound)
}

/// The agent really looks at everything up to `until`: it is read, and the customer is shown so if
/// the account wants that.
#[server(prefix = "/fn", endpoint = "look_at")]
pub async fn look_at(id: ConversationId, until: Timestamp) -> Result<(), AppError> {
    let _ = (crate::caller::current()?, id, until);
    Err(AppError::NotFound)
}
