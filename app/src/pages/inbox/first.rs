//! What the page begins with, asked for at once.

use crate::api::inbox::{open_conversation, open_counts, open_list};
use crate::api::shell::{Shell, open_shell};
use crate::error::AppError;
use borsh::{BorshDeserialize, BorshSerialize};
use model::ids::ConversationId;
use model::inbox::{After, ListPage, OpenConversation};
use model::time::Timestamp;
use model::view::View;

/// What an address of the inbox asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub view: View,
    pub words: String,
    pub after: Option<After>,
    pub conversation: Option<ConversationId>,
    /// It names a conversation as no conversation is named.
    pub is_odd: bool,
}

#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub struct First {
    pub shell: Shell,
    pub now: Timestamp,
    pub list: Result<ListPage, AppError>,
    pub counts: Vec<(View, i64)>,
    pub open: Option<Result<OpenConversation, AppError>>,
}

pub async fn first(wanted: Wanted) -> Result<First, AppError> {
    #[cfg(test)]
    if let Some(made_up) = leptos::context::use_context::<First>() {
        return Ok(made_up);
    }
    let shell = open_shell().await?;
    let words = Some(wanted.words).filter(|it| !it.is_empty());
    let list = open_list(wanted.view, words, wanted.after).await;
    let counts = open_counts().await.unwrap_or_default();
    let open = match wanted.conversation {
        Some(id) => Some(open_conversation(id).await),
        None if wanted.is_odd => Some(Err(not_found())),
        None => None,
    };
    Ok(First { shell, now: now(), list, counts, open })
}

fn not_found() -> AppError {
    #[cfg(feature = "ssr")]
    crate::status::set(http::StatusCode::NOT_FOUND);
    AppError::NotFound
}

#[cfg(feature = "ssr")]
fn now() -> Timestamp {
    crate::caller::asking().map_or(Timestamp(0), |(program, _)| program.seams.now())
}

#[cfg(not(feature = "ssr"))]
fn now() -> Timestamp {
    crate::state::clock::browser_now()
}
