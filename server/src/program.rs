//! The running program: what every request and every worker may use.

use crate::accounts::Lately;
use crate::actions::Actions;
use crate::api::Api;
use crate::assets::Site;
use crate::assignment::Assigning;
use crate::auth::password::Passwords;
use crate::auth::tries::Tries;
use crate::config::{PublicUrl, Settings};
use crate::desk::Desk;
use crate::endpoints::Telling;
use crate::graph::Graph;
use crate::handovers::Handing;
use crate::health::Health;
use crate::history::Reading;
use crate::inbox::{Counted, SavedCounts};
use crate::intake::Intake;
use crate::live::Live;
use crate::media::fetch::{Fetcher, Limits};
use crate::media::keep::MediaStore;
use crate::outbox::Outbox;
use crate::seams::Seams;
use crate::start::StartError;
use crate::store::Store;
use crate::vault::Vault;
use futures::FutureExt as _;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Long enough that one that panics at once does not fill the log.
const AFTER_A_PANIC: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub struct Program(Arc<Parts>);

pub struct Parts {
    pub store: Arc<dyn Store>,
    pub seams: Seams,
    pub public_url: PublicUrl,
    pub trusted_proxies: Vec<IpAddr>,
    pub site: Site,
    pub passwords: Passwords,
    pub tries: Tries,
    pub intake: Intake,
    pub outbox: Outbox,
    pub actions: Actions,
    pub api: Api,
    pub desk: Desk,
    pub telling: Telling,
    pub handing: Handing,
    pub health: Health,
    pub history: Reading,
    pub assignment: Assigning,
    pub lately: Lately,
    pub counted: Counted,
    pub saved_counts: SavedCounts,
    pub numbers: crate::numbers::Kept,
    pub journal_days: u16,
    pub live: Live,
    pub media: MediaStore,
    pub fetcher: Fetcher,
    /// Told when attachments wait for their files.
    pub media_wanted: Notify,
    /// Told when files are marked, and are to be deleted.
    pub media_marked: Notify,
    /// Signs links to files.
    pub media_key: [u8; 32],
    pub dev_reload: bool,
    pub vault: Vault,
    pub graph: Graph,
    /// Told when somebody is to be deleted.
    pub deletions_wanted: Notify,
    /// Told when it was changed how long something is kept.
    pub retention_wanted: Notify,
    /// Told when Meta is to be asked whether tokens still live.
    pub tokens_doubted: Notify,
    /// There are customers whose names are to be asked for.
    pub profiles_wanted: Notify,
    /// Fires when the program is to end: streams and workers listen to it.
    pub stopping: CancellationToken,
    /// Every worker, so that the end waits for them.
    pub workers: TaskTracker,
}

impl Parts {
    /// As `settings` say, and everything else as at a start.
    pub fn new(
        settings: &Settings,
        (store, media): (Arc<dyn Store>, MediaStore),
        seams: Seams,
        vault: Vault,
        public_url: PublicUrl,
        site: Site,
    ) -> Result<Self, StartError> {
        Ok(Self {
            store,
            seams,
            public_url,
            trusted_proxies: settings.trusted_proxies.clone(),
            site,
            passwords: Passwords::default(),
            tries: Tries::default(),
            intake: Intake::new(settings),
            outbox: Outbox::new(settings),
            actions: Actions::default(),
            api: Api::default(),
            desk: Desk::default(),
            telling: Telling::new(&settings.endpoint_allow),
            handing: Handing::default(),
            health: Health::default(),
            history: Reading::new(settings),
            assignment: Assigning::default(),
            lately: Lately::default(),
            counted: Counted::default(),
            saved_counts: SavedCounts::default(),
            numbers: crate::numbers::Kept::default(),
            journal_days: settings.journal_days,
            live: Live::default(),
            media,
            fetcher: Fetcher::new(&settings.media_allow, Limits::META),
            media_wanted: Notify::new(),
            media_marked: Notify::new(),
            media_key: vault.media_key(),
            dev_reload: settings.dev_reload,
            vault,
            graph: Graph::new(&settings.meta)?.sending_within(Duration::from_secs(settings.send_timeout_s.into())),
            deletions_wanted: Notify::new(),
            retention_wanted: Notify::new(),
            tokens_doubted: Notify::new(),
            profiles_wanted: Notify::new(),
            stopping: CancellationToken::new(),
            workers: TaskTracker::new(),
        })
    }
}

impl Program {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Runs what `work` makes until it ends or the program does. A panic in it is counted, and it is
    /// made and run again after a pause.
    pub fn spawn<W, F>(&self, name: &'static str, work: W)
    where
        W: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let stopping = self.stopping.clone();
        self.workers.spawn(async move {
            let work = async {
                while AssertUnwindSafe(work()).catch_unwind().await.is_err() {
                    metrics::counter!("switchboard_panics_total", "where" => "worker").increment(1);
                    tracing::error!(worker.name = name, "the worker {name} panicked and starts again");
                    tokio::time::sleep(AFTER_A_PANIC).await;
                }
            };
            tokio::select! {
                () = stopping.cancelled() => {}
                () = work => {}
            }
        });
    }
}

impl std::ops::Deref for Program {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
