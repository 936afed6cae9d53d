//! `switchboard serve`

use super::say;
use crate::assets::Site;
use crate::auth::set_up;
use crate::config::{PublicUrl, ServeArgs, Settings};
use crate::http::{Pages, serving};
use crate::media::keep::MediaStore;
use crate::program::{Parts, Program};
use crate::seams::Seams;
use crate::start::{StartError, chain};
use crate::store::Store;
use crate::vault::Vault;
use crate::vault::key::{self, Source};
use crate::{accounts, store, telemetry};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Runs until a signal asks to stop. `pages` makes what people see of the program that runs.
pub async fn run(
    settings: &Settings,
    args: &ServeArgs,
    site: Site,
    pages: impl FnOnce(&Program) -> Pages,
) -> Result<(), StartError> {
    let (program, listener) = prepare(settings, args, site).await?;
    match set_up::new_link(&program).await {
        Ok(Some(link)) => say(format_args!("Nobody can sign in yet. Make the first admin here, within a day: {link}")),
        Ok(None) => {}
        Err(error) => return Err(StartError::new(format!("cannot make a set-up link: {}", chain(&error)))),
    }
    let shutdown = asked_to_stop()?;
    let pages = pages(&program);
    tracing::info!(server.address = %format_args!("http://{}", address(&listener)?), "listening");
    let served = serving::run(program, pages, listener, shutdown).await;
    served.map_err(|error| StartError::new(format!("the server stopped: {error}")))
}

/// Opens the database and the port. Nothing is served yet.
pub async fn prepare(settings: &Settings, args: &ServeArgs, site: Site) -> Result<(Program, TcpListener), StartError> {
    let listener = TcpListener::bind(settings.listen.0)
        .await
        .map_err(|error| StartError::new(format!("cannot listen on {}: {error}", settings.listen.0)))?;
    let store = store::open(&settings.database_url).await?;
    store.hold_for_serving()?;
    // What is wrong with the key or the media store is said before anything is changed.
    key::find(settings)?;
    let media = MediaStore::open(&settings.media_url)?;
    if args.no_migrate {
        let state = store.migrations().await;
        let state = state.map_err(|error| StartError::new(format!("cannot read the database: {}", chain(&error))))?;
        state.objection().map_or(Ok(()), Err)?;
    } else {
        for name in &store.migrate().await?.0 {
            tracing::info!(migration.name = %name, "migrated the database: {name}");
        }
    }
    if site.0.is_empty() {
        tracing::warn!("built without the browser bundle: pages work, but nothing in them is live");
    }
    telemetry::metrics();
    let seams = Seams::system();
    let (vault, source) = vault(settings, &seams)?;
    say_what_is_locked(store.as_ref(), &vault, &source).await?;
    let public_url = match &settings.public_url {
        Some(url) => url.clone(),
        None => PublicUrl::of_listener(address(&listener)?)?,
    };
    let parts = Parts::new(settings, (store, media), seams, vault, public_url, site)?;
    Ok((Program::new(parts), listener))
}

fn vault(settings: &Settings, seams: &Seams) -> Result<(Vault, Source), StartError> {
    let (keys, source) = key::find_or_make(settings, seams.chance.as_ref())?;
    if let Source::NewFile(path) = &source {
        let path = path.display();
        tracing::info!("made the secret key {path}: keep a copy, without it the accounts' tokens cannot be opened");
    }
    Ok((Vault::of(&keys), source))
}

/// With another key than before the inbox works all the same, but reaches nobody.
async fn say_what_is_locked(store: &dyn Store, vault: &Vault, source: &Source) -> Result<(), StartError> {
    let locked = accounts::locked(store, vault).await;
    let locked = locked.map_err(|error| StartError::new(format!("cannot read the database: {}", chain(&error))))?;
    if !locked.is_empty() {
        tracing::error!(
            accounts.locked = locked.len(),
            "the tokens of {} accounts cannot be opened with the secret key from {source}: put back the key that they \
             were sealed with, or connect the accounts again",
            locked.len()
        );
    }
    Ok(())
}

fn address(listener: &TcpListener) -> Result<std::net::SocketAddr, StartError> {
    listener.local_addr().map_err(|error| StartError::new(format!("cannot tell which port was taken: {error}")))
}

/// Ends at the first Ctrl-C or SIGTERM. A second one, while stopping, ends the program at once.
pub fn asked_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, StartError> {
    let cannot = |error: std::io::Error| StartError::new(format!("cannot listen for signals: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::warn!("asked to stop twice: ending at once");
            std::process::exit(1);
        });
    })
}
