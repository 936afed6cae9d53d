//! Plays Meta: posts events over many connections at once, each as soon as its last was answered.

use crate::connection::Connection;
use crate::event::Request;
use crate::machine::{all_cpu_s, cpu_s, peak_mb};
use crate::metrics::{self, Counts};
use clap::Args;
use serde_json::json;
use server::seams::Seams;
use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::time::sleep_until;

/// How long what is left may take to be applied.
const PATIENCE: Duration = Duration::from_mins(3);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

#[derive(Args)]
pub struct Load {
    #[arg(long)]
    address: SocketAddr,
    /// The serving process, whose memory and processor time are read
    #[arg(long)]
    process: String,
    #[arg(long)]
    secret: String,
    #[arg(long, default_value_t = 64)]
    connections: u32,
    #[arg(long, default_value_t = 2000)]
    customers: u64,
    #[arg(long, default_value_t = 2)]
    warm_seconds: u64,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// The part of the time that counts.
#[derive(Clone, Copy)]
struct Window {
    from: Instant,
    until: Instant,
}

/// What one connection met.
#[derive(Default)]
struct Met {
    /// Microseconds of each answer inside the window.
    took: Vec<u32>,
    n_refused: u64,
}

/// What was used up to a moment.
struct Used {
    counts: Counts,
    server: f64,
    hammer: f64,
    machine: f64,
}

impl Load {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let from = Instant::now() + Duration::from_secs(self.warm_seconds);
        let window = Window { from, until: from + Duration::from_secs(self.seconds) };
        let mut observer = Connection::open(self.address).await?;
        let mut customers = tokio::task::JoinSet::new();
        for place in 0..u64::from(self.connections) {
            let connection = Connection::open(self.address).await?;
            let run = post(connection, Request::new(&self.secret), window, place, self.customers);
            customers.spawn(run);
        }
        sleep_until(window.from.into()).await;
        let before = self.used(&mut observer).await?;
        sleep_until(window.until.into()).await;
        let after = self.used(&mut observer).await?;
        let mut met = Met::default();
        while let Some(one) = customers.join_next().await {
            let one = one??;
            met.took.extend(one.took);
            met.n_refused += one.n_refused;
        }
        let ended = Instant::now();
        let at_end = metrics::read(&mut observer).await?;
        let left = rest(&mut observer, ended).await?;
        let rest_s = ended.elapsed().as_secs_f64();
        met.took.sort_unstable();
        self.tell(&met, &before, &after, at_end, left, rest_s)
    }

    async fn used(&self, observer: &mut Connection) -> Result<Used, Box<dyn Error>> {
        Ok(Used {
            counts: metrics::read(observer).await?,
            server: cpu_s(&self.process).ok_or("/proc does not know the process")?,
            hammer: cpu_s("self").unwrap_or_default(),
            machine: all_cpu_s().unwrap_or_default(),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of some seconds")]
    fn tell(
        &self,
        met: &Met,
        before: &Used,
        after: &Used,
        at_end: Counts,
        done: Counts,
        rest_s: f64,
    ) -> Result<(), Box<dyn Error>> {
        let seconds = self.seconds as f64;
        let (n_rows, n_writes) = (after.counts.rows - before.counts.rows, after.counts.writes - before.counts.writes);
        let n_left = done.applied - at_end.applied;
        let told = json!({
            "events_s": met.took.len() as f64 / seconds,
            "refused": met.n_refused,
            "p50_ms": at(&met.took, 50),
            "p99_ms": at(&met.took, 99),
            "group": n_rows / n_writes.max(1.0),
            "applied_s": (after.counts.applied - before.counts.applied) / seconds,
            "rest": n_left,
            "rest_seconds": rest_s,
            "rest_s": n_left / rest_s.max(0.001),
            "server_cpu": (after.server - before.server) / seconds,
            "hammer_cpu": (after.hammer - before.hammer) / seconds,
            "machine_cpu": (after.machine - before.machine) / seconds,
            "memory_mb": peak_mb(&self.process),
        });
        writeln!(std::io::stdout(), "{told}")?;
        Ok(())
    }
}

async fn post(
    mut connection: Connection,
    mut request: Request,
    window: Window,
    place: u64,
    n_customers: u64,
) -> std::io::Result<Met> {
    let seams = Seams::system();
    let mut met = Met::default();
    // Milliseconds, so that a second run on the same database brings other messages.
    let mut number = seams.now().0.unsigned_abs() * 1000 + place;
    let mut customer = place * 31;
    loop {
        let begun = Instant::now();
        if begun >= window.until {
            return Ok(met);
        }
        number += 1000;
        customer = (customer + 7919) % n_customers;
        let (status, _) = connection.ask(request.with(customer, seams.now().0, number)).await?;
        let ended = Instant::now();
        if status != 200 {
            met.n_refused += 1;
        } else if ended >= window.from && ended < window.until {
            met.took.push(u32::try_from((ended - begun).as_micros()).unwrap_or(u32::MAX));
        }
    }
}

/// Waits until everything that was taken in is applied.
async fn rest(observer: &mut Connection, since: Instant) -> Result<Counts, Box<dyn Error>> {
    loop {
        let counts = metrics::read(observer).await?;
        if counts.applied >= counts.rows {
            return Ok(counts);
        }
        if since.elapsed() > PATIENCE {
            return Err(format!("{:.0} rows are not applied", counts.rows - counts.applied).into());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The time, in milliseconds, within which so many of a hundred were answered.
fn at(sorted: &[u32], percent: usize) -> f64 {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |it| f64::from(*it) / 1000.0)
}
