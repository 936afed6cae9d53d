//! A bot that answers where an order is, and gives everything else to people with a reason and a summary.
//!
//! It hears of messages in one of two ways: Switchboard posts them to [`Bot::receiver`], signed, if the bot has an endpoint;
//! or it reads them from the stream of events ([`Bot::listen`]). What it does with one is the same.

mod api;
mod orders;

pub use api::Api;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use orders::{Reply, answer};
use ring::hmac;
use serde_json::Value;

/// What went wrong, in words.
pub type Failed = String;

#[derive(Clone)]
pub struct Bot {
    pub api: Api,
}

#[derive(Clone)]
struct Receiver {
    bot: Bot,
    key: hmac::Key,
}

impl Bot {
    /// `POST /events` for an endpoint with this secret.
    pub fn receiver(self, secret: &str) -> Router {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        Router::new().route("/events", post(receive)).with_state(Receiver { bot: self, key })
    }

    /// Reads the stream until it ends; gives where to go on.
    pub async fn listen(&self, after: Option<String>) -> Result<Option<String>, Failed> {
        let mut stream = self.api.events(after).await?;
        while let Some((kind, data)) = stream.next().await? {
            if kind != "message" {
                continue;
            }
            // The stream says which, and not what: so it is asked.
            let id = |field: &str| data[field].as_str().unwrap_or_default().to_owned();
            let conversation = self.api.conversation(&id("conversation_id")).await?;
            if let Some(message) = self.api.message(&id("conversation_id"), &id("message_id")).await? {
                self.hear(&conversation, &message).await?;
            }
        }
        Ok(stream.last_id())
    }

    /// Answers what a customer said, if it is this bot's turn.
    pub async fn hear(&self, conversation: &Value, message: &Value) -> Result<(), Failed> {
        let is_mine = conversation["owner"] == "bot";
        let (Some(id), Some(message_id)) = (conversation["id"].as_str(), message["id"].as_str()) else { return Ok(()) };
        // The same message is told again when it was seen, or when its picture is there.
        if !is_mine || message["direction"] != "in" || message["state"] != "received" {
            return Ok(());
        }
        match answer(message["text"].as_str().unwrap_or_default()) {
            // Named after what it answers: however often that is told, the customer gets one answer.
            Reply::Say(text) => self.api.send(id, &text, &format!("answers-{message_id}")).await,
            Reply::HandOver { reason, summary } => self.api.hand_over(id, &format!("{reason}\n\n{summary}")).await,
        }
    }
}

/// Answers quickly, and with an error only if it is to be told again.
async fn receive(State(it): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("x-hub-signature-256").and_then(|it| it.to_str().ok()).unwrap_or_default();
    if !is_signed(&it.key, signature, &body) {
        return StatusCode::FORBIDDEN;
    }
    let Ok(event) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    if event["event"] != "message" {
        return StatusCode::NO_CONTENT;
    }
    match it.bot.hear(&event["conversation"], &event["message"]).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn is_signed(key: &hmac::Key, signature: &str, body: &[u8]) -> bool {
    let Some(hex) = signature.strip_prefix("sha256=").filter(|it| it.len().is_multiple_of(2) && it.is_ascii()) else {
        return false;
    };
    let bytes: Result<Vec<u8>, _> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16)).collect();
    // In the same time whatever it is: nobody finds out a signature by trying.
    bytes.is_ok_and(|it| hmac::verify(key, body, &it).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_signed_is_heard() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
        let good = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(is_signed(&key, good, b"what do ya want for nothing?"));
        assert!(!is_signed(&key, good, b"what do ya want for something?"));
        for wrong in ["", "sha256=", "sha256=5b", "sha256=zz", "sha1=5bdc", "sha256=é"] {
            assert!(!is_signed(&key, wrong, b"what do ya want for nothing?"), "{wrong}");
        }
    }
}
