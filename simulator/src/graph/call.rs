//! A request to the Graph API as the platform reads it: whichever host, version, encoding and place
//! of the token, here it is one thing.

use crate::world::World;
use crate::world::account::{Account, Holder, Token};
use axum::http::Method;
use serde_json::{Map, Value};

use super::error::{GraphError, Wrong};

#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    /// Without the version: `me/messages` is `["me", "messages"]`.
    pub path: Vec<String>,
    /// Of query, form, multipart and JSON together; what looks like JSON in a form is read as it.
    pub params: Map<String, Value>,
    pub file: Option<File>,
    pub token: Option<String>,
}

/// The `filedata` of an upload.
#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    pub content_type: String,
    pub bytes: axum::body::Bytes,
}

/// On whose behalf.
pub struct Caller<'a> {
    pub token: &'a Token,
    /// `None` for somebody who logged in, and is no account.
    pub account: Option<&'a Account>,
}

impl Call {
    pub fn text(&self, key: &str) -> Option<&str> {
        self.params.get(key).and_then(Value::as_str)
    }

    /// As far as the token is one that works.
    pub fn caller<'a>(&self, world: &'a World) -> Result<Caller<'a>, GraphError> {
        let value = self.token.as_deref().ok_or_else(|| Wrong::NoToken.error())?;
        let token = world.token(value).ok_or_else(|| Wrong::TokenInvalid.error())?;
        if let Some(subcode) = token.revoked {
            return Err(Wrong::TokenRevoked(subcode).error());
        }
        if token.expires_ms.is_some_and(|at| at <= world.now_ms()) {
            return Err(Wrong::TokenExpired.error());
        }
        let account = match &token.holder {
            Holder::Account(id) => world.account(id),
            Holder::User => None,
        };
        Ok(Caller { token, account })
    }
}
