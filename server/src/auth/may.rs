//! Whether whoever asks may do it. Everything that not everybody may do begins with this.

use super::Caller;
use model::may::Act;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this person's role does not allow it")]
pub struct Forbidden;

impl Caller {
    pub fn may(&self, act: Act) -> Result<(), Forbidden> {
        if self.me.role.may(act) { Ok(()) } else { Err(Forbidden) }
    }
}
