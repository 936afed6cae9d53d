//! A request to the Graph API as the platform reads it: whichever host, version, encoding and place
//! of the token, here it is one thing.

use super::error::{GraphError, Wrong};
use crate::world::World;
use crate::world::account::{Account, Holder, Token};
use axum::http::Method;
use ring::hmac;
use serde_json::{Map, Value, json};

#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    /// As it came, without the query.
    pub raw_path: String,
    /// Without the version: `me/messages` is `["me", "messages"]`.
    pub path: Vec<String>,
    /// Of query, form, multipart and JSON together; what looks like JSON in a form is read as it.
    pub params: Map<String, Value>,
    pub file: Option<File>,
    pub token: Option<String>,
    /// Why it could not be read.
    pub malformed: Option<Wrong>,
    /// It is not answered before its echo was delivered.
    pub echo_first: bool,
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
        self.check_proof(world, token)?;
        let account = match &token.holder {
            Holder::Account(id) => world.account(id),
            Holder::User => None,
        };
        Ok(Caller { token, account })
    }

    /// Whoever gives a proof that the app's secret is known must give the right one.
    fn check_proof(&self, world: &World, token: &Token) -> Result<(), GraphError> {
        let Some(given) = self.params.get("appsecret_proof") else { return Ok(()) };
        let secret = world.app(&token.app_id).map_or("", |it| it.secret.as_str());
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let proof = given.as_str().and_then(of_hex).unwrap_or_default();
        hmac::verify(&key, token.value.as_bytes(), &proof).map_err(|_| Wrong::ProofInvalid.error())
    }

    /// Whom it is about, for the record and for what goes wrong on demand: the account that is named,
    /// that the recipient belongs to, or that the token speaks for.
    pub fn account(&self, world: &World) -> Option<String> {
        let holder = match self.token.as_deref().and_then(|it| world.token(it)).map(|it| &it.holder) {
            Some(Holder::Account(id)) => Some(id.as_str()),
            _ => None,
        };
        let named = self.path.first().and_then(|id| world.account(id)).map(|it| it.id.as_str());
        let recipient = |key: &str| self.params.get("recipient")?.get(key)?.as_str();
        let customer = || Some(world.customer(recipient("id")?)?.account_id.as_str());
        let commenter = || {
            let id = recipient("comment_id").or(recipient("post_id"))?;
            Some(world.comments.iter().find(|it| it.id == id)?.account_id.as_str())
        };
        let of_recipient = customer().or_else(commenter);
        // A Page's token may be used for the Instagram account that is linked to it.
        let speaks_for = |id: &str| holder.is_some_and(|holder| world.accounts_of(holder).any(|it| it.id == id));
        of_recipient.filter(|it| speaks_for(it)).or(named).or(holder).map(str::to_owned)
    }

    /// What is told of it in the record.
    pub fn told(&self) -> Value {
        let mut params = self.params.clone();
        if let Some(file) = &self.file {
            let told = json!({"name": file.name, "content_type": file.content_type, "n_bytes": file.bytes.len()});
            params.insert("filedata".to_owned(), told);
        }
        params.into()
    }
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|it| it.to_digit(16)).collect();
    digits?.chunks(2).map(|it| u8::try_from(it.first()? * 16 + it.get(1)?).ok()).collect()
}
