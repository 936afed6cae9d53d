//! Posting a body to an address that somebody typed.

use crate::chance::hex;
use crate::config::MediaOrigin;
use crate::media::address::{self, NotPublic, PublicNames, SystemNames, Trust};
use crate::media::fetch::Refusal;
use model::endpoints::UrlProblem;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, ClientBuilder};
use ring::hmac;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use url::{Origin, Url};

const CONNECT: Duration = Duration::from_secs(5);
/// For everything; the lease is longer.
const WHOLE: Duration = Duration::from_secs(10);
/// Of an answer nothing is wanted but that it ends: then the connection serves again.
const READ_AT_MOST: u64 = 64 * 1024;

/// Why a delivery did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotThere {
    pub status: Option<u16>,
    pub why: String,
    /// Nobody answers there: what else there is to tell would not arrive either.
    pub is_nobody: bool,
}

impl NotThere {
    fn new(why: &str, is_nobody: bool) -> Self {
        Self { status: None, why: why.to_owned(), is_nobody }
    }
}

pub(super) struct Poster {
    allowed: Vec<Origin>,
    public: OnceCell<Client>,
    for_allowed: OnceCell<Client>,
}

impl Poster {
    pub(super) fn new(allowed: &[MediaOrigin]) -> Self {
        let allowed = allowed.iter().map(MediaOrigin::origin).collect();
        Self { allowed, public: OnceCell::new(), for_allowed: OnceCell::new() }
    }

    /// What a name stands for is looked at when it is posted to.
    pub(super) fn check(&self, url: &str) -> Result<(), UrlProblem> {
        let url = Url::parse(url).map_err(|_| UrlProblem::NotAnAddress)?;
        match address::check(&url, &self.allowed) {
            Ok(_) => Ok(()),
            Err(Refusal::BadAddress) => Err(UrlProblem::NotAnAddress),
            Err(_) => Err(UrlProblem::NotPublic),
        }
    }

    /// The status, if it is one that says that it arrived.
    pub(super) async fn post(&self, url: &str, secret: &str, id: &str, body: String) -> Result<u16, NotThere> {
        let refused = |_| NotThere::new("The address is not public, or not https.", false);
        let url = Url::parse(url).map_err(|_| NotThere::new("This is no address.", false))?;
        let client = match address::check(&url, &self.allowed).map_err(refused)? {
            Trust::Public => self.public.get_or_try_init(|| async { public_client() }).await,
            Trust::Allowed => self.for_allowed.get_or_try_init(|| async { client().build() }).await,
        };
        let client = client.map_err(|error| not_there(&error))?;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("x-hub-signature-256", sign(secret, &body))
            .header("x-switchboard-delivery", id)
            .body(body);
        let mut response = request.send().await.map_err(|error| not_there(&error))?;
        let status = response.status();
        let mut n_read = 0;
        while n_read < READ_AT_MOST {
            match response.chunk().await {
                Ok(Some(chunk)) => n_read += chunk.len() as u64,
                // It has said what it thinks of it.
                Ok(None) | Err(_) => break,
            }
        }
        if status.is_success() {
            return Ok(status.as_u16());
        }
        let is_nobody = matches!(status.as_u16(), 502..=504);
        Err(NotThere { status: Some(status.as_u16()), why: format!("It answered {}.", status.as_u16()), is_nobody })
    }
}

/// As Meta signs what it posts to us.
fn sign(secret: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", hex(hmac::sign(&key, body.as_bytes()).as_ref()))
}

fn public_client() -> reqwest::Result<Client> {
    let names = Arc::new(PublicNames(Arc::new(SystemNames)));
    client().dns_resolver(names).https_only(true).build()
}

fn client() -> ClientBuilder {
    address::client(CONNECT).timeout(WHOLE)
}

fn not_there(error: &reqwest::Error) -> NotThere {
    let mut cause = std::error::Error::source(error);
    while let Some(it) = cause {
        if it.is::<NotPublic>() {
            return NotThere::new("Its name stands for no public address.", false);
        }
        cause = it.source();
    }
    let why = match error {
        it if it.is_timeout() => "It did not answer in time.",
        it if it.is_connect() => "It cannot be reached.",
        _ => "The connection broke.",
    };
    NotThere::new(why, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_signed_as_meta_signs() {
        // The example of RFC 4231, test case 2.
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign("Jefe", "what do ya want for nothing?"), expected);
    }

    #[test]
    fn only_public_addresses_and_allowed_ones_are_posted_to() {
        let poster = Poster::new(&["http://127.0.0.1:4000".parse().unwrap()]);
        for good in ["https://bot.example/events", "http://127.0.0.1:4000/events"] {
            assert_eq!(poster.check(good), Ok(()), "{good}");
        }
        for private in ["http://bot.example/", "https://10.0.0.1/", "https://[::1]/", "http://127.0.0.1:4001/"] {
            assert_eq!(poster.check(private), Err(UrlProblem::NotPublic), "{private}");
        }
        for wrong in ["https://", "https://mia:kiln@bot.example/"] {
            assert_eq!(poster.check(wrong), Err(UrlProblem::NotAnAddress), "{wrong}");
        }
    }
}
