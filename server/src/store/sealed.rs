//! Everything that the vault sealed, wherever it is kept: for giving it a new key.

use super::StoreResult;
use async_trait::async_trait;
use model::audit::AuditId;
use model::ids::{AccountId, EndpointId};
use model::person::PersonId;
use model::platform::Login;
use model::time::Timestamp;

#[async_trait]
pub trait SealedTexts: Send + Sync + 'static {
    async fn list_sealed(&self) -> StoreResult<Vec<Sealed>>;

    /// Puts each new text in the place of the old one, all together, and notes in the audit log that it was done.
    /// What changed meanwhile stays as it is: it is sealed with a newer text than we know. Says how many were replaced.
    async fn reseal(&self, renewed: Vec<Resealed>, audit: AuditId, now: Timestamp) -> StoreResult<usize>;

    /// Forgets what is sealed for an hour at most, when somebody is on their way to Meta: they begin again.
    async fn forget_short_lived(&self) -> StoreResult<()>;
}

/// Where a sealed text is kept. Whoever keeps another one gives it a place here, so that it gets new keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    AccountToken { account: AccountId, login: Login },
    SecondFactor { person: PersonId },
    EndpointSecret { endpoint: EndpointId },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub place: Place,
    pub text: String,
}

#[derive(Debug, Clone)]
pub struct Resealed {
    pub old: Sealed,
    pub text: String,
}
