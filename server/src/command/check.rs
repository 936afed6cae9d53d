//! `switchboard check`: will this set-up work? Line by line, what is good and what is not.

mod accounts;
mod meta;

use super::say;
use crate::config::{DatabaseUrl, MediaUrl, Settings};
use crate::health::address;
use crate::media::keep::MediaStore;
use crate::seams::Seams;
use crate::start::{StartError, chain};
use crate::store::migrate::State;
use crate::store::{self, Store};
use model::health::{self, Level};
use model::media::MediaId;
use std::time::Duration;

/// A bucket out of reach is tried again and again.
const MEDIA_PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone)]
enum Finding {
    Good(String),
    Odd(String),
    Bad(String),
}

use Finding::{Bad, Good, Odd};

impl Finding {
    /// As the page about health says it, after what it is about.
    fn of(about: &str, it: &health::Finding) -> Self {
        let words = format!("{about}: {}", it.words);
        match it.level {
            Level::Good => Good(words),
            Level::Warning => Odd(words),
            Level::Broken => Bad(words),
        }
    }
}

pub async fn run(settings: &Settings) -> Result<(), StartError> {
    let mut findings = database(settings).await;
    findings.push(meta::secret_key(settings));
    findings.push(media(settings).await);
    let ours = address::look(settings.public_url.as_ref()).await;
    findings.extend(ours.iter().map(|it| Finding::of("public address", it)));
    findings.extend(meta::settings(settings));
    let mut n_bad = 0;
    for finding in &findings {
        match finding {
            Good(words) => say(format_args!("ok    {words}")),
            Odd(words) => say(format_args!("note  {words}")),
            Bad(words) => {
                n_bad += 1;
                say(format_args!("BAD   {words}"));
            }
        }
    }
    match n_bad {
        0 => Ok(()),
        1 => Err(StartError::new("1 thing will not work as it is")),
        n_bad => Err(StartError::new(format!("{n_bad} things will not work as they are"))),
    }
}

/// A check changes nothing: it makes no database where there is none.
async fn database(settings: &Settings) -> Vec<Finding> {
    let url = &settings.database_url;
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        return vec![Odd(format!("database: {url} does not exist yet; switchboard serve makes it"))];
    }
    match store::open(url).await {
        Ok(store) => {
            let findings = database_content(settings, store.as_ref()).await;
            store.close().await;
            findings
        }
        Err(error) => vec![Bad(format!("database: {error}"))],
    }
}

async fn database_content(settings: &Settings, store: &dyn Store) -> Vec<Finding> {
    let url = &settings.database_url;
    match store.migrations().await {
        Ok(State::UpToDate) => {}
        Ok(State::Behind(names)) => {
            return vec![Odd(format!(
                "database: {url} is behind by {}; switchboard serve migrates it",
                names.join(", ")
            ))];
        }
        Ok(state) => {
            let why = state.objection().map(|it| it.to_string()).unwrap_or_default();
            return vec![Bad(format!("database: {why}"))];
        }
        Err(error) => return vec![Bad(format!("database: {}", chain(&error)))],
    }
    let people = match store.anybody().await {
        Ok(true) => Good("people: somebody can sign in".to_owned()),
        Ok(false) => Odd("people: nobody can sign in yet; switchboard serve prints a set-up link".to_owned()),
        Err(error) => Bad(format!("people: {}", chain(&error))),
    };
    let mut findings = vec![Good(format!("database: {url} answers and is up to date")), people];
    findings.extend(accounts::look(settings, store).await);
    findings
}

/// Writes, reads and deletes a small file; makes no folder where there is none.
async fn media(settings: &Settings) -> Finding {
    let url = &settings.media_url;
    if let MediaUrl::Folder(folder) = url
        && !folder.exists()
    {
        return Odd(format!("files: {url} does not exist yet; switchboard serve makes it"));
    }
    let store = match MediaStore::open(url) {
        Ok(store) => store,
        Err(error) => return Bad(format!("files: {error}")),
    };
    let key = format!("check-{}", Seams::system().new_id::<MediaId>());
    match tokio::time::timeout(MEDIA_PATIENCE, store.try_out(&key)).await {
        Ok(Ok(())) => Good(format!("files: {url} can be written and read")),
        Ok(Err(error)) => Bad(format!("files: {url}: {}", chain(&error))),
        Err(_) => Bad(format!("files: {url} does not answer")),
    }
}
