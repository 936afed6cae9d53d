//! `POST /{id|me}/messages`: what the business says or does in a thread. First everything is checked
//! (`recipient`, `permitted`, `content`), then media is fetched, then it is said.

mod action;
mod attachment;
mod content;
mod permitted;
mod quick_reply;
mod recipient;
mod template;
mod thread_control;

use super::call::Call;
use super::error::{GraphError, Wrong};
use super::limits::Use;
use super::{Answer, media, upload};
use crate::Shared;
use crate::world::World;
use crate::world::customer::{Attachment, ReplyTo};
use crate::world::say::Saying;
use action::Action;
use attachment::Part;
use content::Draft;
use futures::future::try_join_all;
use recipient::To;
pub use recipient::is_itself;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long, by the machine's clock, an answer waits for its echo to be delivered.
const ECHO_PATIENCE: Duration = Duration::from_secs(20);

enum Asked {
    Action(Action),
    Message(Draft),
}

pub async fn send(simulator: &Shared, call: &Call, id: &str) -> Answer {
    let call = &without_nulls(call);
    let (to, asked) = {
        let mut world = simulator.look();
        let to = recipient::find(&world, call, id)?;
        let asked = read(&world, call, &to)?;
        count(&mut world, &to, &asked)?;
        permitted::check(&world, call, &to)?;
        (to, asked)
    };
    let draft = match asked {
        Asked::Action(action) => {
            simulator.change(|world| action.done(world, &to.customer_id));
            return Ok(json!({"recipient_id": to.customer_id}));
        }
        Asked::Message(draft) => draft,
    };
    let fetched = try_join_all(draft.parts.iter().map(|it| fetch(simulator, call, it, &to))).await?;
    let (answer, echo) = simulator.change(|world| say(world, call, &to, draft, fetched))?;
    if let Some(echo) = echo {
        // Ends as well if the echo is never to be delivered.
        let _ = tokio::time::timeout(ECHO_PATIENCE, echo).await;
    }
    Ok(answer)
}

/// What is `null` is not there.
fn without_nulls(call: &Call) -> Call {
    let mut call = call.clone();
    let is_there = |_: &String, it: &mut Value| !it.is_null();
    call.params.retain(is_there);
    for key in ["message", "recipient"] {
        if let Some(Value::Object(inner)) = call.params.get_mut(key) {
            inner.retain(is_there);
        }
    }
    call
}

fn read(world: &World, call: &Call, to: &To) -> Result<Asked, Wrong> {
    match (call.params.get("sender_action"), call.params.contains_key("message")) {
        (Some(_), true) => Err(Wrong::ActionWithMessage),
        (Some(action), false) => Ok(Asked::Action(action::read(world, call, to, action)?)),
        (None, _) => Ok(Asked::Message(content::read(world, call, to)?)),
    }
}

fn count(world: &mut World, to: &To, asked: &Asked) -> Result<(), Wrong> {
    if to.comment_id.is_some() {
        world.count(&to.account_id, Use::PrivateReply)?;
    }
    let is_media = |draft: &Draft| draft.parts.iter().any(Part::is_sound_or_video);
    let of = if matches!(asked, Asked::Message(draft) if is_media(draft)) { Use::Media } else { Use::Text };
    world.count(&to.account_id, of)
}

async fn fetch(simulator: &Shared, call: &Call, part: &Part, to: &To) -> Result<Option<media::Fetched>, Wrong> {
    match (part, &call.file) {
        (Part::Ready(_) | Part::Sticker(_), _) => Ok(None),
        (Part::Url { kind, url, .. }, _) => media::fetch(&simulator.http, url, *kind, to.platform).await.map(Some),
        (Part::Enclosed { kind, .. }, Some(file)) => media::of_file(file, *kind, to.platform).map(Some),
        (Part::Enclosed { .. }, None) => Err(Wrong::parameter("filedata is required")),
    }
}

type Said = (Value, Option<oneshot::Receiver<()>>);

/// It stands in the thread; with it comes what waits for the echo, if something is to.
fn say(
    world: &mut World,
    call: &Call,
    to: &To,
    draft: Draft,
    fetched: Vec<Option<media::Fetched>>,
) -> Result<Said, GraphError> {
    let mut attachments = Vec::new();
    let mut attachment_id = None;
    for (part, fetched) in draft.parts.into_iter().zip(fetched) {
        let (part, made) = attached(world, to, part, fetched);
        attachments.push(part);
        attachment_id = made.or(attachment_id);
    }
    if to.lost {
        // What is posted to an Instagram account beside its Page is answered and never arrives.
        tracing::warn!(account.id = to.account_id, "a message was posted to /<IG_ID>/messages and is lost");
        return Ok((json!({"recipient_id": to.customer_id, "message_id": world.new_mid(to.platform)}), None));
    }
    if let Some(comment) = world.comments.iter_mut().find(|it| Some(&it.id) == to.comment_id.as_ref()) {
        // Another may have answered while media was fetched.
        if std::mem::replace(&mut comment.answered_privately, true) {
            return Err(Wrong::PrivateReply.error());
        }
    }
    let saying = Saying {
        app_id: Some(to.app_id.clone()),
        text: draft.text,
        attachments,
        quick_replies: draft.quick_replies,
        reply_to: draft.reply_to.map(|mid| ReplyTo::Message { mid }),
        tag: call.text("tag").map(str::to_owned),
        metadata: draft.metadata,
    };
    let now_ms = world.now_ms();
    let mid = world.say(&to.customer_id, saying, now_ms).ok_or_else(|| Wrong::NoMatchingUser(to.platform).error())?;
    let echo = if call.echo_first { world.wait_for_echo(&to.app_id, &mid) } else { None };
    if let Some(control) = draft.thread_control {
        // It was checked; what changed meanwhile does not unsay the message.
        let _ = world.after_send(&to.customer_id, &to.app_id, &control);
    }
    let mut answer = json!({"recipient_id": to.customer_id, "message_id": mid});
    if let Some(id) = attachment_id {
        answer["attachment_id"] = id.into();
    }
    Ok((answer, echo))
}

/// A part as webhooks tell it, and the id by which it can be sent again if that was wished.
fn attached(world: &mut World, to: &To, part: Part, fetched: Option<media::Fetched>) -> (Attachment, Option<String>) {
    let (kind, reusable) = match part {
        Part::Ready(attachment) => return (attachment, None),
        Part::Sticker(id) => return (attachment::sticker(world, id), None),
        Part::Url { kind, reusable, .. } | Part::Enclosed { kind, reusable } => (kind, reusable),
    };
    let url = fetched.map(|it| it.keep(world)).unwrap_or_default();
    let id = reusable.then(|| upload::keep(world, &to.holder_id, kind, url.clone()));
    (Attachment { kind: kind.name().to_owned(), payload: Some(json!({"url": url})) }, id)
}
