//! The people who can sign in, and the one-time links by which they come to be.

use super::StoreResult;
use super::audit::AuditEntry;
use async_trait::async_trait;
use model::audit::AuditId;
use model::person::{Me, PersonId, Preferences, Role};
use model::time::Timestamp;

#[async_trait]
pub trait People: Send + Sync + 'static {
    /// Adds an active person, unless somebody already has the email.
    async fn insert_person(&self, person: NewPerson, audit: AuditEntry) -> StoreResult<Added>;

    /// The active person with this email, for signing in.
    async fn find_credentials(&self, email_folded: String) -> StoreResult<Option<Credentials>>;

    /// The active person and their business, as their pages show them.
    async fn find_signed_in(&self, id: PersonId) -> StoreResult<Option<SignedIn>>;

    /// The same of whom this session belongs to, and when it was last written; `None` if it is over.
    async fn find_signed_in_with(&self, session: String, now: Timestamp) -> StoreResult<Option<(SignedIn, Timestamp)>>;

    /// How this person likes to work.
    async fn save_preferences(&self, id: PersonId, preferences: Preferences, now: Timestamp) -> StoreResult<()>;

    /// Whether anybody at all can sign in.
    async fn anybody(&self) -> StoreResult<bool>;

    /// The name of the business; `None` before the set-up.
    async fn business(&self) -> StoreResult<Option<String>>;

    async fn set_business(&self, name: String, now: Timestamp) -> StoreResult<()>;

    /// Adds a set-up link, unless somebody can sign in already.
    async fn insert_set_up_link(&self, link: NewLink) -> StoreResult<bool>;

    /// Whether the set-up link with this fingerprint can still be used.
    async fn set_up_link_is_good(&self, fingerprint: String, now: Timestamp) -> StoreResult<bool>;

    /// Uses up every set-up link: names the business and adds the first admin, all or nothing.
    /// `false` if the link is not good (any more); then nothing was changed.
    async fn set_up(&self, set_up: SetUp) -> StoreResult<bool>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    Yes,
    EmailTaken,
}

#[derive(Debug, Clone)]
pub struct NewPerson {
    pub id: PersonId,
    pub email: String,
    pub email_folded: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Credentials {
    pub id: PersonId,
    pub password_hash: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub me: Me,
    pub business: String,
}

#[derive(Debug, Clone)]
pub struct NewLink {
    pub fingerprint: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct SetUp {
    pub link_fingerprint: String,
    pub business: String,
    pub admin: NewPerson,
    pub audit_id: AuditId,
    pub address: Option<String>,
}
