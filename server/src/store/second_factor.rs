//! The code beside the password. The store knows secrets sealed and recovery codes by their fingerprints.

use super::StoreResult;
use super::audit::Deed;
use super::people::PersonChange;
use async_trait::async_trait;
use model::people::Refusal;
use model::person::PersonId;
use model::second_factor::SecondFactorStanding;

#[async_trait]
pub trait SecondFactors: Send + Sync + 'static {
    async fn second_factor_standing(&self, person: PersonId) -> StoreResult<SecondFactorStanding>;

    /// The sealed secret of an active person who has it on.
    async fn find_second_factor(&self, person: PersonId) -> StoreResult<Option<String>>;

    /// A person turns it on. `false`: it was on already.
    async fn turn_on_second_factor(&self, deed: Deed, new: NewSecondFactor) -> StoreResult<bool>;

    /// A person turns it off.
    async fn turn_off_second_factor(&self, deed: Deed) -> StoreResult<()>;

    /// An admin turns it off for somebody who lost their phone.
    async fn reset_second_factor(&self, change: PersonChange) -> StoreResult<Result<(), Refusal>>;

    /// Uses the code of this step up. `false`: it or a later one was used already.
    async fn use_step(&self, person: PersonId, step: i64) -> StoreResult<bool>;

    /// Uses a recovery code up. `false`: there is none with this fingerprint.
    async fn use_recovery_code(&self, deed: Deed, fingerprint: String) -> StoreResult<bool>;

    /// A person makes new ones; those from before end. `false`: it is not on.
    async fn replace_recovery_codes(&self, deed: Deed, fingerprints: Vec<String>) -> StoreResult<bool>;

    /// An admin says whether everybody must have it.
    async fn require_second_factor(&self, deed: Deed, is_required: bool) -> StoreResult<Result<(), Refusal>>;
}

#[derive(Debug, Clone)]
pub struct NewSecondFactor {
    pub sealed: String,
    /// Of the code that proved it.
    pub step: i64,
    pub recovery_codes: Vec<String>,
}
