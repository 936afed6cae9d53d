//! The few calls of Switchboard's API that the bot makes.

use crate::Failed;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Api {
    client: Client,
    /// Where `/api/v1` is.
    at: String,
    token: String,
}

impl Api {
    /// `url` is that of the inbox.
    pub fn new(url: &str, token: &str) -> Result<Self, Failed> {
        // Fails only if somebody chose one before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().build().map_err(|it| it.to_string())?;
        Ok(Self { client, at: format!("{}/api/v1", url.trim_end_matches('/')), token: token.to_owned() })
    }

    pub(crate) async fn conversation(&self, id: &str) -> Result<Value, Failed> {
        self.ask(Method::GET, &format!("/conversations/{id}"), None).await
    }

    /// One of the newest; an older one was dealt with long ago.
    pub(crate) async fn message(&self, conversation: &str, id: &str) -> Result<Option<Value>, Failed> {
        let page = self.ask(Method::GET, &format!("/conversations/{conversation}/messages?limit=20"), None).await?;
        Ok(page["items"].as_array().and_then(|items| items.iter().find(|it| it["id"] == id)).cloned())
    }

    pub(crate) async fn send(&self, conversation: &str, text: &str, client_id: &str) -> Result<(), Failed> {
        let body = json!({ "text": text, "client_id": client_id });
        self.act(&format!("/conversations/{conversation}/messages"), &body).await
    }

    pub(crate) async fn hand_over(&self, conversation: &str, note: &str) -> Result<(), Failed> {
        let body = json!({ "to": "human", "note": note });
        self.act(&format!("/conversations/{conversation}/handover"), &body).await
    }

    /// Whoever took it over meanwhile answers: that is no failure.
    async fn act(&self, path: &str, body: &Value) -> Result<(), Failed> {
        match self.ask(Method::POST, path, Some(body)).await {
            Err(words) if words.starts_with("409") => Ok(()),
            done => done.map(drop),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failed> {
        let mut request = self.client.request(method, format!("{}{path}", self.at)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(|it| it.to_string())?;
        let status = response.status();
        let text = response.text().await.map_err(|it| it.to_string())?;
        if !status.is_success() {
            return Err(format!("{status}: {text}"));
        }
        serde_json::from_str(&text).map_err(|it| it.to_string())
    }

    pub(crate) async fn events(&self, after: Option<String>) -> Result<Events, Failed> {
        let mut request = self.client.get(format!("{}/events", self.at)).bearer_auth(&self.token);
        if let Some(after) = &after {
            request = request.header("last-event-id", after);
        }
        let response = request.send().await.map_err(|it| it.to_string())?;
        if response.status() != StatusCode::OK {
            return Err(response.status().to_string());
        }
        Ok(Events { response, text: Vec::new(), last_id: after })
    }
}

/// Server-sent events: blocks of lines, parted by empty ones.
pub(crate) struct Events {
    response: Response,
    text: Vec<u8>,
    last_id: Option<String>,
}

impl Events {
    /// Kind and data of the next one; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Result<Option<(String, Value)>, Failed> {
        loop {
            if let Some(end) = self.text.windows(2).position(|it| it == b"\n\n") {
                let block: Vec<u8> = self.text.drain(..end + 2).collect();
                if let Some(event) = self.read(&String::from_utf8_lossy(&block)) {
                    return Ok(Some(event));
                }
                continue;
            }
            match self.response.chunk().await.map_err(|it| it.to_string())? {
                Some(bytes) => self.text.extend(bytes),
                None => return Ok(None),
            }
        }
    }

    fn read(&mut self, block: &str) -> Option<(String, Value)> {
        let field = |name: &str| block.lines().find_map(|it| it.strip_prefix(name)).map(|it| it.trim().to_owned());
        if let Some(id) = field("id:") {
            self.last_id = Some(id);
        }
        Some((field("event:")?, serde_json::from_str(&field("data:")?).ok()?))
    }

    /// With this the next stream begins where this one ended.
    pub(crate) fn last_id(self) -> Option<String> {
        self.last_id
    }
}
