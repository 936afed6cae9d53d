//! The account's own posts, to pass on.

use crate::accounts::{Reached, reach_again, token_died};
use crate::auth::Caller;
use crate::graph::Kind;
use crate::inbox::{InboxError, InboxResult, row};
use crate::media::post::picture_path;
use crate::program::Program;
use model::desk::OwnPosts;
use model::ids::ConversationId;
use model::platform::Platform;

/// Longer than any place of Meta's.
const AFTER_MOST: usize = 1000;

/// Newest first; Instagram only, for nothing else can be passed on.
pub async fn posts(
    program: &Program,
    caller: &Caller,
    id: ConversationId,
    after: Option<String>,
) -> InboxResult<OwnPosts> {
    let nothing = || OwnPosts { posts: Vec::new(), next: None };
    let row = row(program, caller, id).await?.ok_or(InboxError::NotFound)?;
    let account = program.store.find_account(row.account_id).await?.ok_or(InboxError::NotFound)?;
    if account.platform != Platform::Instagram || after.as_ref().is_some_and(|it| it.len() > AFTER_MOST) {
        return Ok(nothing());
    }
    let Some(Reached { token, access, .. }) = reach_again(program, account.id).await? else { return Ok(nothing()) };
    match program.graph.own_posts(&access, &account.external_id, after.as_deref()).await {
        Ok(mut found) => {
            for post in &mut found.posts {
                post.picture = post.picture.as_deref().map(|url| picture_path(program, url));
            }
            Ok(found)
        }
        Err(error) => {
            tracing::info!(account.id = %account.id, error = %error, "the account's own posts are not told: {error}");
            if error.kind == Kind::TokenDead {
                token_died(program, token, &error).await?;
            }
            Err(error.into())
        }
    }
}
