//! What Meta answers when it does not do what it was asked for. The codes decide: the status is
//! mostly 400 whatever happened, and the words are translated and changed.

use super::Token;
use super::decision::is_known;
use crate::start::chain;
use serde_json::Value;
use std::fmt;

/// In place of Meta's words.
pub(super) const SAYS_NOTHING: &str = "Meta does not say what is wrong";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    pub kind: Kind,
    /// `None`: there was no answer.
    pub status: Option<u16>,
    pub code: Option<i32>,
    pub subcode: Option<i32>,
    /// Meta's words, or ours where Meta said nothing. Not for logs.
    pub message: String,
    /// What Meta wrote for people.
    pub user_message: Option<String>,
    /// What Meta's support asks for.
    pub trace: Option<String>,
    /// What was asked for may have been done all the same: a message must not be sent again.
    pub in_doubt: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The person never wrote to us, so their profile is not ours to see.
    NoConsent,
    /// Meta knows nobody of this id, or nobody that we may know.
    UnknownPerson,
    /// Only connecting the account again helps.
    TokenDead,
    /// Our app, or whoever gave it the token, may not do this.
    Permission,
    /// `wait_s` is what Meta says, if it says something.
    RateLimited { wait_s: Option<i64> },
    /// Another time it may work.
    Transient,
    /// It will never work as it was asked.
    Other,
}

/// For logs: the codes, no words.
impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.subcode, self.status) {
            (Some(code), Some(subcode), _) => write!(f, "Meta's error {code}/{subcode}"),
            (Some(code), None, _) => write!(f, "Meta's error {code}"),
            (None, _, Some(status)) => write!(f, "Meta's answer {status}"),
            (None, _, None) => write!(f, "no answer from Meta: {}", self.message),
        }
    }
}

impl std::error::Error for GraphError {}

impl GraphError {
    pub(super) fn new(kind: Kind, status: Option<u16>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, status, code: None, subcode: None, message, user_message: None, trace: None, in_doubt: false }
    }

    /// No answer, or not all of it.
    pub(super) fn of_transport(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let kind = if error.is_builder() { Kind::Other } else { Kind::Transient };
        let in_doubt = !error.is_builder() && !error.is_connect();
        Self { in_doubt, ..Self::new(kind, None, chain(&error)) }
    }

    /// An answer that is not in Meta's form.
    pub(super) fn strange(status: u16, message: &str) -> Self {
        let kind = match status {
            429 => Kind::RateLimited { wait_s: None },
            200..=299 | 500.. => Kind::Transient,
            _ => Kind::Other,
        };
        Self { in_doubt: kind == Kind::Transient, ..Self::new(kind, Some(status), message) }
    }

    /// Meta repeats a malformed token in its words.
    pub(super) fn without(mut self, token: &Token) -> Self {
        if !token.expose().is_empty() {
            self.message = self.message.replace(token.expose(), "…");
            self.user_message = self.user_message.map(|it| it.replace(token.expose(), "…"));
        }
        self
    }

    /// Why, for whoever looks after the account.
    pub fn reason(&self) -> String {
        let words = self.user_message.as_deref().unwrap_or(&self.message);
        match (self.code, self.subcode) {
            (Some(code), Some(subcode)) => format!("{words} ({code}/{subcode})"),
            (Some(code), None) => format!("{words} ({code})"),
            (None, _) => words.to_owned(),
        }
    }
}

/// An error may come with any status, 200 included.
pub(super) fn answer(status: u16, body: &[u8], wait_s: Option<i64>) -> Result<Value, GraphError> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Err(GraphError::strange(status, "the answer is not JSON").waiting(wait_s));
    };
    match value.get("error") {
        Some(error) if !error.is_null() => Err(of_body(status, error).waiting(wait_s)),
        _ if value.get("error_message").is_some() => Err(of_body(status, &value).waiting(wait_s)),
        _ if (200..=299).contains(&status) => Ok(value),
        _ => Err(GraphError::strange(status, "the answer does not say what is wrong").waiting(wait_s)),
    }
}

impl GraphError {
    fn waiting(mut self, says: Option<i64>) -> Self {
        if let Kind::RateLimited { wait_s } = &mut self.kind {
            *wait_s = says;
        }
        self
    }
}

fn of_body(status: u16, error: &Value) -> GraphError {
    let words = |key: &str| error[key].as_str().filter(|it| !it.is_empty()).map(shortened);
    let message = words("message").or_else(|| words("error_message")).or_else(|| error.as_str().map(shortened));
    let message = message.unwrap_or_else(|| SAYS_NOTHING.to_owned());
    let (Some(code), subcode) = (number(&error["code"]), number(&error["error_subcode"])) else {
        return GraphError { message, ..GraphError::strange(status, "") };
    };
    let transient = error["is_transient"].as_bool() == Some(true);
    GraphError {
        kind: kind(code, subcode, transient),
        status: Some(status),
        code: Some(code),
        subcode,
        message,
        user_message: words("error_user_msg"),
        trace: words("fbtrace_id"),
        in_doubt: may_have_been_done(status, code, subcode),
    }
}

fn may_have_been_done(status: u16, code: i32, subcode: Option<i32>) -> bool {
    match (code, subcode) {
        // Definite, although the code is not.
        (1 | 2, Some(99 | 1_545_133 | 2_534_001 | 2_534_122)) => false,
        (1 | 2, _) | (_, Some(1_357_046)) => true,
        _ => status >= 500 && !is_known(code, subcode),
    }
}

fn kind(code: i32, subcode: Option<i32>, transient: bool) -> Kind {
    match (code, subcode) {
        (190 | 102, _) => Kind::TokenDead,
        (230, _) => Kind::NoConsent,
        (9010, _) | (100, Some(33 | 2_018_001 | 2_018_218 | 2_534_014)) => Kind::UnknownPerson,
        // A person who cannot be reached, or an abuse of tags: no limit that ends, no right that is missing.
        (200, Some(1_545_041)) | (613, Some(2_018_338)) => Kind::Other,
        (4 | 17 | 32 | 341 | 368 | 613 | 80_000..=80_099, _) => Kind::RateLimited { wait_s: None },
        (1, Some(99)) | (100, Some(2_018_247 | 2_534_013)) | (10, None | Some(2_534_077)) | (3 | 25 | 200..=299, _) => {
            Kind::Permission
        }
        (1 | 2 | 1200, _) => Kind::Transient,
        _ if transient => Kind::Transient,
        _ => Kind::Other,
    }
}

/// A number, also one in quotes.
fn number(value: &Value) -> Option<i32> {
    value.as_i64().and_then(|it| it.try_into().ok()).or_else(|| value.as_str()?.trim().parse().ok())
}

/// Enough to understand it.
fn shortened(words: &str) -> String {
    words.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(status: u16, body: &str) -> GraphError {
        answer(status, body.as_bytes(), Some(60)).unwrap_err()
    }

    #[test]
    fn strange_answers_are_understood_as_far_as_they_go() {
        let limited = Kind::RateLimited { wait_s: Some(60) };
        for (status, body, kind, in_doubt) in [
            (200, r#"{"error": {"message": "x", "code": "190", "error_subcode": "463"}}"#, Kind::TokenDead, false),
            (500, r#"{"error": {"message": "x", "code": 10}}"#, Kind::Permission, false),
            (400, r#"{"error": "no"}"#, Kind::Other, false),
            (400, r#"{"error": {}}"#, Kind::Other, false),
            (400, r#"{"error_type": "OAuthException", "code": 400, "error_message": "x"}"#, Kind::Other, false),
            (400, "[]", Kind::Other, false),
            (302, "", Kind::Other, false),
            (429, "<html>", limited, false),
            (200, "<html>", Kind::Transient, true),
            (502, "<html>", Kind::Transient, true),
            (503, r#"{"error": {"message": "x"}}"#, Kind::Transient, true),
            (400, r#"{"error": {"code": 77, "is_transient": true}}"#, Kind::Transient, false),
            (400, r#"{"error": {"code": 4, "is_transient": true}}"#, limited, false),
            (400, r#"{"error": {"code": 1, "error_subcode": 1357046}}"#, Kind::Transient, true),
            (400, r#"{"error": {"code": 2, "error_subcode": 1545133}}"#, Kind::Transient, false),
            (400, r#"{"error": {"code": 10, "error_subcode": 2534022}}"#, Kind::Other, false),
            (500, r#"{"error": {"code": 10, "error_subcode": 2534022}}"#, Kind::Other, false),
            (500, r#"{"error": {"code": 77}}"#, Kind::Other, true),
            (400, r#"{"error": {"code": 1, "error_subcode": 2534122}}"#, Kind::Transient, false),
        ] {
            let error = refused(status, body);
            assert_eq!((error.kind, error.in_doubt), (kind, in_doubt), "{status} {body}");
        }
        assert_eq!(answer(200, br#"{"error": null}"#, None), Ok(serde_json::json!({"error": null})));
    }

    #[test]
    fn an_error_shows_no_words_in_logs_and_no_token_anywhere() {
        let body = r#"{"error": {"message": "Malformed access token EAAB-kiln", "code": 190, "fbtrace_id": "Ax"}}"#;
        let error = refused(400, body).without(&Token::new("EAAB-kiln".to_owned()));
        assert_eq!(error.to_string(), "Meta's error 190");
        assert_eq!(error.reason(), "Malformed access token … (190)");
        assert!(!format!("{error:?}").contains("kiln"));
        assert_eq!(error.trace.as_deref(), Some("Ax"));
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(status: u16, body: Vec<u8>, words: String, code: i64) {
            let _ = answer(status, &body, None);
            let body = serde_json::json!({"error": {"message": words, "code": code}}).to_string();
            prop_assert!(answer(status, body.as_bytes(), None).is_err());
        }
    }
}
