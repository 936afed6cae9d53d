//! Messages and reactions of ours on their way to Meta, and what became of them.
//!
//! A job (a row of `outbox`) is there as long as its fate is open: `ready` until it is claimed,
//! `running` while the request is out, `unknown` when nobody knows whether Meta took it. Of each
//! conversation at most one is running or unknown; the others wait behind it, in order.

use super::StoreResult;
use super::audit::Actor;
use super::doer::Doer;
use async_trait::async_trait;
use model::audit::AuditId;
use model::content::{AttachmentKind, Detail, MessageKind};
use model::desk::Unseen;
use model::failure::Failure;
use model::ids::{AccountId, BotId, ConversationId, IncidentId, MessageId};
use model::inbox::MarksSeen;
use model::media::MediaId;
use model::outgoing::FileKind;
use model::person::PersonId;
use model::platform::Platform;
use model::thread::{AttachmentState, Author};
use model::time::Timestamp;
use model::window::LastHeard;
use serde_json::Value;

#[async_trait]
pub trait Sends: Send + Sync + 'static {
    /// Whom a reply in this conversation goes to, and what is known of the way there.
    async fn find_addressee(&self, conversation: ConversationId) -> StoreResult<Option<Addressee>>;

    /// The same, if this person may see the conversation.
    async fn find_addressee_seen_by(
        &self,
        person: PersonId,
        conversation: ConversationId,
    ) -> StoreResult<Option<Addressee>>;

    /// The messages that were queued under this client id, in the order of their parts.
    async fn find_queued(&self, conversation: ConversationId, client_id: String) -> StoreResult<Vec<MessageId>>;

    /// Writes messages and their jobs. They leave in the order given, and after whatever was queued
    /// in the conversation before, what is to be sent later excepted.
    async fn queue_reply(&self, reply: NewReply) -> StoreResult<Queueing>;

    /// Puts our reaction under a message, or takes it back, and queues telling Meta. `false` if the
    /// message is not there or cannot be reacted to. A job that has not left yet is replaced.
    async fn queue_reaction(&self, reaction: NewReaction) -> StoreResult<bool>;

    /// Takes up to `limit` jobs that may leave now, at most one a conversation, and reserves the
    /// moment at which each leaves. Messages become `sending`.
    async fn claim_sends(&self, claim: ClaimSends) -> StoreResult<Vec<Leaving>>;

    /// When the next job can be claimed, as far as it is known now.
    async fn find_next_send(&self, now: Timestamp) -> StoreResult<Option<Timestamp>>;

    /// Notes that a message leaves under the human-agent tag, with a line of the audit log.
    async fn tag_send(&self, tagged: Tagged) -> StoreResult<()>;

    /// Meta took it and calls it `mid`. Its echo may have come first, and stands in the thread as
    /// somebody else's message: the two become one.
    async fn settle_send(&self, settled: Settled) -> StoreResult<()>;

    /// The same of up to 64 at once, all of them or none.
    async fn settle_sends(&self, settled: Vec<Settled>) -> StoreResult<()>;

    /// Meta took our reaction.
    async fn settle_reaction(&self, message: MessageId, now: Timestamp) -> StoreResult<()>;

    /// It did not leave and is tried again at `retry_at`.
    async fn postpone_send(&self, postponed: Postponed) -> StoreResult<()>;

    /// It will not leave: the reason stays with the message (or the reaction), the job is gone.
    async fn fail_send(&self, failed: FailedSend) -> StoreResult<()>;

    /// Nobody knows whether Meta took it.
    async fn doubt_send(&self, message: MessageId, now: Timestamp) -> StoreResult<()>;

    /// Jobs whose process is gone: what may have left becomes `unknown`, what cannot have left `ready`.
    /// `all` takes every running job for such, as at the start of the only process.
    async fn orphan_sends(&self, all: bool, now: Timestamp) -> StoreResult<u64>;

    /// Unknown jobs since before `unknown_before`; asking about them is nobody else's until `until`.
    async fn claim_doubts(&self, doubts: ClaimDoubts) -> StoreResult<Vec<Doubted>>;

    /// It stays unknown: the message becomes `unconfirmed` and the job is gone. `false` if its echo
    /// came meanwhile.
    async fn give_up_doubt(&self, message: MessageId, now: Timestamp) -> StoreResult<bool>;

    /// Which of these mids (by key) stand for a message that we know.
    async fn known_mids(&self, mid_keys: Vec<String>) -> StoreResult<Vec<String>>;

    /// Takes back a message that has not left, with its job. `false` if it has.
    async fn take_back(&self, message: MessageId, now: Timestamp) -> StoreResult<bool>;

    /// Queues a failed or unconfirmed message again. `false` if it is neither.
    async fn retry_send(&self, message: MessageId, now: Timestamp) -> StoreResult<bool>;

    /// Removes a failed or unconfirmed message. `false` if it is neither.
    async fn discard_send(&self, message: MessageId, now: Timestamp) -> StoreResult<bool>;

    /// Meta takes no several pictures in one message: a running message of ours becomes one message
    /// a picture, `rest` being the ids of all but the first, and all are ready. The account remembers.
    async fn split_pictures(&self, message: MessageId, rest: Vec<MessageId>, now: Timestamp) -> StoreResult<()>;

    /// Meta keeps the file under this name until then.
    async fn save_upload(&self, upload: Upload) -> StoreResult<()>;

    /// Meta does not know the file any more.
    async fn forget_upload(&self, media: MediaId, account: AccountId) -> StoreResult<()>;

    /// Nothing of this account leaves before `until`.
    async fn hold_account(&self, account: AccountId, until: Timestamp) -> StoreResult<()>;

    /// How much of its limits Meta says an account has used.
    async fn save_usage(&self, account: AccountId, percent: i32) -> StoreResult<()>;

    /// Meta refuses the human-agent tag: remembered, and the admins are told, once. `true` if it is news.
    async fn tag_refused(&self, account: AccountId, incident: IncidentId, now: Timestamp) -> StoreResult<bool>;
}

#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Addressee {
    pub account: AccountId,
    pub platform: Platform,
    /// Meta's id of the customer.
    pub contact_external_id: String,
    /// The account is active and has a token that works.
    pub can_send: bool,
    /// The customer is shown that somebody writes, and when we have seen their message.
    pub typing: bool,
    pub marks_seen: MarksSeen,
    /// Several pictures go out one by one.
    pub one_picture_each: bool,
    /// Another app, or a bot of ours, answers.
    pub is_owned_elsewhere: bool,
    /// Somebody of ours blocked them.
    pub is_blocked: bool,
    /// Which bot of ours.
    pub owner_bot: Option<BotId>,
    pub heard: LastHeard,
}

impl Addressee {
    /// Somebody else answers: a bot what is its own, everybody else what is people's.
    pub fn is_anothers(&self, by: Doer) -> bool {
        match by.bot() {
            Some(bot) => self.owner_bot != Some(bot),
            None => self.is_owned_elsewhere,
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewReply {
    pub conversation: ConversationId,
    pub client_id: Option<String>,
    pub author: Author,
    pub author_id: Option<String>,
    pub messages: Vec<NewMessage>,
    pub reply_to: Option<MessageId>,
    /// The comment that it answers in private.
    pub comment: Option<MessageId>,
    /// The newest line that its writer saw; without it nothing holds the reply.
    pub seen: Option<MessageId>,
    /// Not before: the end of the undo time, or the moment chosen.
    pub due_at: Timestamp,
    /// The moment was chosen: what is queued later does not wait for it.
    pub is_scheduled: bool,
    pub now: Timestamp,
}

/// In the form in which its echo would be kept.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub id: MessageId,
    pub kind: MessageKind,
    pub text: Option<String>,
    pub detail: Detail,
    pub attachments: Vec<NewAttachment>,
}

#[derive(Debug, Clone)]
pub struct NewAttachment {
    pub kind: AttachmentKind,
    pub state: AttachmentState,
    pub media: Option<MediaId>,
    pub source_url: Option<String>,
    pub external_id: Option<String>,
    pub title: Option<String>,
    pub detail: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Queueing {
    /// In the order of the parts.
    Queued(Vec<MessageId>),
    /// This client id was queued before, as these.
    AlreadyThere(Vec<MessageId>),
    NoSuchConversation,
    /// The message to answer, or the comment, is not in this conversation.
    NoSuchMessage,
    /// A file was deleted meanwhile.
    NoSuchFile,
    /// The comment was answered in private before.
    CommentAnswered,
    /// Somebody else answers this conversation now.
    NotTheirs,
    /// Nothing was written: its writer has not seen this yet.
    Held(Unseen),
}

#[derive(Debug, Clone)]
pub struct NewReaction {
    pub message: MessageId,
    pub person: Option<PersonId>,
    /// `None` takes it back.
    pub emoji: Option<String>,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy)]
pub struct ClaimSends {
    pub now: Timestamp,
    /// How long the claim holds, should this process end; `for_files` where something is uploaded first.
    pub lease_until: Timestamp,
    pub lease_until_for_files: Timestamp,
    /// A job whose turn at its account's pace is later than this is left for another time.
    pub horizon: Timestamp,
    pub limit: u32,
    /// Milliseconds between two sends of one account, by what is sent.
    pub pace: Pace,
}

#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub texts_ms: i64,
    /// Audio and video.
    pub media_ms: i64,
    pub private_replies_ms: i64,
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaving {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub account: AccountId,
    pub platform: Platform,
    /// Meta's id of the account.
    pub account_external_id: String,
    /// Meta's id of the customer.
    pub contact_external_id: String,
    pub heard: LastHeard,
    /// Somebody of ours blocked them: nothing leaves.
    pub is_blocked: bool,
    /// When the customer is shown that we have seen what they wrote.
    pub marks_seen: MarksSeen,
    /// Whoever wrote it answers the conversation still.
    pub is_theirs: bool,
    /// Its turn at the account's pace; not before.
    pub leaves_at: Timestamp,
    /// How often it was tried before.
    pub attempts: i32,
    pub what: Departure,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Departure {
    Message(Box<DepartingMessage>),
    /// Our reaction to a message; `None` takes it back.
    Reaction {
        mid: String,
        emoji: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct DepartingMessage {
    pub kind: MessageKind,
    pub author: Author,
    pub author_id: Option<String>,
    pub text: Option<String>,
    pub detail: Detail,
    pub attachments: Vec<DepartingAttachment>,
    /// The message that it answers, as Meta calls it.
    pub reply_to_mid: Option<String>,
    /// The comment that it answers, and until when that is allowed.
    pub comment: Option<CommentTo>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentTo {
    pub external_id: String,
    pub reply_until: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DepartingAttachment {
    pub kind: AttachmentKind,
    pub source_url: Option<String>,
    pub external_id: Option<String>,
    pub detail: Option<Value>,
    pub file: Option<DepartingFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartingFile {
    pub media: MediaId,
    pub kind: FileKind,
    pub store_key: String,
    pub name: Option<String>,
    pub content_type: String,
    pub size: i64,
    /// As Meta has it already.
    pub uploaded_as: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Tagged {
    pub message: MessageId,
    pub actor: Actor,
    pub audit_id: AuditId,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Settled {
    pub message: MessageId,
    pub mid: String,
    pub mid_key: String,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    Message,
    Reaction,
}

#[derive(Debug, Clone)]
pub struct Postponed {
    pub message: MessageId,
    pub kind: JobKind,
    pub retry_at: Timestamp,
    /// For the operator; no words of a customer.
    pub why: String,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct FailedSend {
    pub message: MessageId,
    pub kind: JobKind,
    pub failure: Failure,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy)]
pub struct ClaimDoubts {
    pub unknown_before: Timestamp,
    pub now: Timestamp,
    /// Asked again not before.
    pub until: Timestamp,
    pub limit: u32,
}

/// A message that Meta may have taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubted {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub account: AccountId,
    pub platform: Platform,
    pub account_external_id: String,
    pub contact_external_id: String,
    pub text: Option<String>,
    pub n_attachments: usize,
    /// When it left.
    pub left_at: Timestamp,
    pub unknown_since: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Upload {
    pub media: MediaId,
    pub account: AccountId,
    pub attachment_id: String,
    pub expires_at: Timestamp,
}
