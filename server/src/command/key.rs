//! `switchboard key rotate`

use super::say;
use crate::config::Settings;
use crate::seams::Seams;
use crate::start::{StartError, chain};
use crate::store;
use crate::vault::Vault;
use crate::vault::key::{self, Source};
use crate::vault::rotate::reseal;

/// Gives everything that is sealed a new key. Where the key is in a file, that file gets a new one first and keeps the
/// former behind it, so that at no moment anything is sealed with a key that is nowhere.
pub async fn rotate(settings: &Settings) -> Result<(), StartError> {
    let seams = Seams::system();
    let Some((keys, source)) = key::find(settings)? else {
        return Err(StartError::new("there is no secret key yet: nothing is sealed with one"));
    };
    let store = store::open(&settings.database_url).await?;
    store.hold_for_serving().map_err(|_| {
        StartError::new("stop the server first: it knows only the key that it was started with (then start it again)")
    })?;
    store.migrate().await?;
    let keys = match &source {
        Source::File(path) | Source::NewFile(path) => key::renew(path, &keys, seams.chance.as_ref())
            .map_err(|error| StartError::new(format!("cannot write the secret key {}: {error}", path.display())))?,
        Source::Setting if keys.former.is_empty() => {
            return Err(StartError::new(
                "SWITCHBOARD_SECRET_KEY holds one key: put a new one before it, with a comma between them (openssl rand \
                 -base64 32 makes one), restart every server with both, then ask again",
            ));
        }
        Source::Setting => keys,
    };
    let resealed = reseal(store.as_ref(), &seams, &Vault::of(&keys)).await;
    store.close().await;
    let resealed = resealed.map_err(|error| StartError::new(format!("cannot seal anew: {}", chain(&error))))?;
    say(format_args!("{} secrets are sealed with the new key", resealed.n_renewed));
    for (what, why) in &resealed.locked {
        say(format_args!("left as it was: {what}: {why}"));
    }
    match &source {
        Source::Setting => {
            say("take the former key out of SWITCHBOARD_SECRET_KEY now, and restart every server");
        }
        Source::File(path) | Source::NewFile(path) => say(format_args!(
            "{} holds the new key, and the former one below it; keep a copy, and start the server again",
            path.display()
        )),
    }
    Ok(())
}
