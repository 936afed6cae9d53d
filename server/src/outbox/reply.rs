//! What an agent asks for: sending, taking back, sending again, removing, reacting. Everything is
//! looked at by the same rules as in the composer, and then it is a row.

use super::leave::hand;
use crate::auth::Caller;
use crate::desk::presence;
use crate::inbox::{InboxError, InboxResult, must_see, sight};
use crate::program::Program;
use crate::store::StoreResult;
use crate::store::doer::Doer;
use crate::store::sends::{Addressee, NewAttachment, NewMessage, NewReaction, NewReply, Queueing};
use model::ids::{ConversationId, MessageId};
use model::media::MediaId;
use model::outgoing::{
    KnownFile, Part, PreparedAttachment, Problem, Replied, Reply, check, in_single_pictures, prepare, reaction_allowed,
};
use model::person::UNDO_MOST_S;
use model::thread::AttachmentState;
use model::time::Timestamp;
use model::window::{HUMAN_AGENT_S, may_leave, may_reach};

pub async fn reply(
    program: &Program,
    caller: &Caller,
    conversation: ConversationId,
    reply: Reply,
) -> InboxResult<Replied> {
    let to = addressee(program, caller, conversation).await?;
    let undo_s = caller.me.preferences.undo_s.min(UNDO_MOST_S);
    match queue(program, &to, Doer::Person(caller.me.id), undo_s, conversation, reply).await? {
        Ok(queueing) => replied(queueing).ok_or(InboxError::NotFound),
        Err(problems) => Ok(Replied::Refused { problems }),
    }
}

/// What whoever writes may do was looked at; what they wrote is looked at here. Before `undo_s` are over it can be
/// taken back.
pub(crate) async fn queue(
    program: &Program,
    to: &Addressee,
    by: Doer,
    undo_s: u8,
    conversation: ConversationId,
    reply: Reply,
) -> InboxResult<Result<Queueing, Vec<Problem>>> {
    let now = program.seams.now();
    let due_at = reply.send_at.unwrap_or_else(|| now.plus_s(undo_s.into()));
    let files = known_files(program, to, &reply).await?;
    let problems = problems(to, by, &reply, &files, due_at, now);
    if !problems.is_empty() {
        // What was good when it was asked for first is not wrong when it is asked for again.
        if !reply.client_id.contains('\0') {
            let there = program.store.find_queued(conversation, reply.client_id).await?;
            if !there.is_empty() {
                return Ok(Ok(Queueing::AlreadyThere(there)));
            }
        }
        return Ok(Err(problems));
    }
    let parts = if to.one_picture_each { in_single_pictures(reply.parts) } else { reply.parts };
    let mut ids: Vec<MessageId> = parts.iter().map(|_| program.seams.new_id()).collect();
    // Those of one moment sort by chance; the order of the parts is kept.
    ids.sort_unstable();
    let queued = NewReply {
        conversation,
        client_id: Some(reply.client_id),
        author: by.author(),
        author_id: Some(by.author_id()),
        messages: ids.into_iter().zip(&parts).map(|(id, part)| message(id, part, &files)).collect(),
        reply_to: reply.reply_to,
        comment: reply.comment,
        seen: reply.seen,
        due_at,
        is_scheduled: reply.send_at.is_some(),
        now,
    };
    let queueing = program.store.queue_reply(queued).await?;
    program.outbox.wanted.notify_one();
    Ok(Ok(queueing))
}

const ANOTHERS: &str = "Another app is answering this conversation. Take it over first.";

fn replied(queueing: Queueing) -> Option<Replied> {
    let refused = |words: &str| Replied::Refused { problems: vec![Problem { part: None, words: words.to_owned() }] };
    match queueing {
        Queueing::Queued(messages) | Queueing::AlreadyThere(messages) => Some(Replied::Queued { messages }),
        Queueing::Held(unseen) => Some(Replied::Held { unseen }),
        Queueing::NoSuchConversation => None,
        Queueing::NotTheirs => Some(refused(ANOTHERS)),
        Queueing::NoSuchMessage => Some(refused("The message that you answer is not there any more.")),
        Queueing::NoSuchFile => Some(refused("A file is not there any more. Attach it again.")),
        Queueing::CommentAnswered => {
            Some(refused("This comment was answered in private before, and Meta allows that once."))
        }
    }
}

async fn addressee(program: &Program, caller: &Caller, id: ConversationId) -> InboxResult<Addressee> {
    match program.store.find_addressee_seen_by(caller.me.id, id).await? {
        Some(found) => Ok(found),
        // Nobody is signed in any more, or it is out of sight.
        None => sight(program, caller).await.and(Err(InboxError::NotFound)),
    }
}

async fn known_files(program: &Program, to: &Addressee, reply: &Reply) -> StoreResult<Vec<KnownFile>> {
    let named = |part: &Part| match part {
        Part::Files { media } => media.clone(),
        _ => Vec::new(),
    };
    let named: Vec<MediaId> = reply.parts.iter().flat_map(named).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let kept = program.store.known_files(to.account, named).await?;
    Ok(kept
        .into_iter()
        .map(|it| KnownFile {
            id: it.id,
            content_type: it.content_type,
            size: i64::try_from(it.size).unwrap_or(i64::MAX),
        })
        .collect())
}

fn problems(
    to: &Addressee,
    by: Doer,
    reply: &Reply,
    files: &[KnownFile],
    due_at: Timestamp,
    now: Timestamp,
) -> Vec<Problem> {
    let mut problems = check(to.platform, reply, files);
    let mut whole = |words: String| problems.push(Problem { part: None, words });
    if !to.can_send {
        whole("This account is not connected any more. An admin can connect it again.".to_owned());
    }
    if let Err(refusal) = may_reach(to.is_blocked) {
        whole(refusal.words());
    }
    if to.is_anothers(by) {
        whole(ANOTHERS.to_owned());
    }
    if let Some(send_at) = reply.send_at {
        if send_at <= now {
            whole("The time to send is over already.".to_owned());
        }
        if send_at > now.plus_s(HUMAN_AGENT_S) {
            whole("A message can be sent at most 7 days from now.".to_owned());
        }
    }
    if reply.comment.is_none()
        && let Err(refusal) = may_leave(to.heard, hand(by.author()), due_at)
    {
        whole(refusal.words());
    }
    problems
}

fn message(id: MessageId, part: &Part, files: &[KnownFile]) -> NewMessage {
    let prepared = prepare(part, files);
    NewMessage {
        id,
        kind: prepared.kind,
        text: prepared.text,
        detail: prepared.detail,
        attachments: prepared.attachments.into_iter().map(attachment).collect(),
    }
}

fn attachment(it: PreparedAttachment) -> NewAttachment {
    let state = match (&it.media, &it.source_url) {
        (Some(_), _) => AttachmentState::Stored,
        // We keep a copy of what lies elsewhere, as of whatever is in a thread.
        (None, Some(_)) => AttachmentState::Waiting,
        (None, None) => AttachmentState::Link,
    };
    NewAttachment {
        detail: it.detail(),
        kind: it.kind,
        state,
        media: it.media,
        source_url: it.source_url,
        external_id: it.external_id,
        title: it.title,
    }
}

/// The message stands in a conversation that the caller may see.
async fn must_stand_there(
    program: &Program,
    caller: &Caller,
    conversation: ConversationId,
    message: MessageId,
) -> InboxResult<()> {
    must_see(program, caller, conversation).await?;
    let found = program.store.find_lines(conversation, vec![message]).await?;
    if found.is_empty() { Err(InboxError::NotFound) } else { Ok(()) }
}

/// Takes back a message that has not left; `false` if it has.
pub async fn take_back(
    program: &Program,
    caller: &Caller,
    conversation: ConversationId,
    message: MessageId,
) -> InboxResult<bool> {
    must_stand_there(program, caller, conversation, message).await?;
    Ok(program.store.take_back(message, program.seams.now()).await?)
}

/// Sends a failed or unconfirmed message again; `false` if it is neither any more.
pub async fn retry(
    program: &Program,
    caller: &Caller,
    conversation: ConversationId,
    message: MessageId,
) -> InboxResult<bool> {
    must_stand_there(program, caller, conversation, message).await?;
    let queued = program.store.retry_send(message, program.seams.now()).await?;
    program.outbox.wanted.notify_one();
    Ok(queued)
}

/// Removes a failed or unconfirmed message; `false` if it is neither any more.
pub async fn discard(
    program: &Program,
    caller: &Caller,
    conversation: ConversationId,
    message: MessageId,
) -> InboxResult<bool> {
    must_stand_there(program, caller, conversation, message).await?;
    let removed = program.store.discard_send(message, program.seams.now()).await?;
    program.media_marked.notify_one();
    Ok(removed)
}

/// Puts our reaction under a message, or takes it back; `false` if it cannot be reacted to so.
pub async fn react(
    program: &Program,
    caller: &Caller,
    conversation: ConversationId,
    message: MessageId,
    emoji: Option<String>,
) -> InboxResult<bool> {
    let to = addressee(program, caller, conversation).await?;
    must_stand_there(program, caller, conversation, message).await?;
    react_as(program, &to, Doer::Person(caller.me.id), message, emoji).await
}

/// Whoever reacts sees the message.
pub(crate) async fn react_as(
    program: &Program,
    to: &Addressee,
    by: Doer,
    message: MessageId,
    emoji: Option<String>,
) -> InboxResult<bool> {
    if may_reach(to.is_blocked).is_err() || emoji.as_deref().is_some_and(|it| !reaction_allowed(to.platform, it)) {
        return Ok(false);
    }
    let now = program.seams.now();
    let reaction = NewReaction { message, person: by.person(), emoji, now };
    let queued = program.store.queue_reaction(reaction).await?;
    program.outbox.wanted.notify_one();
    Ok(queued)
}

/// The caller is writing there, or has stopped.
pub async fn typing(program: &Program, caller: &Caller, conversation: ConversationId, on: bool) -> InboxResult<()> {
    presence::writes(program, caller, conversation, on).await?;
    program.actions.typing(program, conversation, Doer::Person(caller.me.id), on);
    Ok(())
}
