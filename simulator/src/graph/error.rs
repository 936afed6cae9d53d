//! What Meta answers to what it refuses: code, subcode, type and words.

mod words;

use crate::world::account::Platform;
use axum::http::StatusCode;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq)]
pub struct GraphError {
    pub status: StatusCode,
    pub code: u32,
    pub subcode: Option<u32>,
    pub kind: &'static str,
    pub message: String,
    pub user_title: Option<&'static str>,
    pub user_message: Option<String>,
    pub transient: bool,
}

/// Everything that can be wrong with a request, by its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    NoToken,
    TokenInvalid,
    TokenExpired,
    /// With the subcode that says why.
    TokenRevoked(u32),
    ProofInvalid,
    NoSuchObject(String),
    /// The same where something was to be done.
    NoSuchTarget(String),
    NoInstagramUser,
    ConsentRequired,
    /// What is wrong with the parameters, in our words.
    Parameter(String),
    NotPermitted(Platform, &'static str),
    NoHumanAgent,
    /// The owner switched off "Allow access to messages".
    NoMessageAccess,
    NotLinked,
    NoMatchingUser(Platform),
    Unreachable,
    OutsideWindow(Platform),
    DeadTag,
    OtherAppOwns(Platform),
    PrivateReply,
    ActionWithMessage,
    MessageInvalid,
    NoSeveralImages,
    MediaNotFetched,
    MediaOfOtherType,
    MediaTooLarge,
    VideoBroken,
    NotOurUpload,
    TooFast(Platform),
    /// Done, and yet answered with an error.
    SentButError,
}

impl Wrong {
    pub fn parameter(words: impl Into<String>) -> Self {
        Self::Parameter(words.into())
    }

    pub fn error(&self) -> GraphError {
        match self {
            Self::NoToken => known(2500, None),
            Self::TokenInvalid => known(190, None),
            Self::TokenExpired => known(190, Some(463)),
            Self::TokenRevoked(subcode) => known(190, Some(*subcode)),
            Self::ProofInvalid => said(100, None, "Invalid appsecret_proof provided in the API argument"),
            Self::NoSuchObject(id) => no_such("get", id),
            Self::NoSuchTarget(id) => no_such("post", id),
            Self::NoInstagramUser => known(9010, None),
            Self::ConsentRequired => known(230, None),
            Self::Parameter(words) => said(100, None, &format!("(#100) {words}")),
            Self::NotPermitted(Platform::Instagram, permission) => {
                said(10, None, &format!("(#10) This action requires the permission {permission}"))
            }
            Self::NotPermitted(Platform::Page, permission) => {
                said(200, None, &format!("(#200) Requires {permission} permission to manage the object"))
            }
            Self::NoHumanAgent => said(10, None, "(#10) The app has not been granted the feature Human Agent"),
            Self::NoMessageAccess => known(200, Some(2_534_041)),
            Self::NotLinked => known(100, Some(2_534_013)),
            Self::NoMatchingUser(Platform::Instagram) => known(100, Some(2_534_014)),
            Self::NoMatchingUser(Platform::Page) => known(100, Some(2_018_001)),
            Self::Unreachable => known(551, Some(1_545_041)),
            Self::OutsideWindow(Platform::Instagram) => known(10, Some(2_534_022)),
            Self::OutsideWindow(Platform::Page) => known(10, Some(2_018_278)),
            Self::DeadTag => known(100, None),
            Self::OtherAppOwns(Platform::Instagram) => known(100, Some(2_534_037)),
            Self::OtherAppOwns(Platform::Page) => known(10, Some(2_018_300)),
            Self::PrivateReply => known(100, Some(2_534_025)),
            Self::ActionWithMessage => known(100, Some(2_018_014)),
            Self::MessageInvalid => known(100, Some(2_534_015)),
            Self::NoSeveralImages => known(100, Some(2_534_068)),
            Self::MediaNotFetched => known(100, Some(2_018_008)),
            Self::MediaOfOtherType => known(100, Some(2_018_047)),
            Self::MediaTooLarge => known(100, Some(2_018_109)),
            Self::VideoBroken => known(100, Some(2_018_294)),
            Self::NotOurUpload => known(100, Some(2_018_074)),
            Self::TooFast(Platform::Instagram) => known(613, Some(2_534_040)),
            Self::TooFast(Platform::Page) => known(613, None),
            Self::SentButError => known(1, Some(1_357_046)),
        }
    }
}

impl From<Wrong> for GraphError {
    fn from(wrong: Wrong) -> Self {
        wrong.error()
    }
}

fn no_such(method: &str, id: &str) -> GraphError {
    let message = format!(
        "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
         permissions, or does not support this operation"
    );
    said(100, Some(33), &message)
}

fn known(code: u32, subcode: Option<u32>) -> GraphError {
    said(code, subcode, words::of(code, subcode))
}

fn said(code: u32, subcode: Option<u32>, message: &str) -> GraphError {
    GraphError {
        // Which status goes with which code is not documented: mostly 400.
        status: match code {
            1 | 2 => StatusCode::INTERNAL_SERVER_ERROR,
            200 => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        },
        code,
        subcode,
        kind: if code == 9010 { "IGApiException" } else { "OAuthException" },
        message: message.to_owned(),
        user_title: None,
        user_message: None,
        transient: matches!(code, 2 | 4),
    }
}

impl GraphError {
    /// As it was ordered for this request.
    pub fn of_fault(code: u32, subcode: Option<u32>, status: Option<u16>) -> Self {
        let error = known(code, subcode);
        Self { status: status.and_then(|it| StatusCode::from_u16(it).ok()).unwrap_or(error.status), ..error }
    }

    pub fn body(&self, fbtrace: &str) -> Value {
        let mut error = json!({"message": self.message, "type": self.kind, "code": self.code});
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = subcode.into();
        }
        if self.transient {
            error["is_transient"] = true.into();
        }
        if let Some(title) = self.user_title {
            error["error_user_title"] = title.into();
        }
        if let Some(message) = &self.user_message {
            error["error_user_msg"] = message.clone().into();
        }
        error["fbtrace_id"] = fbtrace.into();
        json!({"error": error})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(error: &Value) -> Vec<(String, bool)> {
        error["error"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.is_string())).collect()
    }

    #[test]
    fn errors_have_the_keys_the_types_and_the_words_of_metas() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payloads");
        let mut n = 0;
        for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = file.file_name().into_string().unwrap();
            // Its words name an object; the test of what does not exist has it.
            if !name.starts_with("graph.error.") || name.contains("object_missing") {
                continue;
            }
            let metas: Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
            let number = |key: &str| metas["error"][key].as_u64().map(|it| u32::try_from(it).unwrap());
            let ours = GraphError::of_fault(number("code").unwrap(), number("error_subcode"), None).body("A");
            assert_eq!(keys(&ours), keys(&metas), "{name}");
            for key in ["message", "type", "code", "error_subcode", "is_transient"] {
                assert_eq!(ours["error"][key], metas["error"][key], "{name}: {key}");
            }
            n += 1;
        }
        assert_eq!(n, 38);
        let ours = Wrong::NoSuchObject("0".to_owned()).error().body("A");
        let metas: Value =
            serde_json::from_str(include_str!("../../tests/payloads/graph.error.object_missing.json")).unwrap();
        assert_eq!((keys(&ours), &ours["error"]["message"]), (keys(&metas), &metas["error"]["message"]));
    }
}
