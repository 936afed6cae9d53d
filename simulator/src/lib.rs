//! A Meta that fits in a pocket: accounts, their customers, and a clock of its own that can be
//! moved. It knows nothing of the inbox; whatever speaks to the Graph API can be pointed at it.
//!
//! `world` is what Meta knows and does; `graph` the API that apps ask; `webhook` what apps are told;
//! `control` what steers it all; `page` what a person sees of it.

mod bot;
mod clock;
mod connection;
mod control;
mod faults;
mod files;
mod graph;
mod page;
mod script;
mod seed;
mod webhook;
mod world;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use clock::Clock;
use connection::{Connections, Peer};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use world::World;

/// The second app of the demo's Pages, which answers first.
pub use bot::APP_ID as BOT_APP_ID;
pub use seed::{Part, Seed, cast};
pub use world::account::Platform;

/// What is under way when it is to end gets so long, by the machine's clock: somebody may never finish.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What there is at first.
#[derive(Debug, Clone)]
pub struct Options {
    pub seed: Seed,
    /// Where its clock starts.
    pub now_ms: i64,
    /// The app whose webhooks are posted, and where to.
    pub callback: Option<String>,
    pub app_secret: Option<String>,
    pub verify_token: Option<String>,
}

/// All of it, as every part of the program holds it.
pub struct Simulator {
    world: Mutex<World>,
    /// Something is to be posted, or the clock moved.
    wake: Notify,
    /// Something changed that a page may show.
    changed: watch::Sender<()>,
    /// The program is about to end; what waits for long ends first.
    stopped: watch::Sender<bool>,
    http: reqwest::Client,
}

type Shared = Arc<Simulator>;

impl Simulator {
    fn new(world: World) -> Shared {
        // Once in a program; whoever came first has installed the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Arc::new(Self {
            world: Mutex::new(world),
            wake: Notify::new(),
            changed: watch::Sender::new(()),
            stopped: watch::Sender::new(false),
            http: reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).build().unwrap_or_default(),
        })
    }

    /// To read; what is changed this way nobody is told of.
    fn look(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let changed = change(&mut self.look());
        self.wake.notify_waiters();
        self.changed.send_replace(());
        changed
    }

    /// Ends when the simulator is about to.
    async fn stopping(&self) {
        let _ = self.stopped.subscribe().wait_for(|it| *it).await;
    }
}

fn router(simulator: Shared) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .nest("/control", control::routes())
        .route("/control/", axum::routing::any(control::nothing))
        .merge(page::routes())
        .merge(files::routes())
        .merge(graph::routes())
        .with_state(simulator)
}

/// Somebody who knows a business, and how they stand with it.
#[derive(Debug, Clone)]
pub struct Individual {
    pub id: String,
    pub account_id: String,
    pub platform: Platform,
    /// When one of the two said something last; `None`: never.
    pub last_ms: Option<i64>,
    /// The app that has the conversation, where apps share an account.
    pub owner_app_id: Option<String>,
}

/// Whether this is the app that the simulator itself plays.
pub fn is_the_bot(app_id: &str) -> bool {
    app_id == bot::APP_ID
}

/// A world with its people, ready to be served.
pub struct Meta(Shared);

impl Meta {
    /// `address` is where it will be served; its media is linked to there.
    pub fn new(options: &Options, address: SocketAddr) -> Self {
        let at = format!("http://{}", reached(address));
        let mut world = seed::world(options, Clock::going(options.now_ms), &at);
        match options.seed {
            Seed::Demo => seed::live(&mut world),
            Seed::Empty => seed::samples(&mut world),
        }
        Self(Simulator::new(world))
    }

    pub fn people(&self) -> Vec<Individual> {
        let world = self.0.look();
        let individual = |it: &world::customer::Customer| Individual {
            id: it.id.clone(),
            account_id: it.account_id.clone(),
            platform: it.platform,
            last_ms: it.thread.messages.last().map(|it| it.at_ms),
            owner_app_id: world.owner(&it.id).map(str::to_owned),
        };
        world.customers().iter().map(individual).collect()
    }

    /// Serves on `listener` until `shutdown` ends. With `scripts`, some of the demo's customers go on
    /// writing by themselves.
    pub async fn run(
        self,
        listener: TcpListener,
        scripts: bool,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let Self(simulator) = self;
        let posting = tokio::spawn(webhook::post(Arc::clone(&simulator)));
        let answering = tokio::spawn(bot::run(Arc::clone(&simulator)));
        let acting = scripts.then(|| tokio::spawn(script::run(Arc::clone(&simulator))));
        let served = serve(listener, simulator, shutdown).await;
        posting.abort();
        answering.abort();
        if let Some(acting) = acting {
            acting.abort();
        }
        served
    }
}

async fn serve(
    listener: TcpListener,
    simulator: Shared,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = router(Arc::clone(&simulator)).layer(from_fn(connection::with_address));
    let app = app.into_make_service_with_connect_info::<Peer>();
    let stopping = Arc::clone(&simulator);
    let shutdown = async move {
        shutdown.await;
        stopping.stopped.send_replace(true);
    };
    let too_late = async {
        simulator.stopping().await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    let serving = axum::serve(Connections(listener), app).with_graceful_shutdown(shutdown);
    tokio::select! {
        served = serving.into_future() => served,
        () = too_late => Ok(()),
    }
}

/// Where it can be reached that listens everywhere.
fn reached(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests;
