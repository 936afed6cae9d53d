//! Who speaks, and to whom.

use crate::graph::call::Call;
use crate::graph::error::{GraphError, Wrong};
use crate::world::World;
use crate::world::account::{Account, Login, Platform};
use serde_json::Value;

#[derive(Debug)]
pub struct To {
    pub app_id: String,
    /// The account whose token it is; uploads belong to it.
    pub holder_id: String,
    /// The account whose customer it is; another than the token's if an Instagram account is linked to a Page.
    pub account_id: String,
    pub platform: Platform,
    pub login: Login,
    pub customer_id: String,
    /// The comment that is answered privately.
    pub comment_id: Option<String>,
    /// It is posted to the Instagram account instead of its Page.
    pub lost: bool,
}

pub fn find(world: &World, call: &Call, id: &str) -> Result<To, GraphError> {
    let caller = call.caller(world)?;
    let nowhere = || Wrong::NoSuchTarget(id.to_owned()).error();
    let holder = caller.account.ok_or_else(nowhere)?;
    let lost = id != holder.id && world.account(id).is_some_and(|it| it.page_id.as_ref() == Some(&holder.id));
    if !lost && !is_itself(holder, id) {
        return Err(nowhere());
    }
    let (customer_id, comment_id) = recipient(world, call, holder)?;
    let none = || Wrong::NoMatchingUser(holder.platform).error();
    let customer = world.customer(&customer_id).ok_or_else(none)?;
    let account = world.accounts_of(&holder.id).find(|it| it.id == customer.account_id).ok_or_else(none)?;
    Ok(To {
        app_id: caller.token.app_id.clone(),
        holder_id: holder.id.clone(),
        account_id: account.id.clone(),
        platform: account.platform,
        login: account.login,
        customer_id,
        comment_id,
        lost,
    })
}

/// Instagram Login takes both ids of the account.
pub fn is_itself(holder: &Account, id: &str) -> bool {
    id == "me" || id == holder.id || (holder.platform == Platform::Instagram && id == holder.app_scoped_id)
}

/// The customer, and the comment if it is one that is answered.
fn recipient(world: &World, call: &Call, holder: &Account) -> Result<(String, Option<String>), Wrong> {
    let recipient =
        call.params.get("recipient").ok_or_else(|| Wrong::parameter("The parameter recipient is required"))?;
    let recipient = recipient.as_object().ok_or_else(|| Wrong::parameter("param recipient must be a JSON object."))?;
    let id_of = |key: &str| match recipient.get(key) {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    match (id_of("id"), id_of("comment_id"), id_of("post_id")) {
        (Some(id), None, None) => Ok((id, None)),
        (None, Some(id), None) => commenter(world, holder, &id, |_| true),
        // A visitor's post stands among the comments, by its own id.
        (None, None, Some(id)) => commenter(world, holder, &id, |platform| platform == Platform::Page),
        // There is nobody behind a checkbox or a notification token here.
        (None, None, None)
            if ["user_ref", "notification_messages_token"].iter().any(|it| recipient.contains_key(*it)) =>
        {
            Err(Wrong::NoMatchingUser(holder.platform))
        }
        _ => Err(Wrong::parameter("param recipient must have exactly one of id, comment_id, post_id.")),
    }
}

fn commenter(
    world: &World,
    holder: &Account,
    id: &str,
    on: impl Fn(Platform) -> bool,
) -> Result<(String, Option<String>), Wrong> {
    let is_of = |account_id: &str| world.accounts_of(&holder.id).any(|it| it.id == account_id && on(it.platform));
    let comment = world.comments.iter().find(|it| it.id == id && is_of(&it.account_id));
    comment.map(|it| (it.customer_id.clone(), Some(it.id.clone()))).ok_or(Wrong::PrivateReply)
}
