//! What Meta answers to what it refuses: code, subcode, type and words.

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
    NoSuchObject(String),
    NoInstagramUser,
    ConsentRequired,
}

impl Wrong {
    pub fn error(&self) -> GraphError {
        match self {
            Self::NoToken => {
                error(2500, None, "An active access token must be used to query information about the current user.")
            }
            Self::TokenInvalid => error(190, None, "Invalid OAuth access token - Cannot parse access token"),
            Self::TokenExpired => error(190, Some(463), "Error validating access token: Session has expired."),
            Self::TokenRevoked(subcode) => {
                error(190, Some(*subcode), "Error validating access token: The session has been invalidated.")
            }
            Self::NoSuchObject(id) => GraphError {
                kind: "GraphMethodException",
                ..error(
                    100,
                    Some(33),
                    &format!(
                        "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to \
                         missing permissions, or does not support this operation"
                    ),
                )
            },
            Self::NoInstagramUser => {
                GraphError { kind: "IGApiException", ..error(9010, None, "No matching Instagram user") }
            }
            Self::ConsentRequired => error(230, None, "(#230) User consent is required to access user profile"),
        }
    }
}

fn error(code: u32, subcode: Option<u32>, message: &str) -> GraphError {
    GraphError {
        status: StatusCode::BAD_REQUEST,
        code,
        subcode,
        kind: "OAuthException",
        message: message.to_owned(),
        user_title: None,
        user_message: None,
        transient: false,
    }
}

impl GraphError {
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
