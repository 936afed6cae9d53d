//! The person who is signed in.

use crate::api::call::Call;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::error::told;
use crate::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};
use model::person::Preferences;
use serde::Deserialize;

#[server(prefix = "/fn", endpoint = "save_preferences", protocol = Call, input_derive = (BorshSerialize, BorshDeserialize, Deserialize))]
pub async fn save_preferences(preferences: Preferences) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    let saved = program.store.save_preferences(caller.me.id, preferences.checked(), program.seams.now()).await;
    saved.map_err(told)
}
