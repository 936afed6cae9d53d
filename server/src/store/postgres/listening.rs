//! Hearing from the other processes on this database: that changes were numbered, and their words.

use super::{feed, voices};
use crate::start::chain;
use crate::store::signal::Signal;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::Sender;
use tokio_util::task::AbortOnDropHandle;

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Starts when somebody wants to hear: most commands never do.
pub(super) struct Listening {
    options: PgConnectOptions,
    task: Mutex<Option<AbortOnDropHandle<()>>>,
}

impl Listening {
    pub(super) const fn new(options: PgConnectOptions) -> Self {
        Self { options, task: Mutex::new(None) }
    }

    pub(super) fn start(&self, signal: &Signal, words: &Sender<String>) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.is_none() {
            let listening = listen_for_ever(self.options.clone(), signal.clone(), words.clone());
            *task = Some(AbortOnDropHandle::new(tokio::spawn(listening)));
        }
    }

    pub(super) fn stop(&self) {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

async fn listen_for_ever(options: PgConnectOptions, signal: Signal, words: Sender<String>) {
    // A connection of its own: it would be missing among those that work.
    let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None).connect_lazy_with(options);
    let mut pause = FIRST_PAUSE;
    loop {
        let Err(error) = listen(&pool, &signal, &words, &mut pause).await;
        tracing::warn!(error = %chain(&error), "cannot hear of changes by other processes; looking every few seconds");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn listen(
    pool: &PgPool,
    signal: &Signal,
    words: &Sender<String>,
    pause: &mut Duration,
) -> Result<Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([feed::CHANNEL, voices::CHANNEL]).await?;
    *pause = FIRST_PAUSE;
    // What was said before, or while the connection was broken, nobody heard.
    signal.fire();
    loop {
        match listener.try_recv().await? {
            Some(word) if word.channel() == voices::CHANNEL => drop(words.send(word.payload().to_owned())),
            _ => signal.fire(),
        }
    }
}
