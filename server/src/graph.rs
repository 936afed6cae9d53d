//! Meta's Graph API as we speak it: one client for both hosts. A token goes into a header (but
//! for refreshing it, where Meta knows it in the address only) and never into a log; what comes back is an answer or a [`GraphError`] that says what to do.

pub mod control;
pub mod conversations;
pub mod decision;
mod error;
pub mod login;
mod posts;
mod profile;
pub mod send;
pub mod standing;
mod token;
pub mod usage;

pub use error::{GraphError, Kind};
pub use profile::Profile;
pub use token::LastingToken;

use crate::chance::hex;
use crate::config::{AppSecret, MetaAppId, MetaSettings, OurApp};
use crate::start::{StartError, chain};
use model::platform::Login;
use reqwest::{Client, RequestBuilder, Response, redirect};
use ring::hmac;
use send::Answered;
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use url::Url;
use usage::Usage;

const TO_CONNECT: Duration = Duration::from_secs(5);
const TO_ANSWER: Duration = Duration::from_secs(15);
const TO_SEND: Duration = Duration::from_secs(30);

/// Answers hold some texts; whatever is longer is none of Meta's.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

pub struct Graph {
    client: Client,
    facebook: Url,
    instagram: Url,
    /// Where people log in, and where Instagram's codes become tokens.
    facebook_people: Url,
    instagram_people: Url,
    instagram_programs: Url,
    version: String,
    app_id: Option<MetaAppId>,
    /// The Meta app's, for tokens of which nobody said by which app they were made.
    secret: Option<AppSecret>,
    apps: Vec<OurApp>,
    send_timeout: Duration,
}

/// What opens one account.
#[derive(Debug, Clone)]
pub struct Access {
    pub login: Login,
    pub token: Token,
    /// The app of ours that it was made by, if that is known.
    pub app: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// It goes into a header.
    pub fn is_sayable(text: &str) -> bool {
        text.bytes().all(|it| it.is_ascii_graphic())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

impl Graph {
    pub fn new(meta: &MetaSettings) -> Result<Self, StartError> {
        // Fails only if a provider was installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .connect_timeout(TO_CONNECT)
            .timeout(TO_ANSWER)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| StartError::new(format!("cannot prepare to speak to Meta: {}", chain(&error))))?;
        Ok(Self {
            client,
            facebook: meta.graph_url.0.clone(),
            instagram: meta.instagram_graph_url.0.clone(),
            facebook_people: meta.graph_url.beside("www"),
            instagram_people: meta.instagram_graph_url.beside("www"),
            instagram_programs: meta.instagram_graph_url.beside("api"),
            version: meta.graph_version.0.clone(),
            app_id: meta.app_id.clone(),
            secret: meta.app_secrets.first().cloned(),
            apps: meta.apps(),
            send_timeout: TO_SEND,
        })
    }

    /// After so long without an answer nobody knows whether a message was sent.
    #[must_use]
    pub fn sending_within(self, send_timeout: Duration) -> Self {
        Self { send_timeout, ..self }
    }

    /// Asks for what is at `path`, below the version.
    pub async fn get(&self, access: &Access, path: &[&str], query: &[(&str, &str)]) -> Result<Value, GraphError> {
        self.ask(access, self.client.get(self.address(access, path, query))).await.outcome
    }

    /// A post to `path`, below the version.
    fn posting(&self, access: &Access, path: &[&str]) -> RequestBuilder {
        self.client.post(self.address(access, path, &[]))
    }

    fn address(&self, access: &Access, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = match access.login {
            Login::Instagram => self.instagram.clone(),
            Login::Page => self.facebook.clone(),
        };
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().push(&self.version).extend(path);
        }
        let proof = self.proof(access);
        if !query.is_empty() || proof.is_some() {
            url.query_pairs_mut().extend_pairs(query).extend_pairs(proof.map(|it| ("appsecret_proof", it)));
        }
        url
    }

    /// That we hold the app's secret besides the token. No page of Meta's asks for it on Instagram's host.
    fn proof(&self, access: &Access) -> Option<String> {
        if access.login != Login::Page {
            return None;
        }
        let secret = match &access.app {
            None => self.secret.as_ref()?,
            // Another app's secret would be refused.
            Some(id) => &self.app_called(Login::Page, id)?.secret,
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
        Some(hex(hmac::sign(&key, access.token.expose().as_bytes()).as_ref()))
    }

    async fn ask(&self, access: &Access, request: RequestBuilder) -> Answered<Value> {
        self.say(access, request.bearer_auth(access.token.expose())).await
    }

    /// Meta may repeat the token of `access`; nobody hears it.
    async fn say(&self, access: &Access, request: RequestBuilder) -> Answered<Value> {
        let answered = match request.send().await {
            Ok(response) => read(response).await,
            Err(error) => Answered { outcome: Err(GraphError::of_transport(error)), usage: Usage::default() },
        };
        Answered { outcome: answered.outcome.map_err(|error| error.without(&access.token)), ..answered }
    }
}

async fn read(response: Response) -> Answered<Value> {
    let status = response.status().as_u16();
    let usage = Usage::of(response.headers());
    let body = whole(status, response).await;
    Answered { outcome: body.and_then(|it| error::answer(status, &it, usage.wait_s)), usage }
}

async fn whole(status: u16, mut response: Response) -> Result<Vec<u8>, GraphError> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(GraphError::of_transport)? {
        body.extend_from_slice(&part);
        if body.len() > LONGEST_ANSWER {
            return Err(GraphError::strange(status, "the answer is too long"));
        }
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Cli;
    use clap::Parser as _;

    fn access(login: Login) -> Access {
        Access { login, token: Token::new("EAABsbCS1iHgBO0ExampleTokenForTestsOnly".to_owned()), app: None }
    }

    fn graph() -> Graph {
        let secrets = "5f1d0c7e9ab34a6c8e2b7f90d4c1a3b5,c0ffee00112233445566778899aabbcc";
        Graph::new(&Cli::parse_from(["switchboard", "check", "--meta-app-secrets", secrets]).settings.meta).unwrap()
    }

    #[test]
    fn the_proof_is_metas_and_goes_to_its_own_host_only() {
        let proof = "2f293bba5b8d243bd20c040b8e77dc3048ea0d6fa61e4a77a0fa632b78f660ec";
        assert_eq!(graph().proof(&access(Login::Page)).as_deref(), Some(proof));
        assert_eq!(graph().proof(&access(Login::Instagram)), None);
    }

    #[test]
    fn the_proof_is_made_with_the_secret_of_the_tokens_own_app() {
        let args =
            ["switchboard", "check", "--meta-app-secrets", "c0ffee00", "--meta-more-apps", "facebook:7:5f1d0c7e"];
        let graph = Graph::new(&Cli::parse_from(args).settings.meta).unwrap();
        let proof = |app: Option<&str>| graph.proof(&Access { app: app.map(str::to_owned), ..access(Login::Page) });
        assert!(proof(None).is_some() && proof(Some("7")).is_some());
        assert_ne!(proof(None), proof(Some("7")));
        assert_eq!(proof(Some("8")), None, "a wrong one would be refused");
    }

    #[test]
    fn an_address_has_the_host_of_the_login_and_never_the_token() {
        let to = |login| graph().address(&access(login), &["me", "a/b?c"], &[("fields", "name,username")]).to_string();
        assert_eq!(to(Login::Instagram), "https://graph.instagram.com/v25.0/me/a%2Fb%3Fc?fields=name%2Cusername");
        assert!(to(Login::Page).starts_with("https://graph.facebook.com/v25.0/me/"), "{}", to(Login::Page));
        assert!(!to(Login::Page).contains("EAAB") && to(Login::Page).contains("&appsecret_proof=2f293bba"));
        assert_eq!(format!("{:?}", access(Login::Page)), "Access { login: Page, token: Token, app: None }");
    }
}
