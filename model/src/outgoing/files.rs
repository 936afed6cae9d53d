//! Which files each platform takes: kinds, types and sizes.

use super::FileKind;
use crate::media::MediaId;
use crate::platform::Platform;
use serde::{Deserialize, Serialize};

const MB: i64 = 1024 * 1024;

/// A kept file that a reply names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    pub id: MediaId,
    pub content_type: String,
    pub size: i64,
}

/// As what a file of this type is sent. Pictures that Meta does not show as such go as files.
pub fn file_kind(content_type: &str) -> FileKind {
    let content_type = plain(content_type);
    match content_type.split_once('/') {
        Some(("image", "jpeg" | "jpg" | "png" | "gif" | "webp")) => FileKind::Image,
        Some(("audio", _)) => FileKind::Audio,
        Some(("video", _) | ("application", "ogg")) => FileKind::Video,
        _ => FileKind::File,
    }
}

/// What we can decode and write anew, smaller or as another type. A moving picture stands still then.
pub fn can_be_converted(content_type: &str) -> bool {
    file_kind(content_type) == FileKind::Image
}

pub const fn most_bytes(kind: FileKind) -> i64 {
    match kind {
        FileKind::Image => 8 * MB,
        FileKind::Audio | FileKind::Video | FileKind::File => 25 * MB,
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum FileProblem {
    TooLarge { platform: Platform, kind: FileKind, size: i64, most: i64 },
    WrongType { platform: Platform, kind: FileKind, content_type: String },
}

pub fn fits(platform: Platform, kind: FileKind, content_type: &str, size: i64) -> Result<(), FileProblem> {
    if !is_taken(platform, kind, &plain(content_type)) {
        return Err(FileProblem::WrongType { platform, kind, content_type: content_type.to_owned() });
    }
    let most = most_bytes(kind);
    if size > most {
        return Err(FileProblem::TooLarge { platform, kind, size, most });
    }
    Ok(())
}

fn is_taken(platform: Platform, kind: FileKind, content_type: &str) -> bool {
    let (class, name) = content_type.split_once('/').unwrap_or((content_type, ""));
    match (platform, kind) {
        // GIF stands in some of Meta's lists and not in others; it is sent by many.
        (Platform::Instagram, FileKind::Image) => class == "image" && matches!(name, "jpeg" | "jpg" | "png" | "gif"),
        (Platform::Page, FileKind::Image) => {
            class == "image" && matches!(name, "jpeg" | "jpg" | "png" | "gif" | "webp")
        }
        // A voice message may be an MP4 without pictures.
        (Platform::Instagram, FileKind::Audio) => match class {
            "audio" => matches!(
                name,
                "aac" | "x-aac" | "aacp" | "mp4" | "m4a" | "x-m4a" | "wav" | "x-wav" | "wave" | "vnd.wave"
            ),
            _ => content_type == "video/mp4",
        },
        (Platform::Page, FileKind::Audio) => class == "audio",
        (Platform::Instagram, FileKind::Video) => match class {
            "video" => matches!(
                name,
                "mp4" | "x-m4v" | "ogg" | "avi" | "x-msvideo" | "msvideo" | "vnd.avi" | "quicktime" | "webm"
            ),
            _ => content_type == "application/ogg",
        },
        (Platform::Page, FileKind::Video) => class == "video" || content_type == "application/ogg",
        (Platform::Instagram, FileKind::File) => content_type == "application/pdf",
        (Platform::Page, FileKind::File) => true,
    }
}

/// Without parameters: "audio/ogg; codecs=opus" is "audio/ogg".
fn plain(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl FileProblem {
    /// A sentence for the agent.
    pub fn words(&self) -> String {
        match self {
            Self::TooLarge { platform, kind, size, most } => {
                let (size, most) = (megabytes(*size), megabytes(*most));
                format!("The {} is {size}, {} takes {most}.", noun(*kind), platform.title())
            }
            Self::WrongType { platform, kind, content_type } => {
                let is_picture = *kind == FileKind::Image || plain(content_type).starts_with("image/");
                let takes = match (platform, kind) {
                    (Platform::Instagram, _) if is_picture => "pictures as JPEG, PNG or GIF only",
                    (Platform::Instagram, FileKind::Audio) => "audio as AAC, M4A, WAV or MP4 only",
                    (Platform::Instagram, FileKind::Video) => "videos as MP4, MOV, WebM, AVI or Ogg only",
                    (Platform::Instagram, _) => "files as PDF only",
                    (Platform::Page, FileKind::Audio) => "no audio of this type",
                    (Platform::Page, FileKind::Video) => "no videos of this type",
                    (Platform::Page, _) => "pictures as JPEG, PNG, GIF or WebP only",
                };
                format!("{} takes {takes}.", platform.title())
            }
        }
    }
}

const fn noun(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Image => "picture",
        FileKind::Audio => "recording",
        FileKind::Video => "video",
        FileKind::File => "file",
    }
}

/// Rounded up, so that what is too large never reads as if it were not.
pub fn megabytes(bytes: i64) -> String {
    let tenths = (bytes * 10 + MB - 1) / MB;
    match tenths % 10 {
        0 => format!("{} MB", tenths / 10),
        rest => format!("{}.{rest} MB", tenths / 10),
    }
}

#[cfg(test)]
mod tests;
