//! Passwords are kept as argon2id hashes, with the parameters that OWASP names (19 MiB, 2 passes).

use crate::chance::Chance;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A hash that no password has: what a sign-in with an unknown email is checked against, so that
/// it takes the time of a known one. Same parameters as those below.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3dpdGNoYm9hcmQtbm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[derive(Debug, thiserror::Error)]
#[error("could not {doing}: {reason}")]
pub struct HashError {
    doing: &'static str,
    reason: String,
}

/// Hashing takes 19 MiB and a core for some 30 ms: only a few at once, so that a flood of sign-ins
/// cannot take the server's memory.
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(2)) }
    }
}

impl Passwords {
    pub async fn hash(&self, password: String, chance: &dyn Chance) -> Result<String, HashError> {
        let mut salt = [0u8; 16];
        chance.fill(&mut salt);
        self.in_turn("hash a password", move || {
            let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|it| it.to_string()).map_err(|error| error.to_string())
        })
        .await
    }

    /// Whether `password` is the one of `hash`. Without a hash the work is done all the same.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, HashError> {
        self.in_turn("check a password", move || {
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(NOBODYS);
            let hash = PasswordHash::new(hash).map_err(|error| error.to_string())?;
            let right = argon2()?.verify_password(password.as_bytes(), &hash).is_ok();
            Ok(known && right)
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, HashError> {
        let failed = |reason: String| HashError { doing, reason };
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| failed(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|error| failed(error.to_string()))?.map_err(failed)
    }
}

fn argon2() -> Result<Argon2<'static>, String> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let passwords = Passwords::default();
        let hash = passwords.hash("kiln and glaze".to_owned(), &SeededChance::new(1)).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("kiln and glaze".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("kiln and Glaze".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobodys_hash_is_checked_with_the_same_effort_and_never_right() {
        let hash = PasswordHash::new(NOBODYS).unwrap();
        assert_eq!(hash.params.to_string(), "m=19456,t=2,p=1");
        assert!(!Passwords::default().verify(String::new(), None).await.unwrap());
    }
}
