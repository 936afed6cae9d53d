//! Files that people took in to send them, from the upload until a message, a draft or a saved reply
//! has them.

use super::StoreResult;
use super::media::{NewMedia, StoredMedia};
use async_trait::async_trait;
use model::ids::{AccountId, ConversationId};
use model::media::MediaId;
use model::person::PersonId;
use model::platform::Platform;
use model::time::Timestamp;

#[async_trait]
pub trait Uploads: Send + Sync + 'static {
    /// Where a file goes that is given in this conversation; `None` if there is no such conversation,
    /// or its account is being deleted.
    async fn find_upload_place(&self, conversation: ConversationId) -> StoreResult<Option<UploadPlace>>;

    /// Adds a file that nothing refers to yet.
    async fn insert_upload(&self, media: NewMedia) -> StoreResult<()>;

    /// Those of `ids` that are there and belong to the account, in the order of `ids`.
    async fn known_files(&self, account: AccountId, ids: Vec<MediaId>) -> StoreResult<Vec<StoredMedia>>;

    /// Marks a file as deleted that this person took in. `false` if it is not theirs, or something
    /// beside their own drafts refers to it; then nothing was changed.
    async fn take_upload_away(&self, id: MediaId, person: PersonId, now: Timestamp) -> StoreResult<bool>;

    /// At most `limit` files that were taken in before `before` and that nothing refers to.
    async fn list_unused_uploads(&self, before: Timestamp, limit: u32) -> StoreResult<Vec<MediaId>>;

    /// Marks those of `ids` as deleted that still nothing refers to, and says how many that were.
    async fn mark_unused_uploads(&self, ids: Vec<MediaId>, now: Timestamp) -> StoreResult<u64>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadPlace {
    pub account: AccountId,
    pub platform: Platform,
}
