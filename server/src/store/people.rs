//! The people who can sign in, and the one-time links by which they come to be.

use super::StoreResult;
use super::audit::AuditEntry;
use super::media::NewMedia;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::ChangeId;
use model::media::MediaId;
use model::people::{ListedPerson, Refusal};
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
    async fn find_signed_in_with(
        &self,
        session: String,
        now: Timestamp,
    ) -> StoreResult<Option<(SignedIn, SessionTimes)>>;

    /// This session was used, and so its person was here.
    async fn note_seen(&self, session: String, person: PersonId, now: Timestamp) -> StoreResult<()>;

    /// At most `limit` of all people, in no order.
    async fn list_people(&self, limit: u32) -> StoreResult<Vec<ListedPerson>>;

    /// An admin makes somebody an admin or an agent.
    async fn set_role(&self, change: PersonChange, role: Role) -> StoreResult<Result<(), Refusal>>;

    /// An admin ends what somebody may do: their sessions and links end, what is open or snoozed is
    /// nobody's. The answer is the fingerprints of the sessions.
    async fn deactivate(&self, change: PersonChange) -> StoreResult<Result<Vec<String>, Refusal>>;

    /// An admin lets somebody in again; without a password of theirs they are invited.
    async fn activate(&self, change: PersonChange) -> StoreResult<Result<(), Refusal>>;

    /// A person gives themselves another name.
    async fn rename(&self, change: PersonChange, name: String) -> StoreResult<()>;

    /// A person takes another picture, or none; an admin takes somebody's away. The one before is marked as deleted.
    async fn set_picture(&self, change: PersonChange, picture: Option<NewMedia>) -> StoreResult<Result<(), Refusal>>;

    /// Everybody who has a picture.
    async fn list_faces(&self) -> StoreResult<Vec<(PersonId, MediaId)>>;

    /// What a password of this person is checked against.
    async fn find_password_hash(&self, id: PersonId) -> StoreResult<Option<String>>;

    /// A person changes their password, and every session of theirs but one ends: which. `None` if
    /// the hash was another one meanwhile.
    async fn change_password(&self, change: PersonChange, new: NewPassword) -> StoreResult<Option<Vec<String>>>;

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
    /// The password alone signs them in no more.
    pub wants_code: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub me: Me,
    pub business: String,
    /// Everybody must have a second factor, and they have none.
    pub lacks_second_factor: bool,
}

/// When a session was used last, and when it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Who changes whom; of themselves both are the same.
#[derive(Debug, Clone)]
pub struct PersonChange {
    pub by: PersonId,
    pub person: PersonId,
    pub now: Timestamp,
    pub audit_id: AuditId,
    /// For what tells the person's own pages.
    pub change_id: ChangeId,
    pub address: Option<String>,
}

#[derive(Debug, Clone)]
pub struct NewPassword {
    /// The one that the present password was checked against.
    pub was: String,
    pub hash: String,
    /// The fingerprint of the session that stays.
    pub keep: String,
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
