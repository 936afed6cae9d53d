//! What surrounds every page of a signed-in person.
#![cfg_attr(feature = "ssr", expect(clippy::unused_async, reason = "server functions are async"))]

use crate::api::codec::Wire;
use crate::error::AppError;
use borsh::{BorshDeserialize, BorshSerialize};
use leptos::prelude::*;
use model::person::Me;

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Shell {
    pub business: String,
    pub me: Me,
}

#[server(prefix = "/fn", endpoint = "open_shell", output = Wire)]
pub async fn open_shell() -> Result<Shell, AppError> {
    let caller = crate::caller::current()?;
    // Until somebody has named it.
    let business = if caller.business.is_empty() { "Switchboard".to_owned() } else { caller.business };
    Ok(Shell { business, me: caller.me })
}
