//! `switchboard migrate`

use super::say;
use crate::config::Settings;
use crate::start::StartError;
use crate::store;

pub async fn run(settings: &Settings) -> Result<(), StartError> {
    let store = store::open(&settings.database_url).await?;
    let migrated = store.migrate().await?;
    for name in &migrated.0 {
        say(format_args!("applied {name}"));
    }
    say(format_args!("the database {} is up to date", settings.database_url));
    store.close().await;
    Ok(())
}
