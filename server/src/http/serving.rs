//! Taking connections until told to stop, then ending in an orderly way within ten seconds.

use super::{Pages, router};
use crate::intake;
use crate::program::Program;
use crate::store::StoreResult;
use axum::serve::ListenerExt as _;
use model::time::DAY_S;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// How long what is in flight may take to finish.
const TO_FINISH: Duration = Duration::from_secs(8);
/// How long workers and the store may take after that.
const TO_CLOSE: Duration = Duration::from_millis(1500);

/// Serves on `listener` until `shutdown` ends: then no new connections are taken, requests in
/// flight are finished, streams closed, workers waited for, and the store closed last.
pub async fn run(
    program: Program,
    pages: Pages,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let stopping = program.stopping.clone();
    let told = stopping.clone();
    tokio::spawn(async move {
        shutdown.await;
        tracing::info!("stopping");
        told.cancel();
    });
    start_upkeep(&program);
    crate::live::start(&program);
    let app = router(&program, pages).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        // Answers are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
    });
    let serving = axum::serve(listener, app).with_graceful_shutdown(stopping.clone().cancelled_owned());
    let in_time = async {
        stopping.cancelled().await;
        tokio::time::sleep(TO_FINISH).await;
    };
    let served = tokio::select! {
        served = async { serving.await } => served,
        () = in_time => {
            tracing::warn!("some requests did not finish in time and were cut off");
            Ok(())
        }
    };
    stopping.cancel();
    program.workers.close();
    let closed = tokio::time::timeout(TO_CLOSE, async {
        program.workers.wait().await;
        program.store.close().await;
    });
    if closed.await.is_err() {
        tracing::warn!("some workers did not end in time");
    }
    served
}

/// What goes on beside the requests: what came in is applied, names are asked for, what is old goes.
fn start_upkeep(program: &Program) {
    intake::worker::start(program);
    crate::media::worker::start(program);
    crate::media::sweep::start(program);
    let upkeep = program.clone();
    program.spawn("upkeep", move || keep_up(upkeep.clone()));
    crate::profiles::start(program);
    crate::accounts::refresh::start(program);
    crate::outbox::start(program);
    crate::actions::start(program);
    crate::desk::start(program);
    crate::handovers::start(program);
    crate::health::start(program);
    crate::history::start(program);
    crate::search::worker::start(program);
    crate::assignment::start(program);
    crate::endpoints::start(program);
    crate::contacts::erase::start(program);
    crate::rights::start(program);
    crate::retention::start(program);
}

async fn keep_up(program: Program) {
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    let mut n_minutes = 0u64;
    loop {
        minute.tick().await;
        crate::telemetry::metrics().run_upkeep();
        if n_minutes.is_multiple_of(60) {
            sweep(&program).await;
        }
        n_minutes += 1;
    }
}

/// How many rows go in one unit of work.
const AT_ONCE: u32 = 200;

/// Removing rests for so many times as long as it worked: after weeks of standing still there are
/// millions of old rows, and what comes in meanwhile goes before.
const REST: u32 = 4;
const LEAST_REST: Duration = Duration::from_millis(20);

/// So long somebody is told of what they have read, and of what they have not.
const NOTIFICATIONS_READ_S: i64 = 30 * DAY_S;
const NOTIFICATIONS_S: i64 = 90 * DAY_S;

/// What is old enough goes. One that fails is tried again within the hour.
async fn sweep(program: &Program) {
    let (store, now) = (program.store.as_ref(), program.seams.now());
    let oldest = now.plus_s(-DAY_S * i64::from(program.journal_days));
    swept("sessions that ran out", store.purge_sessions(now).await);
    swept("ways to Meta that ran out", store.purge_connecting(now).await);
    swept("changes that everybody has seen", in_pieces(|| store.purge_changes(now.plus_s(-DAY_S))).await);
    let told_before = now.plus_s(-DAY_S * i64::from(crate::endpoints::KEPT_DAYS));
    swept("what endpoints were told", in_pieces(|| store.purge_deliveries(told_before, AT_ONCE)).await);
    swept("rows of the journal", in_pieces(|| store.purge_inbound(oldest, AT_ONCE)).await);
    swept("words about messages that never came", store.purge_waiting(oldest).await);
    let (read, all) = (now.plus_s(-NOTIFICATIONS_READ_S), now.plus_s(-NOTIFICATIONS_S));
    swept("old notifications", in_pieces(|| store.purge_notifications(read, all, AT_ONCE)).await);
}

/// Until nothing is left; says how many rows that were.
async fn in_pieces<P>(piece: impl Fn() -> P) -> StoreResult<u64>
where
    P: Future<Output = StoreResult<u64>>,
{
    let mut n_rows = 0;
    loop {
        let begun = Instant::now();
        match piece().await? {
            0 => return Ok(n_rows),
            n => n_rows += n,
        }
        tokio::time::sleep((begun.elapsed() * REST).max(LEAST_REST)).await;
    }
}

fn swept(what: &'static str, removed: StoreResult<u64>) {
    match removed {
        Ok(n_rows) => tracing::debug!(n_rows, "removed {what}"),
        Err(error) => tracing::warn!(error = %crate::start::chain(&error), "{what} stay for now"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::assets::Site;
    use crate::config::{Cli, SecretKey};
    use crate::media::keep::MediaStore;
    use crate::program::Parts;
    use crate::seams::Seams;
    use crate::vault::Vault;
    use axum::Router;
    use axum::routing::get;
    use clap::Parser as _;

    /// A program on a database of its own, in a folder that goes with the test's process.
    pub(crate) async fn program() -> Program {
        let folder = tempfile::tempdir().unwrap().keep();
        let store = crate::store::open(&crate::config::DatabaseUrl::in_folder(&folder)).await.unwrap();
        store.migrate().await.unwrap();
        crate::telemetry::metrics();
        let media = format!("file://{}", folder.join("media").display());
        let settings = Cli::parse_from(["switchboard", "check", "--dev-reload", "--media-url", &media]).settings;
        let vault = Vault::new(&SecretKey([7; 32]));
        let public_url = "http://127.0.0.1".parse().unwrap();
        let media = MediaStore::open(&settings.media_url).unwrap();
        Program::new(Parts::new(&settings, (store, media), Seams::system(), vault, public_url, Site(&[])).unwrap())
    }

    #[tokio::test]
    async fn stopping_finishes_what_is_in_flight_and_closes_streams() {
        let program = program().await;
        let (entered, wait_entered) = tokio::sync::oneshot::channel();
        let (go, wait_go) = tokio::sync::oneshot::channel::<()>();
        let slow = std::sync::Mutex::new(Some((entered, wait_go)));
        let slow = std::sync::Arc::new(slow);
        let slow_route = get(move || {
            let taken = slow.lock().unwrap().take();
            async move {
                let (entered, wait_go) = taken.unwrap();
                entered.send(()).unwrap();
                wait_go.await.unwrap();
                "finished"
            }
        });
        let pages = Pages { open: Router::new().route("/slow", slow_route), inside: Router::new() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stopping = program.stopping.clone();
        let running = tokio::spawn(run(program, pages, listener, async move { stopped.await.unwrap_or_default() }));
        let client = client();
        let mut stream = client.get(format!("{at}/dev/reload")).send().await.unwrap();
        assert!(stream.chunk().await.unwrap().is_some(), "the stream is open");
        let in_flight = tokio::spawn(client.get(format!("{at}/slow")).send());
        wait_entered.await.unwrap();
        let start = Instant::now();
        stop.send(()).unwrap();
        stopping.cancelled().await;
        go.send(()).unwrap();
        assert_eq!(in_flight.await.unwrap().unwrap().text().await.unwrap(), "finished");
        while stream.chunk().await.unwrap().is_some() {}
        running.await.unwrap().unwrap();
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(client.get(format!("{at}/healthz")).send().await.is_err(), "no new connections");
    }

    #[tokio::test]
    async fn a_worker_that_panics_runs_again() {
        let program = program().await;
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let n_runs = std::sync::atomic::AtomicU32::new(0);
        program.spawn("test", move || {
            let run = n_runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let tell = tell.clone();
            async move {
                assert!(run > 0, "the first run fails");
                tell.send(run).unwrap();
            }
        });
        assert_eq!(told.recv().await, Some(1));
    }

    fn client() -> reqwest::Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder().no_proxy().build().unwrap()
    }
}
