//! What surrounds every page of a signed-in person.

use borsh::{BorshDeserialize, BorshSerialize};
use model::person::Me;

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Shell {
    pub business: String,
    pub me: Me,
}

#[cfg(feature = "ssr")]
impl Shell {
    pub fn of(caller: server::auth::Caller) -> Self {
        // Until somebody has named it.
        let business = if caller.business.is_empty() { "Switchboard".to_owned() } else { caller.business };
        Self { business, me: caller.me }
    }
}
