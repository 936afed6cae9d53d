//! The parameters of a request, whichever way they were written: a number in a query is text to one
//! program and JSON to another.

use super::call::Call;
use super::error::GraphError;
use super::refusal;
use serde_json::Value;
use std::collections::BTreeSet;
use time::OffsetDateTime;
use time::macros::format_description;

/// As text; `None` if it is not there or empty.
pub fn word(call: &Call, key: &str) -> Option<String> {
    match call.params.get(key)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|it| !it.is_empty()),
        other => Some(other.to_string()),
    }
}

pub fn needed(call: &Call, key: &str) -> Result<String, GraphError> {
    word(call, key).ok_or_else(|| refusal::parameter(&format!("The parameter {key} is required")))
}

/// An object that a form holds as text.
pub fn object(call: &Call, key: &str) -> Option<Value> {
    match call.params.get(key)? {
        Value::String(text) => serde_json::from_str(text).ok(),
        other => Some(other.clone()),
    }
}

/// A list: `a,b`, or `["a", "b"]`.
pub fn words(call: &Call, key: &str) -> Option<BTreeSet<String>> {
    match object(call, key) {
        Some(Value::Array(all)) => Some(all.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => Some(comma_list(&word(call, key)?)),
    }
}

pub fn comma_list(text: &str) -> BTreeSet<String> {
    text.split([',', ' ']).map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// `"123"` and `123` are the same id.
pub fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|it| !it.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `2026-11-18T09:41:07+0000`.
pub fn moment(at_ms: i64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+0000");
    let at = OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000)).ok();
    at.and_then(|it| it.format(format).ok()).unwrap_or_default()
}

/// `Wed, 18 Nov 2026 09:41:07 GMT`: what time it is here, as HTTP says it.
pub fn http_date(at_ms: i64) -> Option<String> {
    let format =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000)).ok()?.format(format).ok()
}
