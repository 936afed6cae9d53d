//! `switchboard replay`

use super::say;
use crate::config::{DatabaseUrl, ReplayArgs, Settings};
use crate::intake::worker::{Hands, apply_all};
use crate::seams::Seams;
use crate::start::{StartError, chain};
use crate::store::intake::{NewInbound, Replay};
use crate::store::{self, Store, StoreError};
use model::meta::read;
use std::sync::Arc;

/// How many rows of another journal are read at once.
const AT_ONCE: u32 = 500;

pub async fn run(settings: &Settings, args: &ReplayArgs) -> Result<(), StartError> {
    let hands = Hands {
        store: store::open(&settings.database_url).await?,
        seams: Seams::system(),
        our_app_id: settings.meta.app_id.as_ref().map(|it| Arc::from(it.0.as_str())),
    };
    hands.store.migrate().await?;
    let n_marked = match &args.from {
        Some(from) => take_journal(&hands, from).await?,
        None => mark(&hands, args).await?,
    };
    if hands.store.hold_for_serving().is_err() {
        say(format_args!("{n_marked} rows of the journal are marked: the server that runs here applies them now"));
    } else {
        let n_rows = apply_all(&hands).await.map_err(|it| cannot(&it))?;
        say(format_args!("applied {n_rows} rows of the journal"));
    }
    hands.store.close().await;
    Ok(())
}

/// Rows of our own journal; how many.
async fn mark(hands: &Hands, args: &ReplayArgs) -> Result<u64, StartError> {
    let which = match args.id {
        Some(id) => Replay::One(id),
        None if args.all => Replay::All,
        None => Replay::NotUnderstood,
    };
    match hands.store.replay_inbound(which.clone()).await.map_err(|it| cannot(&it))? {
        0 if matches!(which, Replay::One(_)) => {
            Err(StartError::new("no such row in the journal, or it is about to be applied anyway"))
        }
        n_rows => Ok(n_rows),
    }
}

fn cannot(error: &StoreError) -> StartError {
    StartError::new(format!("cannot replay: {}", chain(error)))
}

/// Copies what another database received, and the accounts it received it for. How many rows are new.
async fn take_journal(hands: &Hands, from: &DatabaseUrl) -> Result<u64, StartError> {
    if let DatabaseUrl::Sqlite(path) = from
        && !path.exists()
    {
        return Err(StartError::new(format!("there is no database at {}", path.display())));
    }
    let source = store::open(from).await?;
    if let Some(objection) = source.migrations().await.map_err(|it| cannot(&it))?.objection() {
        return Err(objection);
    }
    let n_new = copy(hands, source.as_ref()).await.map_err(|it| cannot(&it))?;
    source.close().await;
    Ok(n_new)
}

async fn copy(hands: &Hands, source: &dyn Store) -> Result<u64, StoreError> {
    let now = hands.seams.now();
    hands.store.insert_accounts(source.named_accounts().await?, now).await?;
    let mut n_new = 0;
    let mut after = None;
    loop {
        let entries = source.read_inbound(after, AT_ONCE).await?;
        let Some(last) = entries.last() else { break };
        after = Some(last.id);
        let rows = entries.into_iter().filter_map(|entry| {
            let item = read::one(&entry.raw, entry.received_at)?;
            // As it stands there, byte for byte.
            Some(NewInbound { raw: entry.raw, ..NewInbound::of(entry.id, item, entry.received_at) })
        });
        n_new += hands.store.insert_inbound(rows.collect()).await?;
    }
    Ok(n_new)
}
