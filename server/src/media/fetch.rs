//! Fetching a file whose address came from outside. Nothing about it is believed: where it leads,
//! what it is, how large it is, and whether it ever ends.

use super::address::{self, NotPublic, PublicNames, SystemNames, Trust};
use super::keep::{KeepError, MediaStore, Writing};
use super::sniff;
use crate::config::MediaOrigin;
use axum::body::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use http::StatusCode;
use http::header::LOCATION;
use reqwest::dns::Resolve;
use reqwest::{Client, ClientBuilder, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};
use url::{Origin, Url};

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a file. Meta sends nothing larger.
    pub size: u64,
    pub connect: Duration,
    /// For everything: redirects, the answer, the file.
    pub whole: Duration,
}

impl Limits {
    pub const META: Self =
        Self { size: 25 * 1024 * 1024, connect: Duration::from_secs(10), whole: Duration::from_secs(75) };
}

/// How often we let ourselves be sent on.
const REDIRECTS: u32 = 3;

/// What is to be fetched.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub url: &'a str,
    /// Whether a page for people may be the file itself, and not what stands in its place.
    pub takes_pages: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub content_type: &'static str,
    pub size: u64,
}

/// Why we do not even try, or do not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    BadAddress,
    NotHttps,
    PrivateAddress,
    TooManyRedirects,
    TooLarge,
    NotAPicture,
}

impl Refusal {
    pub const fn word(self) -> &'static str {
        match self {
            Self::BadAddress => "bad_address",
            Self::NotHttps => "not_https",
            Self::PrivateAddress => "private_address",
            Self::TooManyRedirects => "too_many_redirects",
            Self::TooLarge => "too_large",
            Self::NotAPicture => "not_a_picture",
        }
    }
}

/// No message here holds the address: it is as good as the file.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the file is gone (HTTP {0})")]
    Gone(u16),
    #[error("the file is refused: {}", .0.word())]
    Refused(Refusal),
    #[error("there is a page for people instead of a file")]
    Page,
    #[error("the answer was HTTP {0}")]
    Answer(u16),
    #[error("the other side is busy or broken (HTTP {0})")]
    Busy(u16),
    #[error("it took too long")]
    TimeOut,
    #[error("the connection failed")]
    Network(#[source] reqwest::Error),
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl FetchError {
    /// Whether the same may succeed later.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::TimeOut | Self::Network(_) | Self::Keep(_))
    }

    /// The word that is kept beside what could not be fetched.
    pub fn reason(&self) -> String {
        match self {
            Self::Gone(status) | Self::Answer(status) | Self::Busy(status) => format!("http_{status}"),
            Self::Refused(refusal) => refusal.word().to_owned(),
            Self::Page => "page".to_owned(),
            Self::TimeOut => "time_out".to_owned(),
            Self::Network(_) => "network".to_owned(),
            Self::Keep(_) => "media_store".to_owned(),
        }
    }

    fn of(error: reqwest::Error) -> Self {
        let mut cause = std::error::Error::source(&error);
        while let Some(it) = cause {
            if it.is::<NotPublic>() {
                return Self::Refused(Refusal::PrivateAddress);
            }
            cause = it.source();
        }
        if error.is_timeout() { Self::TimeOut } else { Self::Network(error.without_url()) }
    }
}

impl From<Refusal> for FetchError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A file on its way through.
pub struct Passing {
    pub content_type: &'static str,
    pub bytes: BoxStream<'static, Result<Bytes, FetchError>>,
}

/// What has not come yet.
struct Rest {
    response: Response,
    left: u64,
    deadline: Instant,
}

impl Rest {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, FetchError> {
        let chunk = timeout_at(self.deadline, self.response.chunk()).await.map_err(|_| FetchError::TimeOut)?;
        let Some(chunk) = chunk.map_err(FetchError::of)? else { return Ok(None) };
        self.left = self.left.checked_sub(chunk.len() as u64).ok_or(Refusal::TooLarge)?;
        Ok(Some((chunk, self)))
    }
}

pub struct Fetcher {
    limits: Limits,
    allowed: Vec<Origin>,
    names: Arc<dyn Resolve>,
    // Made when the first file is wanted: reading the machine's certificates takes time and memory.
    public: OnceCell<Client>,
    for_allowed: OnceCell<Client>,
}

impl Fetcher {
    /// Fetches from public addresses, and from `allowed` origins whatever they are.
    pub fn new(allowed: &[MediaOrigin], limits: Limits) -> Self {
        Self::with_names(allowed, limits, Arc::new(SystemNames))
    }

    fn with_names(allowed: &[MediaOrigin], limits: Limits, names: Arc<dyn Resolve>) -> Self {
        let allowed = allowed.iter().map(MediaOrigin::origin).collect();
        let names = Arc::new(PublicNames(names));
        Self { limits, allowed, names, public: OnceCell::new(), for_allowed: OnceCell::new() }
    }

    /// Fetches what is wanted into the store, under `key`. After an error there is nothing there.
    pub async fn fetch(&self, wanted: Wanted<'_>, to: &MediaStore, key: &str) -> Result<Fetched, FetchError> {
        let deadline = Instant::now() + self.limits.whole;
        let mut response = timeout_at(deadline, self.open(wanted.url)).await.map_err(|_| FetchError::TimeOut)??;
        if response.content_length().is_some_and(|it| it > self.limits.size) {
            return Err(Refusal::TooLarge.into());
        }
        let mut writing = to.begin(key);
        let received = timeout_at(deadline, self.receive(&mut response, wanted.takes_pages, &mut writing)).await;
        match received.unwrap_or(Err(FetchError::TimeOut)) {
            Ok(fetched) => {
                writing.finish().await?;
                Ok(fetched)
            }
            Err(error) => {
                writing.abort().await;
                Err(error)
            }
        }
    }

    /// Opens what is wanted to be passed on as it comes: nothing of it is kept.
    pub async fn pass(&self, url: &str) -> Result<Passing, FetchError> {
        let deadline = Instant::now() + self.limits.whole;
        let in_time = |_| FetchError::TimeOut;
        let mut response = timeout_at(deadline, self.open(url)).await.map_err(in_time)??;
        let mut head = Vec::new();
        while head.len() < sniff::SNIFFED {
            let chunk = timeout_at(deadline, response.chunk()).await.map_err(in_time)?.map_err(FetchError::of)?;
            let Some(chunk) = chunk else { break };
            head.extend_from_slice(&chunk);
        }
        if sniff::is_page(&head) {
            return Err(FetchError::Page);
        }
        let content_type = sniff::content_type(&head);
        let rest = Rest { response, left: self.limits.size.saturating_sub(head.len() as u64), deadline };
        let rest = stream::try_unfold(rest, Rest::next);
        let bytes = stream::once(async { Ok(Bytes::from(head)) }).chain(rest).boxed();
        Ok(Passing { content_type, bytes })
    }

    /// Goes where the address leads; each place on the way is checked like the first.
    async fn open(&self, address: &str) -> Result<Response, FetchError> {
        let mut url = Url::parse(address).map_err(|_| Refusal::BadAddress)?;
        for _ in 0..=REDIRECTS {
            let client = match address::check(&url, &self.allowed)? {
                Trust::Public => self.public.get_or_try_init(|| async { self.public_client() }).await,
                Trust::Allowed => self.for_allowed.get_or_try_init(|| async { self.client().build() }).await,
            };
            let response = client.map_err(FetchError::of)?.get(url.clone()).send().await.map_err(FetchError::of)?;
            let status = response.status();
            if !status.is_redirection() {
                return judge(status).map_or(Ok(response), Err);
            }
            let to = response.headers().get(LOCATION).and_then(|it| it.to_str().ok());
            let to = to.ok_or(FetchError::Answer(status.as_u16()))?;
            url = url.join(to).map_err(|_| Refusal::BadAddress)?;
        }
        Err(Refusal::TooManyRedirects.into())
    }

    async fn receive(
        &self,
        response: &mut Response,
        takes_pages: bool,
        writing: &mut Writing,
    ) -> Result<Fetched, FetchError> {
        let mut head = Vec::new();
        let mut size = 0;
        while let Some(chunk) = response.chunk().await.map_err(FetchError::of)? {
            size += chunk.len() as u64;
            if size > self.limits.size {
                return Err(Refusal::TooLarge.into());
            }
            let is_known = head.len() >= sniff::SNIFFED;
            if !is_known {
                head.extend_from_slice(&chunk[..chunk.len().min(sniff::SNIFFED - head.len())]);
            }
            if !is_known && !takes_pages && head.len() >= sniff::SNIFFED && sniff::is_page(&head) {
                return Err(FetchError::Page);
            }
            writing.put(chunk).await?;
        }
        if !takes_pages && sniff::is_page(&head) {
            return Err(FetchError::Page);
        }
        Ok(Fetched { content_type: sniff::content_type(&head), size })
    }

    fn public_client(&self) -> reqwest::Result<Client> {
        self.client().dns_resolver(self.names.clone()).https_only(true).build()
    }

    fn client(&self) -> ClientBuilder {
        address::client(self.limits.connect)
    }
}

/// What is wrong with an answer of this status, if anything is.
fn judge(status: StatusCode) -> Option<FetchError> {
    let code = status.as_u16();
    match status {
        _ if status.is_success() => None,
        // Meta's links run out as forbidden.
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => Some(FetchError::Gone(code)),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            Some(FetchError::Busy(code))
        }
        _ if status.is_server_error() => Some(FetchError::Busy(code)),
        _ => Some(FetchError::Answer(code)),
    }
}

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
