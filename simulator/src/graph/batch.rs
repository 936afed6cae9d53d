//! Several requests in one.

use super::call::Call;
use super::error::Wrong;
use super::{Answer, handle, reading};
use crate::Shared;
use crate::connection::Way;
use serde_json::{Value, json};
use std::sync::Arc;

const MOST: usize = 50;

/// Each is done as if it had come alone, one after the other; what befalls one on its way befalls all.
pub async fn answer(simulator: &Shared, call: &Call) -> (Answer, Way) {
    let parts = match call.params.get("batch") {
        Some(Value::Array(parts)) if parts.len() <= MOST => parts,
        Some(Value::Array(_)) => {
            return (
                Err(Wrong::parameter(format!("Too many requests in batch message. Maximum batch size is {MOST}"))
                    .error()),
                Way::Now,
            );
        }
        _ => return (Err(Wrong::parameter("param batch must be an array.").error()), Way::Now),
    };
    let with_headers = call.params.get("include_headers").is_none_or(|it| *it != false && it != "false");
    let mut answers = Vec::new();
    let mut way = Way::Now;
    for part in parts {
        let Some(part) = reading::part(call, part) else {
            return (Err(Wrong::parameter("param batch must have method and relative_url.").error()), way);
        };
        let (answered, way_of_part) = handle(Arc::clone(simulator), part).await;
        way = way.max(way_of_part);
        let mut answer = json!({"code": answered.status.as_u16(), "body": answered.body.to_string()});
        if with_headers {
            let mut headers = vec![json!({"name": "Content-Type", "value": "application/json"})];
            headers.extend(answered.headers.iter().map(|(name, value)| json!({"name": name, "value": value})));
            answer["headers"] = headers.into();
        }
        answers.push(answer);
    }
    (Ok(answers.into()), way)
}
