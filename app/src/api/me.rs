//! The person who is signed in.

use crate::api::codec::Wire;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::error::told;
use crate::prelude::*;
use leptos::server_fn::codec::Json;
use model::person::Preferences;

#[server(prefix = "/fn", endpoint = "save_preferences", input = Json, output = Wire)]
pub async fn save_preferences(preferences: Preferences) -> Result<(), AppError> {
    let (program, caller) = crate::caller::asking()?;
    let saved = program.store.save_preferences(caller.me.id, preferences.checked(), program.seams.now()).await;
    saved.map_err(told)
}
