//! One request to a callback, and again at once if it fails.

use super::letter::Letter;
use super::{handshake, sign};
use crate::Shared;
use crate::world::World;
use crate::world::record::Webhook;
use reqwest::Client;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use std::time::{Duration, Instant};

const TRIES_AT_ONCE: u32 = 3;

/// What a request needs, wherever it is made from.
#[derive(Clone)]
pub struct Post {
    pub simulator: Shared,
    pub client: Client,
    pub app_id: String,
    pub deadline: Duration,
}

impl Post {
    /// Whether it was answered with 200.
    pub async fn try_at_once(self, mut letter: Letter) -> (Letter, bool) {
        for _ in 0..TRIES_AT_ONCE {
            letter.attempts += 1;
            if self.try_once(&letter).await {
                for waiting in letter.delivered.drain(..) {
                    // Whoever waited may have gone.
                    let _ = waiting.send(());
                }
                return (letter, true);
            }
        }
        (letter, false)
    }

    async fn try_once(&self, letter: &Letter) -> bool {
        let to = {
            let world = self.simulator.look();
            let app = world.app(&self.app_id);
            app.and_then(|it| it.callback.as_ref().map(|callback| (callback.url.clone(), it.secret.clone())))
        };
        let Some((url, secret)) = to else { return false };
        let body = letter.body.clone();
        let n = self.record(|world| {
            let at = world.now_ms();
            let app_id = self.app_id.clone();
            let attempt = letter.attempts;
            world.webhooks.add(Webhook { at, app_id, body, attempt, status: None, error: None, took_us: None })
        });
        let key = if letter.wrong_signature { format!("not {secret}") } else { secret };
        let request = self
            .client
            .post(url)
            .header(USER_AGENT, "facebookexternalua")
            .header(CONTENT_TYPE, "application/json")
            .header("X-Hub-Signature", sign::sha1(&key, &letter.bytes))
            .header("X-Hub-Signature-256", sign::sha256(&key, &letter.bytes))
            .body(letter.bytes.clone());
        let begun = Instant::now();
        let answered = tokio::time::timeout(self.deadline, async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            // What it says besides is of no interest, but the connection is kept by reading it.
            response.bytes().await.map(|_| status)
        });
        let (status, error) = match answered.await {
            Ok(Ok(status)) => (Some(status), None),
            Ok(Err(error)) => (None, Some(handshake::why(&error))),
            Err(_) => (None, Some("no answer in time".to_owned())),
        };
        let took_us = status.map(|_| u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
        self.record(|world| {
            if let Some(it) = world.webhooks.get_mut(n) {
                (it.status, it.error, it.took_us) = (status, error, took_us);
            }
        });
        status == Some(200)
    }

    /// Shown to whoever looks on, without waking the couriers.
    pub fn record<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let made = change(&mut self.simulator.look());
        self.simulator.changed.send_replace(());
        made
    }
}
