//! What the pretended Meta has noted down: how its webhooks were answered, and what it was asked.

use crate::meta::Meta;
use reqwest::Method;
use serde_json::Value;
use std::error::Error;

/// Of what it was asked: an answer holds fifty messages.
const REQUESTS: u64 = 200;
const WEBHOOKS: u64 = 1000;

/// Where it was looked at last.
#[derive(Default)]
pub struct Record {
    after: u64,
}

/// How webhooks were answered.
#[derive(Default)]
pub struct Answered {
    /// How long each took that was acknowledged, in microseconds, the fastest first.
    pub took: Vec<u32>,
    /// Tries that were not acknowledged: they are made again.
    pub n_in_vain: usize,
}

impl Record {
    /// Since it was looked at last.
    pub async fn webhooks(&mut self, meta: &Meta) -> Result<Answered, Box<dyn Error>> {
        let mut answered = Answered::default();
        loop {
            let items = self.page(meta, "webhooks", WEBHOOKS).await?;
            if items.is_empty() {
                answered.took.sort_unstable();
                return Ok(answered);
            }
            for it in items {
                match it["took_us"].as_u64().filter(|_| it["status"] == 200) {
                    Some(took_us) => answered.took.push(u32::try_from(took_us).unwrap_or(u32::MAX)),
                    None => answered.n_in_vain += 1,
                }
            }
        }
    }

    async fn page(&mut self, meta: &Meta, of: &str, limit: u64) -> Result<Vec<Value>, Box<dyn Error>> {
        let path = format!("{of}?after={}&limit={limit}", self.after);
        let mut page = meta.ask(Method::GET, &path, &Value::Null).await?;
        self.after = page["next"].as_u64().unwrap_or(self.after);
        match page["items"].take() {
            Value::Array(items) => Ok(items),
            other => Err(format!("{path}: {other}").into()),
        }
    }
}

/// How often it was asked for conversations and for their messages.
pub async fn n_asked(meta: &Meta) -> Result<usize, Box<dyn Error>> {
    let (mut record, mut n_asked) = (Record::default(), 0);
    loop {
        let items = record.page(meta, "requests", REQUESTS).await?;
        if items.is_empty() {
            return Ok(n_asked);
        }
        n_asked += items.iter().filter(|it| is_about_history(it)).count();
    }
}

fn is_about_history(request: &Value) -> bool {
    let path = request["path"].as_str().unwrap_or_default();
    let last = path.split('?').next().and_then(|it| it.rsplit('/').next());
    request["method"] == "GET" && matches!(last, Some("conversations" | "messages"))
}

#[cfg(test)]
mod tests {
    use super::is_about_history;
    use serde_json::json;

    #[test]
    fn what_reads_back_is_told_from_what_sends() {
        let is = |method: &str, path: &str| is_about_history(&json!({"method": method, "path": path}));
        assert!(is("GET", "/v25.0/me/conversations?platform=instagram") && is("GET", "/v25.0/t_1/messages"));
        assert!(!is("POST", "/v25.0/me/messages") && !is("GET", "/v25.0/5501"));
    }
}
