//! The pretended Meta's control interface.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

pub struct Meta {
    client: Client,
    at: SocketAddr,
    /// The last request of its record that was looked at.
    seen: u64,
}

/// A message that arrived.
pub struct Arrival {
    pub text: String,
    pub at_ms: i64,
    pub status: u64,
}

impl Meta {
    pub fn at(at: SocketAddr) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { client: Client::builder().no_proxy().build().unwrap_or_default(), at, seen: 0 }
    }

    pub async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
        let request = self.client.request(method, format!("http://{}/control/{path}", self.at)).json(body);
        let response = request.send().await?;
        let status = response.status();
        let answer = response.text().await?;
        if status.is_success() {
            Ok(serde_json::from_str(&answer).unwrap_or_default())
        } else {
            Err(format!("{path}: {status} {answer}").into())
        }
    }

    pub async fn post(&self, path: &str, body: Value) -> Result<Value, Box<dyn Error>> {
        self.ask(Method::POST, path, &body).await
    }

    /// The next `n` messages that arrive, or as many as there are when patience ends.
    pub async fn arrivals(&mut self, n: usize, patience: Duration) -> Result<Vec<Arrival>, Box<dyn Error>> {
        let mut arrived = Vec::new();
        let mut progress = Instant::now();
        while arrived.len() < n && progress.elapsed() < patience {
            let page = self.ask(Method::GET, &format!("requests?after={}&limit=5000", self.seen), &json!(null)).await?;
            let next = page["next"].as_u64().unwrap_or(self.seen);
            if next == self.seen {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
            self.seen = next;
            progress = Instant::now();
            arrived.extend(page["items"].as_array().into_iter().flatten().filter_map(arrival));
        }
        Ok(arrived)
    }
}

fn arrival(it: &Value) -> Option<Arrival> {
    let text = it["body"]["message"]["text"].as_str()?.to_owned();
    Some(Arrival { text, at_ms: it["at"].as_i64()?, status: it["status"].as_u64()? })
}
