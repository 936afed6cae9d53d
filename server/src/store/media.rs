//! Kept files, and the attachments that wait to become such.

use super::StoreResult;
use async_trait::async_trait;
use model::content::AttachmentKind;
use model::ids::{AccountId, ConversationId, MessageId};
use model::media::MediaId;
use model::person::{PersonId, Role};
use model::time::Timestamp;

#[async_trait]
pub trait Media: Send + Sync + 'static {
    /// At most `limit` attachments whose file is due, for the caller alone until `lease_until`.
    async fn claim_attachments(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> StoreResult<Vec<ToFetch>>;

    /// When the next file that nobody fetches is due; `None` if there is none.
    async fn find_next_fetch(&self, now: Timestamp) -> StoreResult<Option<Timestamp>>;

    /// Adds the file and points the attachment at it. `false` if nobody waits for it any more, the
    /// message being deleted or another having been faster; then nothing was changed.
    async fn attachment_stored(&self, message_id: MessageId, position: i32, media: NewMedia) -> StoreResult<bool>;

    /// There will be no file.
    async fn attachment_ended(
        &self,
        message_id: MessageId,
        position: i32,
        ending: Ending,
        reason: String,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// The file is to be tried again at `fetch_at`.
    async fn attachment_retry(
        &self,
        message_id: MessageId,
        position: i32,
        fetch_at: Timestamp,
        reason: String,
    ) -> StoreResult<()>;

    /// The file, if it is there and the person may see what belongs to its account.
    async fn media_for_person(
        &self,
        media_id: MediaId,
        person_id: PersonId,
        role: Role,
    ) -> StoreResult<Option<StoredMedia>>;

    /// Where the story lies that this attachment is, if it is not known to be gone and the person may
    /// see what belongs to its account.
    async fn story_for_person(
        &self,
        message_id: MessageId,
        position: i32,
        person_id: PersonId,
        role: Role,
    ) -> StoreResult<Option<String>>;

    /// Its author took it away, or its day is over.
    async fn story_gone(&self, message_id: MessageId, position: i32, reason: String, now: Timestamp)
    -> StoreResult<()>;

    /// The file, if it is there; for whoever has a signed link.
    async fn media_by_id(&self, media_id: MediaId) -> StoreResult<Option<StoredMedia>>;

    /// Files that are marked as deleted and hang on no message, those marked first before others.
    async fn list_marked_media(&self, after: Option<MarkedMedia>, limit: u32) -> StoreResult<Vec<MarkedMedia>>;

    /// The last step, after the file itself. `false` if it was not marked or still hangs on a message.
    async fn delete_media(&self, id: MediaId) -> StoreResult<bool>;

    /// Those of `ids` that there is no row of. What is older than every row is not among them: it may
    /// be another database's.
    async fn list_stray_media(&self, ids: Vec<MediaId>) -> StoreResult<Vec<MediaId>>;
}

/// An attachment whose file is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToFetch {
    pub message_id: MessageId,
    pub position: i32,
    pub kind: AttachmentKind,
    pub source_url: Option<String>,
    pub title: Option<String>,
    pub account_id: AccountId,
    pub conversation_id: ConversationId,
    /// How often it was begun, this time included.
    pub attempts: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedia {
    pub id: MediaId,
    /// Missing: a picture of one of us, for everybody who is signed in.
    pub account_id: Option<AccountId>,
    pub store_key: String,
    pub name: Option<String>,
    pub content_type: String,
    pub size: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    pub blur: Option<String>,
    pub created_by: Option<PersonId>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMedia {
    pub id: MediaId,
    pub store_key: String,
    pub name: Option<String>,
    pub content_type: String,
    pub size: u64,
}

/// A file that is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedMedia {
    pub id: MediaId,
    pub store_key: String,
    pub deleted_at: Timestamp,
}

/// How an attachment ends without a file of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is shown from where it lies.
    Link,
    Gone,
    /// It may not be fetched.
    Refused,
    Failed,
}

impl Ending {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}
