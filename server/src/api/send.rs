//! A program writes to a customer: within 24 hours, as a bot, and only where it is its turn.

use super::access::Asking;
use super::conversations::see;
use super::input::{Given, id};
use super::messages::show;
use super::problem::{Kind, Problem, Problems};
use super::shown::Message;
use crate::outbox;
use crate::program::Program;
use crate::store::sends::{Addressee, Queueing};
use axum::Extension;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::desk::Unseen;
use model::ids::{ConversationId, MessageId};
use model::outgoing::{FileKind, LinkedFile, Part, QuickReply, Reply, Template};
use model::tokens::Scope;
use model::window::{Hand, may_leave, may_reach};
use serde::Deserialize;
use utoipa::ToSchema;

/// One of `text`, `attachment`, `attachments`, `like_heart`, `media_share` and `template`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// Yours: the same one twice is one message. Letters, digits, hyphens and underscores.
    #[schema(max_length = 64)]
    client_id: Option<String>,
    text: Option<String>,
    /// What the customer can tap instead of writing; with `text` only.
    #[serde(default)]
    quick_replies: Vec<QuickReply>,
    #[schema(inline)]
    attachment: Option<File>,
    /// Several pictures.
    #[serde(default)]
    #[schema(inline)]
    attachments: Vec<File>,
    /// Instagram only.
    like_heart: Option<bool>,
    /// A post of the account’s own. Instagram only.
    #[schema(inline)]
    media_share: Option<Post>,
    template: Option<Template>,
    /// The id of the message that it answers.
    reply_to: Option<String>,
    /// The id of the newest message that you know. If somebody has written since, nothing is sent.
    seen: Option<String>,
}

/// A file that lies on the web.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "type")]
    kind: FileKind,
    /// With https.
    url: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Post {
    /// Meta’s id of it.
    id: String,
}

/// Writes to the customer. The message is queued when this is answered, and leaves in a moment.
#[utoipa::path(post, path = "/conversations/{id}/messages", params(("id" = String, Path)), request_body = NewMessage,
    security(("token" = ["send"])),
    responses((status = 202, description = "The message on its way", body = Message), Problems))]
pub(super) async fn send(
    State(program): State<Program>,
    Extension(asking): Extension<Asking>,
    Path(conversation): Path<String>,
    Given(new): Given<NewMessage>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    asking.may(Scope::Send)?;
    let conversation: ConversationId = id(&conversation)?;
    let to = addressee(&program, &asking, conversation).await?;
    let reply = reply(&program, new)?;
    let there = program.store.find_queued(conversation, reply.client_id.clone()).await?;
    let first = match there.first() {
        Some(first) => *first,
        None => queue(&program, &asking, &to, conversation, reply).await?,
    };
    Ok((StatusCode::ACCEPTED, Json(show(&program, &asking, conversation, first).await?)))
}

/// Whom a message goes to, if the program may see the conversation.
pub(super) async fn addressee(
    program: &Program,
    asking: &Asking,
    conversation: ConversationId,
) -> Result<Addressee, Problem> {
    see(program, asking, conversation).await?;
    program.store.find_addressee(conversation).await?.ok_or_else(Problem::not_found)
}

/// Nothing goes to whom somebody of ours blocked.
pub(super) fn reach(to: &Addressee) -> Result<(), Problem> {
    may_reach(to.is_blocked).map_err(|refusal| Problem::new(Kind::Refused, refusal.words()))
}

async fn queue(
    program: &Program,
    asking: &Asking,
    to: &Addressee,
    conversation: ConversationId,
    reply: Reply,
) -> Result<MessageId, Problem> {
    if to.is_anothers(asking.doer()) {
        return Err(Problem::not_owner());
    }
    if !to.can_send {
        return Err(Problem::new(Kind::CannotSend, "The account is paused or not connected any more."));
    }
    reach(to)?;
    may_leave(to.heard, Hand::Automatic, program.seams.now())
        .map_err(|refusal| Problem::new(Kind::WindowClosed, refusal.words()))?;
    let queueing = match outbox::queue(program, to, asking.doer(), 0, conversation, reply).await? {
        Ok(queueing) => queueing,
        Err(problems) => {
            let words: Vec<String> = problems.into_iter().map(|it| it.words).collect();
            return Err(Problem::invalid(words.join(" ")));
        }
    };
    match queueing {
        Queueing::Queued(ids) | Queueing::AlreadyThere(ids) => ids.first().copied().ok_or_else(Problem::not_found),
        Queueing::NotTheirs => Err(Problem::not_owner()),
        Queueing::Held(unseen) => Err(held(&unseen)),
        Queueing::NoSuchConversation => Err(Problem::not_found()),
        Queueing::NoSuchMessage | Queueing::NoSuchFile | Queueing::CommentAnswered => {
            Err(Problem::invalid("\"reply_to\" is no message of this conversation."))
        }
    }
}

fn held(unseen: &Unseen) -> Problem {
    let n = unseen.n_messages;
    let detail = format!("{n} newer than what you have seen, the last of them: {}. Nothing was sent.", unseen.preview);
    Problem::new(Kind::Held, detail)
}

fn reply(program: &Program, new: NewMessage) -> Result<Reply, Problem> {
    let message = |name: &str, id: Option<String>| match id {
        None => Ok(None),
        Some(id) => id.parse().map(Some).map_err(|_| Problem::invalid(format!("\"{name}\" is no message’s id."))),
    };
    let (reply_to, seen) = (message("reply_to", new.reply_to)?, message("seen", new.seen)?);
    if new.text.is_none() && !new.quick_replies.is_empty() {
        return Err(Problem::invalid("\"quick_replies\" go with \"text\"."));
    }
    let quick_replies = new.quick_replies;
    let linked = |it: File| LinkedFile { kind: it.kind, url: it.url };
    let one = new.attachment.map(|it| Part::Links { files: vec![linked(it)] });
    let several =
        (!new.attachments.is_empty()).then(|| Part::Links { files: new.attachments.into_iter().map(linked).collect() });
    let parts: Vec<Part> = [
        new.text.map(|text| Part::Text { text, quick_replies }),
        one,
        several,
        new.like_heart.filter(|it| *it).map(|_| Part::LikeHeart),
        new.media_share.map(|it| Part::Post { id: it.id }),
        new.template.map(|template| Part::Template { template }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.len() != 1 {
        return Err(Problem::invalid(
            "Give one of \"text\", \"attachment\", \"attachments\", \"like_heart\", \"media_share\" and \"template\".",
        ));
    }
    let client_id = new.client_id.unwrap_or_else(|| program.seams.new_id::<MessageId>().to_string());
    Ok(Reply { client_id, parts, reply_to, comment: None, send_at: None, seen })
}
