//! Looking for what was said and for whom it was said by, and the index that this takes. The two databases do it
//! each in their own way; what is looked for is the same.

use super::StoreResult;
use super::sight::Sight;
use crate::search::phrase::Phrase;
use async_trait::async_trait;
use model::ids::{ConversationId, MessageId};
use model::inbox::ListedContact;
use model::platform::Platform;
use model::thread::Author;
use model::time::Timestamp;

/// Raised when texts are to be parted into other words than before: everything is gone through again.
pub(super) const FORM: &str = "2";

/// What stands in `settings` of an index that was made with what it is of, before anything changed.
pub const LACKS_NOTHING: &str = "2 0 done ";

#[async_trait]
pub trait Search: Send + Sync + 'static {
    /// Brings the index a step nearer to what is kept: first what has changed since, then, in a database that has
    /// not been gone through yet, what was there before. A step is a unit of work and remembers where it ended.
    async fn index_next(&self, limit: u32, now: Timestamp) -> StoreResult<Indexed>;

    /// Messages and notes, newest first.
    async fn find_messages(&self, wanted: Sought) -> StoreResult<FoundMessages>;

    /// Customers by name, whoever came last first.
    async fn find_contacts(&self, wanted: Sought) -> StoreResult<Vec<FoundContact>>;

    /// Removes what the index still knows of words whose texts were deleted. On Postgres this takes minutes for
    /// millions of texts, during which everything goes on.
    async fn scrub_index(&self) -> StoreResult<()>;
}

/// What a step of the index did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexed {
    /// There is nothing to do.
    Nothing,
    /// So many changes were read, and there may be more.
    Followed(usize),
    /// So many texts were gone through that were there before.
    Walked(usize),
}

/// What is looked for, and by whom.
#[derive(Debug, Clone)]
pub struct Sought {
    pub sight: Sight,
    pub said: Vec<Phrase>,
    /// The name of whoever said it.
    pub from: Vec<Phrase>,
    /// Labels by name; the flag says that the name may go on.
    pub labels: Vec<(String, bool)>,
    pub before: Option<Timestamp>,
    /// Where the page before this one ended.
    pub after: Option<i64>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessages {
    pub messages: Vec<FoundMessage>,
    /// Where to go on, if there may be more.
    pub next: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessage {
    pub id: MessageId,
    pub conversation: ConversationId,
    pub at: Timestamp,
    pub is_note: bool,
    pub author: Author,
    /// What a colleague, bot or app is called.
    pub author_name: Option<String>,
    pub text: String,
    pub contact: ListedContact,
    pub account_name: String,
    pub platform: Platform,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundContact {
    pub conversation: ConversationId,
    pub last_activity_at: Timestamp,
    pub contact: ListedContact,
    pub account_name: String,
    pub platform: Platform,
}

/// What a document must hold. The words of [`Self::Mark`] begin with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    Said(Phrase),
    Mark(String),
    All(Vec<Wish>),
    Any(Vec<Wish>),
}

impl Wish {
    /// As the database writes it, with its signs for a phrase, "and" and "or". `None` if everything will do.
    pub(super) fn print(&self, phrase: &dyn Fn(&Phrase) -> String, and: &str, or: &str) -> Option<String> {
        let joined = |wishes: &[Self], sign: &str| {
            let parts: Vec<String> = wishes.iter().filter_map(|it| it.print(phrase, and, or)).collect();
            (!parts.is_empty()).then(|| format!("({})", parts.join(sign)))
        };
        match self {
            Self::Said(it) => Some(phrase(it)),
            Self::Mark(mark) => Some(phrase(&Phrase { words: vec![mark.clone()], is_prefix: false })),
            Self::All(wishes) => joined(wishes, and),
            Self::Any(wishes) => joined(wishes, or),
        }
    }
}
