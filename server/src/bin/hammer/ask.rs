//! Plays an inbox that answers everybody at once: sends messages to a pretended Meta as fast as it takes
//! them. It must never be what holds up a measurement of the inbox.

use crate::connection::Connection;
use clap::Args;
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct Ask {
    #[arg(long)]
    address: SocketAddr,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// Whom to write to, and with which token.
#[derive(Clone)]
struct Reach {
    customer: String,
    token: String,
}

impl Ask {
    pub async fn run(self) -> Result<(), Box<dyn Error>> {
        let mut control = Connection::open(self.address).await?;
        let all = reach(&mut control).await?;
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let mut runs = tokio::task::JoinSet::new();
        for place in 0..self.connections {
            let connection = Connection::open(self.address).await?;
            runs.spawn(send(connection, all.clone(), until, place));
        }
        let mut took = Vec::new();
        let mut n_refused = 0;
        while let Some(run) = runs.join_next().await {
            let (answers, refused) = run??;
            took.extend(answers);
            n_refused += refused;
        }
        took.sort_unstable();
        let at = |percent: usize| took.get(took.len() * percent / 100).map(|it| f64::from(*it) / 1000.0);
        #[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
        let requests_s = took.len() as f64 / self.seconds as f64;
        let told = json!({"requests_s": requests_s, "refused": n_refused, "p50_ms": at(50), "p99_ms": at(99)});
        writeln!(std::io::stdout(), "{told}")?;
        Ok(())
    }
}

/// Every customer says something, so that they may be answered.
async fn reach(control: &mut Connection) -> Result<Vec<Reach>, Box<dyn Error>> {
    call(control, "POST", "/control/limits", &json!({"lifted": true})).await?;
    let state = call(control, "GET", "/control/state", &Value::Null).await?;
    let none = Vec::new();
    let accounts = state["accounts"].as_array().unwrap_or(&none);
    let mut all = Vec::new();
    for customer in state["customers"].as_array().unwrap_or(&none) {
        // A Page's conversations may be another app's.
        let is_theirs = |it: &&Value| it["id"] == customer["account_id"] && it["platform"] == "instagram";
        let account = accounts.iter().find(is_theirs);
        let (Some(id), Some(token)) = (customer["id"].as_str(), account.and_then(|it| it["token"].as_str())) else {
            continue;
        };
        let hello = json!({"send": {"text": "Hello!"}});
        // One who blocked the shop writes no more.
        if call(control, "POST", &format!("/control/customers/{id}/do"), &hello).await.is_ok() {
            all.push(Reach { customer: id.to_owned(), token: token.to_owned() });
        }
    }
    if all.is_empty() { Err("nobody can be written to".into()) } else { Ok(all) }
}

async fn call(control: &mut Connection, method: &str, path: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, answer) = control.ask(&request(method, path, "", &body)).await?;
    if status >= 300 {
        return Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(&answer)).into());
    }
    Ok(serde_json::from_slice(&answer).unwrap_or_default())
}

fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Microseconds of each answer, and how many were refused.
async fn send(
    mut connection: Connection,
    all: Vec<Reach>,
    until: Instant,
    place: usize,
) -> std::io::Result<(Vec<u32>, u64)> {
    let (mut took, mut n_refused) = (Vec::new(), 0);
    for to in all.iter().cycle().skip(place * 7) {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        let body =
            json!({"recipient": {"id": to.customer}, "message": {"text": "Yes, two left. Shall I reserve one?"}});
        let (status, _) = connection.ask(&request("POST", "/v25.0/me/messages", &to.token, &body.to_string())).await?;
        if status == 200 {
            took.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
        } else {
            n_refused += 1;
        }
    }
    Ok((took, n_refused))
}
