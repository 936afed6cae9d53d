//! Small units of work, written into the store as fast as it takes them.

use model::audit::Action;
use server::config::DatabaseUrl;
use server::seams::Seams;
use server::store::audit::{Actor, AuditEntry};
use server::store::{self, Store};
use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// For ever: one line with the id for each write that was acknowledged.
pub async fn write(url: &DatabaseUrl, at_once: u32) -> Result<(), Box<dyn Error>> {
    let store = store::open(url).await?;
    let seams = Seams::system();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let (store, seams) = (Arc::clone(&store), seams.clone());
        writers.spawn(async move {
            loop {
                let entry = entry(&seams);
                let id = entry.id;
                if let Err(error) = store.insert_audit(entry).await {
                    return error.to_string();
                }
                let mut out = std::io::stdout().lock();
                if writeln!(out, "{id}").and_then(|()| out.flush()).is_err() {
                    return "nobody listens".to_owned();
                }
            }
        });
    }
    match writers.join_next().await {
        Some(Ok(why)) => Err(why.into()),
        _ => Err("a writer ended".into()),
    }
}

pub async fn bench(url: &DatabaseUrl, seconds: u64) -> Result<(), Box<dyn Error>> {
    let store = store::open(url).await?;
    store.migrate().await?;
    let mut out = std::io::stdout().lock();
    let one = rate(&store, 1, seconds).await?;
    writeln!(out, "{url}")?;
    writeln!(out, "  durable writes, one at a time   {one:>8.0}/s")?;
    for at_once in [64, 1000] {
        let many = rate(&store, at_once, seconds).await?;
        writeln!(out, "  durable writes, {at_once:>4} at once   {many:>8.0}/s   {:.1} times", many / one)?;
    }
    store.close().await;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
async fn rate(store: &Arc<dyn Store>, at_once: u32, seconds: u64) -> Result<f64, Box<dyn Error>> {
    let seams = Seams::system();
    let n_written = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let end = start + Duration::from_secs(seconds);
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let (store, seams, n_written) = (Arc::clone(store), seams.clone(), Arc::clone(&n_written));
        writers.spawn(async move {
            while Instant::now() < end {
                store.insert_audit(entry(&seams)).await?;
                n_written.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, store::StoreError>(())
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    Ok(n_written.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
}

fn entry(seams: &Seams) -> AuditEntry {
    AuditEntry {
        id: seams.new_id(),
        at: seams.now(),
        actor: Actor::System,
        action: Action::SignedIn,
        subject: None,
        detail: None,
        address: Some("192.0.2.1".to_owned()),
    }
}
