//! What a customer sees: `GET /control/customers/{id}/phone`.

use crate::Shared;
use crate::world::World;
use crate::world::account::{Account, Post};
use crate::world::customer::{Attachment, Comment, Customer, From, Message, ReplyTo};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

pub async fn phone(State(simulator): State<Shared>, Path(id): Path<String>) -> Response {
    let world = simulator.look();
    match world.customer(&id) {
        Some(customer) => Json(view(&world, customer)).into_response(),
        None => (StatusCode::NOT_FOUND, "there is no such customer\n").into_response(),
    }
}

fn view(world: &World, customer: &Customer) -> Value {
    let now_ms = world.now_ms();
    let thread = &customer.thread;
    let typing_until = thread.typing_until_ms.filter(|it| *it > now_ms);
    let comments = world.comments.iter().filter(|it| it.customer_id == customer.id);
    json!({
        "id": customer.id,
        "name": customer.name,
        "platform": customer.platform,
        "account": world.account(&customer.account_id).map(account),
        "now": now_ms,
        "typing": typing_until.is_some(),
        "typing_until": typing_until,
        "seen_at": thread.seen_at_ms,
        "read_until": thread.read_until_ms,
        "blocked": customer.unreachable,
        "conversation_open": customer.conversation_open(now_ms),
        "messages": messages(thread.messages.as_slice()),
        "comments": comments.map(|it| comment(world, it)).collect::<Vec<_>>(),
    })
}

fn account(account: &Account) -> Value {
    let mut newest_first: Vec<&Post> = account.posts.iter().collect();
    newest_first.sort_by_key(|it| std::cmp::Reverse(it.at_ms));
    let posts = newest_first.into_iter().map(|it| {
        json!({"id": it.id, "caption": it.caption, "url": it.media_url, "is_reel": it.media_product_type == "REELS"})
    });
    json!({
        "id": account.id,
        "name": account.name,
        "picture": account.picture,
        "posts": posts.collect::<Vec<_>>(),
    })
}

/// Quick replies are there until the customer says something.
fn messages(messages: &[Message]) -> Vec<Value> {
    let said_last = messages.iter().rposition(|it| it.from == From::Customer);
    let spoken_last = messages.iter().rposition(|it| it.from != From::Customer);
    let has_chips = |n: usize| said_last.is_none_or(|last| n > last) && spoken_last == Some(n);
    messages.iter().enumerate().map(|(n, it)| message(it, has_chips(n))).collect()
}

fn message(message: &Message, has_chips: bool) -> Value {
    let mut view = json!({
        "mid": message.mid,
        "from": match message.from { From::Customer => "customer", From::Business { .. } => "business" },
        "at": message.at_ms,
        "text": null,
        "attachments": [],
        "reactions": [],
        "reply_to": null,
        "quick_replies": [],
        "tag": message.tag,
        "edited": false,
        "unsent": message.unsent,
        "unsupported": message.unsupported,
    });
    // What was unsent is gone.
    if message.unsent {
        return view;
    }
    let reaction = |it: &crate::world::customer::Reaction| json!({"emoji": it.emoji, "by": if it.by_customer { "customer" } else { "business" }});
    view["text"] = message.text.clone().into();
    view["attachments"] = message.attachments.iter().map(attachment).collect();
    view["reactions"] = message.reactions.iter().map(reaction).collect();
    view["edited"] = (!message.edits.is_empty()).into();
    view["reply_to"] = match &message.reply_to {
        None => Value::Null,
        Some(ReplyTo::Message { mid }) => json!({"mid": mid}),
        Some(ReplyTo::Story { url, .. }) => json!({"story": url}),
    };
    if has_chips {
        view["quick_replies"] = message.quick_replies.clone().into();
    }
    view
}

/// As in webhooks, and `url` where it is easily found.
fn attachment(attachment: &Attachment) -> Value {
    let payload = attachment.payload.as_ref();
    let url = payload.and_then(|it| it.get("url").or_else(|| it.get("story_media_url")));
    json!({"type": attachment.kind, "url": url, "payload": payload})
}

fn comment(world: &World, comment: &Comment) -> Value {
    let posts = world.account(&comment.account_id).map(|it| it.posts.as_slice()).unwrap_or_default();
    let post = posts.iter().find(|it| it.id == comment.post_id);
    json!({
        "id": comment.id,
        "at": comment.at_ms,
        "text": comment.text,
        "post": post.map(|it| it.caption.as_str()),
        "answered": comment.answered_privately,
    })
}
