//! The person who is signed in.

use crate::api::codec::{Asked, Wire};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::error::told;
use crate::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};
use model::person::Preferences;
use serde::Deserialize;

#[server(prefix = "/fn", endpoint = "save_preferences", input = Asked, input_derive = (BorshSerialize, BorshDeserialize, Deserialize), output = Wire)]
pub async fn save_preferences(preferences: Preferences) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    let saved = program.store.save_preferences(caller.me.id, preferences.checked(), program.seams.now()).await;
    saved.map_err(told)
}
