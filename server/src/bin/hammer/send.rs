//! Plays agents who press Send, beside a pretended Meta that notes when each request arrives: how long a
//! message takes from one to the other, alone and when there are many.

mod bed;

use crate::connection::Connection;
use crate::meta::{Arrival, Meta};
use bed::Bed;
use clap::Args;
use model::outgoing::Replied;
use model::wire;
use serde_json::json;
use std::collections::HashMap;
use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

#[derive(Args)]
pub struct Send {
    /// The program, to connect accounts and add the agent
    #[arg(long)]
    program: PathBuf,
    #[arg(long)]
    database_url: String,
    /// Where the inbox listens
    #[arg(long)]
    inbox: SocketAddr,
    /// Where the pretended Meta listens
    #[arg(long)]
    meta: SocketAddr,
    #[arg(long)]
    verify_token: String,
    #[arg(long, default_value_t = 300)]
    alone: usize,
    #[arg(long, default_value_t = 500)]
    a_second: usize,
    #[arg(long, default_value_t = 20)]
    seconds: usize,
    #[arg(long, default_value_t = 16)]
    connections: usize,
}

/// So that one is over before the next begins.
const BETWEEN_TWO: Duration = Duration::from_millis(40);
const PATIENCE: Duration = Duration::from_mins(1);

impl Send {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let mut meta = Meta::at(self.meta);
        let bed = Bed::make(&self.program, &self.database_url, self.inbox, &mut meta, &self.verify_token).await?;
        let alone = self.alone(&bed, &mut meta).await?;
        let many = self.many(&bed, &mut meta).await?;
        let told = json!({
            "alone_p50_ms": percent(&alone, 50), "alone_p99_ms": percent(&alone, 99),
            "many_p50_ms": percent(&many.took_ms, 50), "many_p99_ms": percent(&many.took_ms, 99),
            "sent_s": many.sent_s, "refused": many.n_refused, "lost": many.n_lost,
        });
        writeln!(std::io::stdout(), "{told}")?;
        Ok(())
    }

    /// One after the other, with nothing else to do.
    async fn alone(&self, bed: &Bed, meta: &mut Meta) -> Result<Vec<i64>, Box<dyn Error>> {
        let mut connection = Connection::open(self.inbox).await?;
        let mut pressed = HashMap::new();
        for n in 0..self.alone {
            let text = format!("alone {n}");
            pressed.insert(text.clone(), now_ms());
            press(&mut connection, bed, n, &text).await?;
            tokio::time::sleep(BETWEEN_TWO).await;
        }
        let arrived = meta.arrivals(self.alone, PATIENCE).await?;
        Ok(took(&pressed, &arrived))
    }

    /// At a steady pace, whether or not they have gone out.
    async fn many(&self, bed: &Bed, meta: &mut Meta) -> Result<Many, Box<dyn Error>> {
        let n_all = self.a_second * self.seconds;
        let begun = Instant::now();
        let mut runs = tokio::task::JoinSet::new();
        for place in 0..self.connections {
            let mut connection = Connection::open(self.inbox).await?;
            let (bed, step, pace) = (bed.clone(), self.connections, self.a_second);
            runs.spawn(async move {
                let mut pressed = HashMap::new();
                for n in (place..n_all).step_by(step) {
                    let at = begun + Duration::from_micros(n as u64 * 1_000_000 / pace as u64);
                    tokio::time::sleep_until(at).await;
                    let text = format!("many {n}");
                    pressed.insert(text.clone(), now_ms());
                    press(&mut connection, &bed, n, &text).await?;
                }
                Ok::<_, std::io::Error>(pressed)
            });
        }
        let mut pressed = HashMap::new();
        while let Some(run) = runs.join_next().await {
            pressed.extend(run??);
        }
        let arrived = meta.arrivals(n_all, PATIENCE).await?;
        let (first, last) = (arrived.iter().map(|it| it.at_ms).min(), arrived.iter().map(|it| it.at_ms).max());
        let lasted_ms = last.unwrap_or_default() - first.unwrap_or_default();
        let taken = arrived.iter().filter(|it| it.status == 200).count();
        #[expect(clippy::cast_precision_loss, reason = "counts of some seconds")]
        let sent_s = taken as f64 * 1000.0 / lasted_ms.max(1) as f64;
        let n_refused = arrived.len() - taken;
        Ok(Many { took_ms: took(&pressed, &arrived), sent_s, n_refused, n_lost: n_all.saturating_sub(taken) })
    }
}

struct Many {
    took_ms: Vec<i64>,
    sent_s: f64,
    n_refused: usize,
    n_lost: usize,
}

async fn press(connection: &mut Connection, bed: &Bed, n: usize, text: &str) -> std::io::Result<()> {
    let conversation = &bed.conversations[n % bed.conversations.len()];
    let client_id = text.replace(' ', "-");
    let reply = json!({"client_id": client_id, "parts": [{"kind": "text", "text": text}]});
    let body = json!({"conversation": conversation, "reply": reply}).to_string();
    let request = format!(
        "POST /fn/send_reply HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        bed.cookie,
        body.len()
    );
    let (status, answer) = connection.ask(request.as_bytes()).await?;
    match wire::read_of_any_build(&answer) {
        Ok(Replied::Queued { .. }) if status == 200 => Ok(()),
        other => Err(std::io::Error::other(format!("not queued: {status} {other:?}"))),
    }
}

fn took(pressed: &HashMap<String, i64>, arrived: &[Arrival]) -> Vec<i64> {
    let of = |it: &Arrival| pressed.get(&it.text).map(|at| it.at_ms - at);
    let mut took: Vec<i64> = arrived.iter().filter_map(of).collect();
    took.sort_unstable();
    took
}

fn percent(sorted: &[i64], percent: usize) -> Option<i64> {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied()
}

fn now_ms() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a measurement of the real clock")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |it| i64::try_from(it.as_millis()).unwrap_or_default())
}
