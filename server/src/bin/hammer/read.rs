//! Plays people who read a stocked inbox: pages at a steady pace, whether or not the last one has come.
//! The time runs from the moment at which a page was to be asked for until its first byte is there.

use crate::agent::{page, sign_in};
use crate::connection::Connection;
use crate::stock::{self, ADMIN, AGENT};
use clap::Args;
use model::view::View;
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

#[derive(Args)]
pub struct Read {
    #[arg(long)]
    address: SocketAddr,
    /// How many conversations the inbox was stocked with, and with which seed
    #[arg(long)]
    conversations: u32,
    #[arg(long, default_value_t = 7)]
    seed: u64,
    #[arg(long, default_value_t = 50)]
    a_second: u32,
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    #[arg(long, default_value_t = 2)]
    warm_seconds: u32,
}

/// Connections that nobody uses right now, as a proxy would keep them.
type Idle = Arc<Mutex<Vec<Connection>>>;

struct Cookies {
    admin: String,
    agent: String,
}

impl Read {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let cookies =
            Cookies { admin: sign_in(self.address, ADMIN).await?, agent: sign_in(self.address, AGENT).await? };
        let lists = self.ask(self.seconds, self.a_second, |n| list(&cookies, n)).await?;
        let threads = self.ask(self.seconds, self.a_second, |n| self.thread(&cookies, n)).await?;
        // Words that nobody has said: everything that is looked at is looked at in vain.
        let vain = |n| page(&format!("/inbox?view={}&q=zzyzx", view(n)), &cookies.admin);
        let words = self.ask(5, 10, vain).await?;
        let told = json!({"list": lists, "thread": threads, "words": words});
        writeln!(std::io::stdout(), "{told}")?;
        Ok(())
    }

    fn thread(&self, cookies: &Cookies, n: u32) -> Vec<u8> {
        let mut number = n.wrapping_mul(2_654_435_761) % self.conversations;
        loop {
            let found = stock::find(self.seed, number);
            if n.is_multiple_of(2) {
                return page(&format!("/inbox/{}?view={}", found.id, view(n / 2)), &cookies.admin);
            }
            if !found.is_studio {
                return page(&format!("/inbox/{}?view={}", found.id, view(n / 2)), &cookies.agent);
            }
            number = (number + 1) % self.conversations;
        }
    }

    async fn ask(&self, seconds: u32, a_second: u32, what: impl Fn(u32) -> Vec<u8>) -> Result<Value, Box<dyn Error>> {
        let idle = Idle::default();
        let n_warm = self.warm_seconds * a_second;
        let requests: Vec<Vec<u8>> = (0..n_warm + seconds * a_second).map(what).collect();
        let mut runs = tokio::task::JoinSet::new();
        let begun = Instant::now();
        for (n, request) in (0..).zip(requests) {
            let at = begun + Duration::from_secs(1) * n / a_second;
            sleep_until(at).await;
            let (idle, address) = (Arc::clone(&idle), self.address);
            runs.spawn(async move { (n, open(address, &idle, &request, at).await) });
        }
        let (mut took, mut n_refused) = (Vec::new(), 0);
        while let Some(run) = runs.join_next().await {
            match run? {
                (n, _) if n < n_warm => {}
                (_, Ok((200, after))) => took.push(u32::try_from(after.as_micros()).unwrap_or(u32::MAX)),
                _ => n_refused += 1,
            }
        }
        took.sort_unstable();
        Ok(json!({"p50_ms": at(&took, 50), "p95_ms": at(&took, 95), "p99_ms": at(&took, 99),
            "most_ms": at(&took, 100), "refused": n_refused}))
    }
}

fn list(cookies: &Cookies, n: u32) -> Vec<u8> {
    let cookie = if n.is_multiple_of(2) { &cookies.admin } else { &cookies.agent };
    page(&format!("/inbox?view={}", view(n / 2)), cookie)
}

fn view(n: u32) -> &'static str {
    View::ALL[n as usize % View::ALL.len()].word()
}

async fn open(address: SocketAddr, idle: &Idle, request: &[u8], at: Instant) -> std::io::Result<(u16, Duration)> {
    let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut connection = match kept {
        Some(connection) => connection,
        None => Connection::open(address).await?,
    };
    let (status, begun) = connection.open_page(request).await?;
    idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    Ok((status, begun.saturating_duration_since(at)))
}

/// The time, in milliseconds, within which so many of a hundred had begun to come.
pub fn at(sorted: &[u32], percent: usize) -> Option<f64> {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).map(|it| f64::from(*it) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_of_a_hundred_are_counted_from_the_fastest() {
        let took: Vec<u32> = (1..=200).map(|it| it * 1000).collect();
        assert_eq!([0, 50, 99, 100].map(|it| at(&took, it)), [Some(1.0), Some(101.0), Some(199.0), Some(200.0)]);
        assert_eq!(at(&[], 99), None);
    }

    #[test]
    fn both_people_open_every_view_and_nobody_what_is_out_of_sight() {
        let cookies = Cookies { admin: "mia".to_owned(), agent: "ines".to_owned() };
        let asked: Vec<String> = (0..14).map(|n| String::from_utf8(list(&cookies, n)).unwrap()).collect();
        for view in View::ALL {
            for cookie in ["mia", "ines"] {
                let is = |it: &&String| it.contains(view.word()) && it.contains(&format!("cookie: {cookie}\r\n"));
                assert_eq!(asked.iter().filter(is).count(), 1, "{view:?} {cookie}");
            }
        }
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let read = Read { address, conversations: 40, seed: 7, a_second: 1, seconds: 1, warm_seconds: 0 };
        let hidden: Vec<String> =
            (0..40).map(|n| stock::find(7, n)).filter(|it| it.is_studio).map(|it| it.id.to_string()).collect();
        assert!(!hidden.is_empty());
        for n in (1..80).step_by(2) {
            let request = String::from_utf8(read.thread(&cookies, n)).unwrap();
            assert!(hidden.iter().all(|it| !request.contains(it)), "{request}");
        }
    }
}
