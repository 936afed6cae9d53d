//! What a program sends, read strictly: a field that is not known is an error, so that a misspelt one is noticed.

use super::problem::{Kind, Problem};
use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use model::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::str::FromStr;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// More than the largest template.
const BODY_MOST: usize = 256 * 1024;

/// The body of a request, as JSON.
pub(super) struct Given<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Kind::MediaType, "Send JSON, and say so: \"Content-Type: application/json\"."));
        }
        let too_large = || Problem::new(Kind::TooLarge, format!("A request has at most {BODY_MOST} bytes."));
        let announced = request.headers().get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|it| it > BODY_MOST) {
            return Err(too_large());
        }
        let bytes = to_bytes(request.into_body(), BODY_MOST).await.map_err(|_| too_large())?;
        read(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| Problem::new(Kind::Malformed, format!("This is not JSON: {error}.")))?;
    if !value.is_object() {
        return Err(Problem::invalid("An object is expected."));
    }
    if has_nul(&value) {
        return Err(Problem::invalid("A text holds the character U+0000, which cannot be kept."));
    }
    serde_json::from_value(value).map_err(|error| Problem::invalid(format!("{error}.")))
}

/// Postgres keeps no such text.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The part of an address behind `?`.
pub(super) struct Wanted<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Wanted<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::try_from_uri(&parts.uri).map_err(|refused| Problem::invalid(refused.body_text()))?;
        Ok(Self(query.0))
    }
}

/// What is no id names nothing.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

const LIMIT: u32 = 50;
const LIMIT_MOST: u32 = 100;

pub(super) fn limit(wanted: Option<u32>) -> Result<u32, Problem> {
    match wanted {
        None => Ok(LIMIT),
        Some(limit) if (1..=LIMIT_MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::invalid(format!("\"limit\" is a number from 1 to {LIMIT_MOST}."))),
    }
}

/// Where a page begins: after what stands there.
pub(super) fn cursor<T: FromStr>(text: Option<&str>) -> Result<Option<(Timestamp, T)>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let read = |(at, id): (&str, &str)| Some((Timestamp(at.parse().ok()?), id.parse().ok()?));
    let found = text.split_once('.').and_then(read);
    found.map(Some).ok_or_else(|| Problem::invalid("\"cursor\" is what another page gave as \"next_cursor\"."))
}

pub(super) fn write_cursor(at: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{}.{id}", at.0)
}

/// A moment as RFC 3339 writes it.
pub(super) fn moment(name: &str, text: &str) -> Result<Timestamp, Problem> {
    let wrong = || Problem::invalid(format!("\"{name}\" is a time such as 2026-11-20T14:12:05Z."));
    let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| wrong())?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).map(Timestamp).map_err(|_| wrong())
}

/// Tells `null` from nothing at all.
#[expect(clippy::option_option, reason = "nobody is not the same as nothing said")]
pub(super) fn even_null<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::MessageId;

    #[derive(Debug, PartialEq, Deserialize)]
    #[expect(clippy::option_option, reason = "nobody is not the same as nothing said")]
    #[serde(deny_unknown_fields)]
    struct Note {
        text: String,
        #[serde(default, deserialize_with = "even_null")]
        to: Option<Option<u8>>,
    }

    #[test]
    fn what_is_not_known_or_cannot_be_kept_is_refused() {
        let note = |to| Ok(Note { text: "Hi".to_owned(), to });
        assert_eq!(read::<Note>(br#"{"text":"Hi"}"#), note(None));
        assert_eq!(read::<Note>(br#"{"text":"Hi","to":null}"#), note(Some(None)));
        assert_eq!(read::<Note>(br#"{"text":"Hi","to":1}"#), note(Some(Some(1))));
        for (wrong, status) in [
            (&br#"{"text":"Hi","txet":1}"#[..], 422),
            (br#"{"text":"H\u0000i"}"#, 422),
            (br#"{"text":1}"#, 422),
            (br#"["Hi"]"#, 422),
            (br#"{"text""#, 400),
            (b"\xff", 400),
            (b"", 400),
        ] {
            let problem = serde_json::to_value(read::<Note>(wrong).unwrap_err()).unwrap();
            assert_eq!(problem["status"], status, "{problem}");
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let (at, id) = (Timestamp(1_795_183_925_000), MessageId::from_bits(7));
        assert_eq!(cursor(Some(&write_cursor(at, id))), Ok(Some((at, id))));
        assert_eq!(cursor::<MessageId>(None), Ok(None));
        for wrong in ["", "1", "1.x", "x.00000000000000000000000007", "99999999999999999999.00000000000000000000000007"]
        {
            assert!(cursor::<MessageId>(Some(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_moment_is_read_in_any_zone() {
        for (text, at) in [("1970-01-01T00:00:01Z", 1000), ("1970-01-01T01:00:00.5+01:00", 500)] {
            assert_eq!(moment("at", text), Ok(Timestamp(at)), "{text}");
        }
        for wrong in ["", "tomorrow", "1970-01-01", "1970-01-01T00:00:01"] {
            assert!(moment("at", wrong).is_err(), "{wrong}");
        }
    }
}
