//! What a file is by its first bytes, and which files each platform takes.

use super::Kind;
use crate::world::account::Platform;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
    Gif,
    Webp,
    Mp4,
    M4a,
    QuickTime,
    Aac,
    Mp3,
    Wav,
    Ogg,
    Avi,
    Webm,
    Pdf,
    Other,
}

impl Format {
    pub fn of(bytes: &[u8]) -> Self {
        let at = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
        match (at(0, 4), at(4, 8), at(8, 12)) {
            (b"\x89PNG", ..) => Self::Png,
            ([0xFF, 0xD8, 0xFF, _], ..) => Self::Jpeg,
            (b"GIF8", ..) => Self::Gif,
            (b"RIFF", _, b"WEBP") => Self::Webp,
            (b"RIFF", _, b"WAVE") => Self::Wav,
            (b"RIFF", _, b"AVI ") => Self::Avi,
            (_, b"ftyp", b"qt  ") | (_, b"moov" | b"mdat" | b"wide", _) => Self::QuickTime,
            (_, b"ftyp", b"M4A " | b"M4B ") => Self::M4a,
            (_, b"ftyp", _) => Self::Mp4,
            (b"OggS", ..) => Self::Ogg,
            ([0x1A, 0x45, 0xDF, 0xA3], ..) => Self::Webm,
            (b"%PDF", ..) => Self::Pdf,
            // Both begin with eleven bits that are set; only MP3 has a layer.
            ([0xFF, second, ..], ..) if second & 0xF6 == 0xF0 => Self::Aac,
            ([0xFF, second, ..], ..) if second & 0xE0 == 0xE0 => Self::Mp3,
            ([b'I', b'D', b'3', _], ..) => Self::Mp3,
            _ => Self::Other,
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Mp4 => "mp4",
            Self::M4a => "m4a",
            Self::QuickTime => "mov",
            Self::Aac => "aac",
            Self::Mp3 => "mp3",
            Self::Wav => "wav",
            Self::Ogg => "ogg",
            Self::Avi => "avi",
            Self::Webm => "webm",
            Self::Pdf => "pdf",
            Self::Other => "bin",
        }
    }
}

/// Whether `Content-Type` names such a thing.
pub fn is_said(kind: Kind, platform: Platform, content_type: &str) -> bool {
    match (kind, platform) {
        (Kind::Image, _) => content_type.starts_with("image/"),
        // A voice note may be an MP4 without pictures.
        (Kind::Audio, Platform::Instagram) => content_type.starts_with("audio/") || content_type == "video/mp4",
        (Kind::Audio, Platform::Page) => content_type.starts_with("audio/"),
        (Kind::Video, _) => content_type.starts_with("video/") || content_type == "application/ogg",
        (Kind::File, Platform::Instagram) => content_type == "application/pdf",
        (Kind::File, Platform::Page) => true,
    }
}

pub fn is_allowed(kind: Kind, platform: Platform, format: Format) -> bool {
    use Format::{Aac, Avi, Gif, Jpeg, M4a, Mp3, Mp4, Ogg, Pdf, Png, QuickTime, Wav, Webm, Webp};
    let allowed: &[Format] = match (kind, platform) {
        // GIF stands in some of Meta's lists and not in others; it is sent by many.
        (Kind::Image, Platform::Instagram) => &[Png, Jpeg, Gif],
        (Kind::Image, Platform::Page) => &[Png, Jpeg, Gif, Webp],
        (Kind::Audio, Platform::Instagram) => &[Aac, M4a, Wav, Mp4],
        (Kind::Audio, Platform::Page) => &[Aac, M4a, Wav, Mp4, Mp3, Ogg, Webm],
        (Kind::Video, _) => &[Mp4, M4a, Ogg, Avi, QuickTime, Webm],
        (Kind::File, Platform::Instagram) => &[Pdf],
        (Kind::File, Platform::Page) => return true,
    };
    allowed.contains(&format)
}
