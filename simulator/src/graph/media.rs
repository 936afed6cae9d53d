//! Media as Meta takes it: fetched from where it is said to be, and looked at.

mod format;

use super::call::File;
use super::error::Wrong;
use crate::world::World;
use crate::world::account::Platform;
use axum::body::Bytes;
use format::Format;
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;
use url::Url;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Image,
    Audio,
    Video,
    File,
}

impl Kind {
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Image, Self::Audio, Self::Video, Self::File].into_iter().find(|it| it.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    fn most_bytes(self) -> usize {
        match self {
            Self::Image => 8 * 1024 * 1024,
            Self::Audio | Self::Video | Self::File => 25 * 1024 * 1024,
        }
    }

    /// By the machine's clock: somebody else's server has no other.
    fn patience(self) -> Duration {
        match self {
            Self::Video => Duration::from_secs(75),
            Self::Image | Self::Audio | Self::File => Duration::from_secs(10),
        }
    }
}

#[derive(Debug)]
pub struct Fetched {
    content_type: String,
    extension: &'static str,
    bytes: Bytes,
}

impl Fetched {
    /// The address at which it is served from now on, as by Meta's own CDN.
    pub fn keep(self, world: &mut World) -> String {
        let name = format!("{}.{}", world.ids.object(), self.extension);
        world.files.add(&name, &self.content_type, self.bytes)
    }
}

pub async fn fetch(http: &reqwest::Client, url: &str, kind: Kind, platform: Platform) -> Result<Fetched, Wrong> {
    let url =
        Url::parse(url).ok().filter(|it| matches!(it.scheme(), "http" | "https")).ok_or(Wrong::MediaNotFetched)?;
    match tokio::time::timeout(kind.patience(), download(http, url, kind)).await {
        Ok(downloaded) => {
            let (content_type, bytes) = downloaded?;
            look_at(&content_type, bytes, kind, platform)
        }
        Err(_) if kind == Kind::Video => Err(Wrong::VideoBroken),
        Err(_) => Err(Wrong::MediaNotFetched),
    }
}

async fn download(http: &reqwest::Client, url: Url, kind: Kind) -> Result<(String, Bytes), Wrong> {
    let failed = |_| Wrong::MediaNotFetched;
    let response = http.get(url).send().await.and_then(reqwest::Response::error_for_status);
    let mut response = response.map_err(failed)?;
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > kind.most_bytes() {
            return Err(Wrong::MediaTooLarge);
        }
    }
    Ok((content_type, bytes.into()))
}

/// What came with the request instead.
pub fn of_file(file: &File, kind: Kind, platform: Platform) -> Result<Fetched, Wrong> {
    if !file.name.is_ascii() {
        return Err(Wrong::parameter("The file name must be ASCII."));
    }
    if file.bytes.len() > kind.most_bytes() {
        return Err(Wrong::MediaTooLarge);
    }
    look_at(&file.content_type, file.bytes.clone(), kind, platform)
}

fn look_at(content_type: &str, bytes: Bytes, kind: Kind, platform: Platform) -> Result<Fetched, Wrong> {
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !format::is_said(kind, platform, &content_type) {
        return Err(Wrong::MediaOfOtherType);
    }
    let format = Format::of(&bytes);
    if !format::is_allowed(kind, platform, format) {
        return Err(if kind == Kind::Video { Wrong::VideoBroken } else { Wrong::MediaOfOtherType });
    }
    Ok(Fetched { content_type, extension: format.extension(), bytes })
}
