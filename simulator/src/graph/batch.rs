//! Several requests in one.

use super::call::Call;
use super::error::Wrong;
use super::{Answer, asked, handle, reading};
use crate::Shared;
use crate::connection::Way;
use axum::http::Method;
use serde_json::{Value, json};
use std::sync::Arc;

const MOST: usize = 50;
/// Of the answers together; what is left then is not done, and is answered with `null`, as Meta does
/// when its time is up.
const MOST_ANSWERED_BYTES: usize = 8 * 1024 * 1024;

pub fn is_one(call: &Call) -> bool {
    call.method == Method::POST && call.path.is_empty() && call.params.contains_key("batch")
}

/// Each is done as if it had come alone, one after the other; what befalls one on its way befalls all.
pub async fn answer(simulator: &Shared, call: &Call) -> (Answer, Way) {
    let parts = match parts(call) {
        Ok(parts) => parts,
        Err(wrong) => return (Err(wrong.error()), Way::Now),
    };
    let with_headers = call.params.get("include_headers").is_none_or(|it| *it != false && it != "false");
    let mut answers = Vec::new();
    let mut n_bytes = 0;
    let mut way = Way::Now;
    for part in parts {
        if n_bytes > MOST_ANSWERED_BYTES {
            answers.push(Value::Null);
            continue;
        }
        let (answered, way_of_part) = handle(Arc::clone(simulator), part).await;
        way = way.max(way_of_part);
        let body = answered.body.to_string();
        n_bytes += body.len();
        let mut answer = json!({"code": answered.status.as_u16(), "body": body});
        if with_headers {
            let mut headers = vec![json!({"name": "Content-Type", "value": "application/json"})];
            headers.extend(answered.headers.iter().map(|(name, value)| json!({"name": name, "value": value})));
            answer["headers"] = headers.into();
        }
        answers.push(answer);
    }
    (Ok(answers.into()), way)
}

fn parts(call: &Call) -> Result<Vec<Call>, Wrong> {
    let Some(Value::Array(parts)) = asked::object(call, "batch") else {
        return Err(Wrong::parameter("param batch must be an array."));
    };
    if parts.len() > MOST {
        return Err(Wrong::parameter(format!("Too many requests in batch message. Maximum batch size is {MOST}")));
    }
    let parts = parts.iter().map(|it| reading::part(call, it).map(alone)).collect::<Option<_>>();
    parts.ok_or_else(|| Wrong::parameter("param batch must have method and relative_url."))
}

/// Batches of batches would grow without end.
fn alone(part: Call) -> Call {
    let nested = is_one(&part).then(|| Wrong::parameter("A batch cannot contain a batch"));
    Call { malformed: nested.or(part.malformed), ..part }
}
