//! Deleting all about a customer, or all that an account holds: asked for once, done in small units of work, and
//! remembered.
//!
//! What is left to do follows from what is left, so that whoever is killed in the middle goes on: first what
//! may still leave, then what was said, last the customer. What they write meanwhile waits in the journal, and
//! is the first word of somebody new once they are gone.

use super::StoreResult;
use super::audit::Deed;
use super::sight::Sight;
use super::teams::RunChange;
use async_trait::async_trait;
use model::audit::AuditId;
use model::desk::{Episode, Label};
use model::fields::Field;
use model::ids::{AccountId, ChangeId, ContactId, ConversationId, DeletionId, InboundId, MessageId, TeamId};
use model::inbox::{Line, ListedContact};
use model::people::Refusal;
use model::platform::Platform;
use model::priority::Priority;
use model::profile::Facts;
use model::teams::TeamRefusal;
use model::thread::ConversationState;
use model::time::Timestamp;

#[async_trait]
pub trait Deletions: Send + Sync + 'static {
    /// All about a customer on one page; `None` if there is none such in sight.
    async fn find_contact(&self, id: ContactId, sight: &Sight) -> StoreResult<Option<KnownContact>>;

    /// Lines of a thread after this one, oldest first.
    async fn lines_onward(
        &self,
        id: ConversationId,
        after: Option<(Timestamp, MessageId)>,
        limit: u32,
    ) -> StoreResult<Vec<Line>>;

    /// What the journal holds of a customer, as far as it came until then.
    async fn journal_of(&self, of: JournalOf, after: Option<InboundId>) -> StoreResult<JournalPart>;

    /// Asks for a deletion. Nothing leaves for the customer from here on. Who asks again is told of the first.
    async fn ask_deletion(&self, deed: Deed, new: NewDeletion) -> StoreResult<Result<Option<String>, Refusal>>;

    /// From here on nothing comes in and nothing leaves for the account, and its tokens are forgotten.
    async fn ask_account_deletion(
        &self,
        change: RunChange,
        new: NewAccountDeletion,
    ) -> StoreResult<Result<(), TeamRefusal>>;

    /// The oldest that is not done.
    async fn find_deletion(&self) -> StoreResult<Option<ToDelete>>;

    /// Deletes one piece of what was said and written; `false` if nothing is left of it, or another process is
    /// at it.
    async fn delete_piece(&self, id: DeletionId, limit: u32, now: Timestamp) -> StoreResult<bool>;

    /// Deletes these rows of the journal.
    async fn delete_inbound(&self, ids: Vec<InboundId>) -> StoreResult<()>;

    /// Deletes the customer, who is nobody from here on. `false` if something was written meanwhile: it goes first.
    async fn delete_contact(&self, id: DeletionId, change: ChangeId, now: Timestamp) -> StoreResult<bool>;

    /// The same for an account that is being deleted: a piece of one of its customers, or one of them whole.
    async fn delete_account_piece(&self, id: DeletionId, limit: u32, now: Timestamp) -> StoreResult<bool>;

    /// What the journal holds of an account that is being deleted.
    async fn journal_of_account(&self, account: AccountId, after: Option<InboundId>) -> StoreResult<JournalPart>;

    /// Deletes what an account holds beside its customers. Only files are left from here on, and its own row. `false`
    /// if something was written meanwhile: it goes first.
    async fn empty_account(&self, id: DeletionId, now: Timestamp) -> StoreResult<bool>;

    /// Files of the account that were marked since and are still there.
    async fn n_marked_since(&self, account: AccountId, since: Timestamp) -> StoreResult<i64>;

    /// Makes the database itself forget what was deleted, as far as it can. `false`: not now, others read.
    async fn forget_deleted(&self) -> StoreResult<bool>;

    /// Of an account that is deleted its own row goes here, and whoever else asked for that is done with as well.
    /// `false` if something was written meanwhile: it goes first.
    async fn finish_deletion(
        &self,
        id: DeletionId,
        audit: AuditId,
        change: ChangeId,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// Newest first.
    async fn list_deletions(&self, limit: u32) -> StoreResult<Vec<ListedDeletion>>;
}

/// A customer with all that hangs on them.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownContact {
    pub contact: ListedContact,
    /// What Meta calls them.
    pub external_id: String,
    pub account: AccountId,
    pub account_name: String,
    pub platform: Platform,
    /// What webhooks call the account.
    pub account_external_id: String,
    pub facts: Facts,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub about: Option<String>,
    pub blocked_at: Option<Timestamp>,
    pub known_since: Timestamp,
    /// Every field of the business's own, with what it says of them.
    pub fields: Vec<(Field, Option<String>)>,
    pub conversation: Option<KnownConversation>,
    /// The newest of them.
    pub comments: Vec<KnownComment>,
    /// The code under which they are being deleted.
    pub deleting: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownConversation {
    pub id: ConversationId,
    pub state: ConversationState,
    pub assignee: Option<String>,
    /// Whose it is, also while somebody has it.
    pub team: Option<TeamId>,
    pub priority: Priority,
    pub last_activity_at: Timestamp,
    pub labels: Vec<Label>,
    pub n_received: i64,
    pub n_sent: i64,
    pub n_notes: i64,
    pub n_files: i64,
    /// Newest first, with the one that is open.
    pub episodes: Vec<Episode>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownComment {
    pub message: MessageId,
    pub at: Timestamp,
    pub text: Option<String>,
}

/// Whose rows of the journal, and until when they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalOf {
    pub account: AccountId,
    pub contact: ContactId,
    pub until: Timestamp,
}

/// Some rows of the journal: the id, when it came, and what came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalPart {
    pub rows: Vec<(InboundId, Timestamp, String)>,
    /// Where to look on; `None` if that was all.
    pub next: Option<InboundId>,
}

#[derive(Debug, Clone)]
pub struct NewDeletion {
    pub id: DeletionId,
    pub contact: ContactId,
    /// Under which it is known afterwards.
    pub code: String,
}

#[derive(Debug, Clone)]
pub struct NewAccountDeletion {
    pub id: DeletionId,
    pub account: AccountId,
    /// Under which it is known afterwards.
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDelete {
    pub id: DeletionId,
    pub account: AccountId,
    /// What; nothing any more once only files and traces are left.
    pub subject: Option<Subject>,
    /// Whether the whole account goes.
    pub is_account: bool,
    pub requested_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Contact(ContactId),
    Account(AccountId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDeletion {
    pub id: DeletionId,
    pub code: String,
    pub account_name: Option<String>,
    pub requested_by: Option<String>,
    /// Meta passed it on: it is about an account, or about nobody whom we know.
    pub is_from_meta: bool,
    pub requested_at: Timestamp,
    pub done_at: Option<Timestamp>,
}
