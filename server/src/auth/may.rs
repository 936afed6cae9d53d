//! Whether whoever asks may do it. Everything that not everybody may do begins with this.

use super::Caller;
use crate::store::StoreError;
use model::may::Act;
use model::people::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this person's role does not allow it")]
pub struct Forbidden;

/// Why a page was not given, or what was asked for not done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The store asks again whether the person may, and says only so.
impl From<Refusal> for Refused {
    fn from(_: Refusal) -> Self {
        Self::Forbidden(Forbidden)
    }
}

impl Caller {
    pub fn may(&self, act: Act) -> Result<(), Forbidden> {
        if self.me.role.may(act) { Ok(()) } else { Err(Forbidden) }
    }
}
