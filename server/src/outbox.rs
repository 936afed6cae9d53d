//! What an agent sends, from pressing Send to its fate.
//!
//! `reply` looks at it and writes messages and jobs in one unit of work. `worker` claims jobs, one a
//! conversation; a claim is durable before the request leaves, so that whatever may have left is
//! known after a crash. `leave` carries one job to Meta and notes what came of it; what was taken at one
//! time is noted together (`settling`). `doubt` finds out about those of which nobody knows; they are
//! never sent again by themselves.

mod doubt;
mod leave;
mod reply;
mod request;
mod settling;
mod worker;

pub use reply::{discard, react, reply, retry, take_back, typing};
pub(crate) use reply::{queue, react_as};

use crate::config::Settings;
use crate::program::Program;
use crate::store::sends::Pace;
use model::ids::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

/// Requests under way at once, of all accounts.
const AT_ONCE: usize = 256;

/// A little slower than Meta allows, so that what the network brings together stays below it:
/// 100 texts, links and reactions a second and account, 10 audio and video, 750 private replies an hour.
const PACE: Pace = Pace { texts_ms: 12, media_ms: 125, private_replies_ms: 5000 };

pub struct Outbox {
    /// There is something to send.
    pub wanted: Notify,
    /// There is something that nobody knows the fate of.
    doubted: Notify,
    room: Arc<Semaphore>,
    settling: settling::Settling,
    /// How long an echo may take before Meta is asked.
    echo_wait: Duration,
    /// What was last noted of how much of its limits each account has used.
    usage: Mutex<HashMap<AccountId, i32>>,
    /// No other process serves this database: what is running at the start is an orphan.
    pub(crate) serves_alone: bool,
}

impl Outbox {
    pub fn new(settings: &Settings) -> Self {
        Self {
            wanted: Notify::new(),
            doubted: Notify::new(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            settling: settling::Settling::default(),
            usage: Mutex::default(),
            echo_wait: Duration::from_secs(settings.echo_wait_s.into()),
            serves_alone: matches!(settings.database_url, crate::config::DatabaseUrl::Sqlite(_)),
        }
    }
}

impl Outbox {
    /// Whether to note that an account has used so much: only what changes its pace is written.
    fn usage_is_news(&self, account: AccountId, percent: i32, from: i32) -> bool {
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = usage.entry(account).or_default();
        let is_news = percent != *noted && (percent >= from || *noted >= from);
        if is_news {
            *noted = percent;
        }
        is_news
    }
}

pub fn start(program: &Program) {
    let (sending, asking) = (program.clone(), program.clone());
    program.spawn("outbox", move || worker::run(sending.clone()));
    program.spawn("doubts", move || doubt::run(asking.clone()));
}
