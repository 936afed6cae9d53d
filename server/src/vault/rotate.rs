//! A new key for everything that is sealed.

use super::{Vault, VaultError};
use crate::seams::Seams;
use crate::store::sealed::{Place, Resealed};
use crate::store::{Store, StoreResult};
use crate::{accounts, auth, endpoints};

#[derive(Debug, Default)]
pub struct Renewal {
    pub n_renewed: usize,
    /// What none of our keys opens, and why.
    pub locked: Vec<(String, VaultError)>,
}

/// Seals with the current key what was sealed with a former one. Asked again, it does what is left. Nothing is worth a
/// new key that ends within the hour.
pub async fn reseal(store: &dyn Store, seams: &Seams, vault: &Vault) -> StoreResult<Renewal> {
    let mut renewal = Renewal::default();
    let mut renewed = Vec::new();
    store.forget_short_lived().await?;
    for old in store.list_sealed().await? {
        if vault.is_current(&old.text) {
            continue;
        }
        let purpose = purpose(old.place);
        match vault.open(&purpose, &old.text) {
            Ok(secret) => {
                let text = vault.seal(seams.chance.as_ref(), &purpose, &secret);
                renewed.push(Resealed { old, text });
            }
            Err(error) => renewal.locked.push((purpose, error)),
        }
    }
    if !renewed.is_empty() {
        renewal.n_renewed = store.reseal(renewed, seams.new_id(), seams.now()).await?;
    }
    Ok(renewal)
}

fn purpose(place: Place) -> String {
    match place {
        Place::AccountToken { account, login } => accounts::purpose(account, login),
        Place::SecondFactor { person } => auth::second::purpose(person),
        Place::EndpointSecret { endpoint } => endpoints::purpose(endpoint),
    }
}
