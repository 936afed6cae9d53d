//! A Meta that fits in a pocket: accounts, their customers, and a clock of its own that can be
//! moved. It knows nothing of the inbox; whatever speaks to the Graph API can be pointed at it.
//!
//! So far it holds the world that the demo plays in, and shows it: `/` for people, `/control/…`
//! for programs, `/v25.0/…` for whoever takes it for Meta.

mod control;
mod graph;
mod page;
mod world;

use axum::Router;
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use world::World;

pub use world::{Account, App, Platform};

/// What the world holds at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// The pottery shop of the demo: three accounts and their customers.
    Demo,
    Empty,
}

/// The simulator as an axum router. `now_ms` is where its clock starts.
pub fn router(seed: Seed, now_ms: i64) -> Router {
    let world: Shared = Arc::new(Mutex::new(World::new(seed, now_ms)));
    Router::new()
        .route("/", get(page::customers))
        .route("/healthz", get(|| async { "ok\n" }))
        .nest("/control", control::routes())
        .merge(graph::routes())
        .with_state(world)
}

/// The apps and accounts that a world begins with, for whoever connects to them.
pub fn cast(seed: Seed) -> (Vec<App>, Vec<Account>) {
    let world = World::new(seed, 0);
    (world.apps, world.accounts)
}

type Shared = Arc<Mutex<World>>;

/// Serves on `listener` until `shutdown` ends.
pub async fn run(
    listener: TcpListener,
    seed: Seed,
    now_ms: i64,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = router(seed, now_ms).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await
}
