//! Invitations: how somebody comes to be without a password that others know. The store knows a link by
//! its fingerprint only.

use super::StoreResult;
use super::people::{Added, NewLink, PersonChange};
use async_trait::async_trait;
use model::audit::AuditId;
use model::people::{Invitation, Refusal};
use model::person::{PersonId, Role};
use model::time::Timestamp;

#[async_trait]
pub trait Invites: Send + Sync + 'static {
    /// An admin adds somebody who can sign in once they have used this link.
    async fn invite(&self, change: PersonChange, who: Invited, link: NewLink) -> StoreResult<Result<Added, Refusal>>;

    /// An admin gives somebody who is still invited another link; the one before ends.
    async fn renew_invite(&self, change: PersonChange, link: NewLink) -> StoreResult<Result<(), Refusal>>;

    /// `None` once it was used, replaced, or ran out.
    async fn find_invite(&self, fingerprint: String, now: Timestamp) -> StoreResult<Option<Invitation>>;

    /// Uses the link up: who can sign in now. `None` if it is not good (any more); then nothing was changed.
    async fn accept_invite(&self, joining: Joining) -> StoreResult<Option<PersonId>>;
}

#[derive(Debug, Clone)]
pub struct Invited {
    pub email: String,
    pub email_folded: String,
    pub name: String,
    pub role: Role,
}

#[derive(Debug, Clone)]
pub struct Joining {
    pub fingerprint: String,
    pub name: String,
    pub password_hash: String,
    pub now: Timestamp,
    pub audit_id: AuditId,
    pub address: Option<String>,
}
