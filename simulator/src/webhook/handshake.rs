//! Before anything is posted, the callback shows that it expects us.

use crate::world::account::Callback;
use reqwest::{Client, Url};
use std::time::Duration;

/// What came of it, for the record.
pub struct Asked {
    pub status: Option<u16>,
    /// `None` if the callback answered as it should.
    pub error: Option<String>,
}

pub async fn ask(client: &Client, callback: &Callback, challenge: &str, deadline: Duration) -> Asked {
    let mut url = match Url::parse(&callback.url) {
        Ok(url) => url,
        Err(error) => return Asked { status: None, error: Some(format!("the callback is no address: {error}")) },
    };
    url.query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.verify_token", &callback.verify_token)
        .append_pair("hub.challenge", challenge);
    let answer = async {
        let response = client.get(url).send().await?;
        let status = response.status().as_u16();
        Ok::<_, reqwest::Error>((status, response.text().await?))
    };
    match tokio::time::timeout(deadline, answer).await {
        Err(_) => Asked { status: None, error: Some("the callback did not answer the handshake in time".to_owned()) },
        Ok(Err(error)) => Asked { status: None, error: Some(format!("the callback was not reached: {}", why(&error))) },
        Ok(Ok((200, body))) if body == challenge => Asked { status: Some(200), error: None },
        Ok(Ok((200, _))) => {
            Asked { status: Some(200), error: Some("the callback answered the handshake without the challenge".into()) }
        }
        Ok(Ok((status, _))) => {
            Asked { status: Some(status), error: Some(format!("the callback refused the handshake with {status}")) }
        }
    }
}

/// The innermost cause; what stands around it says only that a request failed.
pub fn why(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
