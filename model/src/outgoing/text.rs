//! How long a text may be. Each platform counts in its own way.

use crate::platform::Platform;
use serde::{Deserialize, Serialize};

/// Of the UTF-8.
pub const INSTAGRAM_TEXT_BYTES: usize = 1000;
pub const MESSENGER_TEXT_CHARACTERS: usize = 2000;

/// How much of the room a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRoom {
    pub used: usize,
    pub most: usize,
    pub unit: TextUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextUnit {
    Bytes,
    Characters,
}

impl TextUnit {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Characters => "characters",
        }
    }
}

impl TextRoom {
    pub const fn fits(self) -> bool {
        self.used <= self.most
    }
}

pub fn text_room(platform: Platform, text: &str) -> TextRoom {
    match platform {
        Platform::Instagram => TextRoom { used: text.len(), most: INSTAGRAM_TEXT_BYTES, unit: TextUnit::Bytes },
        Platform::Page => {
            TextRoom { used: text.chars().count(), most: MESSENGER_TEXT_CHARACTERS, unit: TextUnit::Characters }
        }
    }
}

/// How many bytes of the beginning fit, without breaking a character.
pub(super) fn fitting(platform: Platform, text: &str) -> usize {
    match platform {
        Platform::Instagram => {
            let most = INSTAGRAM_TEXT_BYTES.min(text.len());
            (0..=most).rev().find(|it| text.is_char_boundary(*it)).unwrap_or_default()
        }
        Platform::Page => text.char_indices().nth(MESSENGER_TEXT_CHARACTERS).map_or(text.len(), |(at, _)| at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instagram_counts_bytes_and_messenger_characters() {
        let text = "Kühl 🫖";
        let room = text_room(Platform::Instagram, text);
        assert_eq!((room.used, room.most, room.unit.word()), (10, 1000, "bytes"));
        let room = text_room(Platform::Page, text);
        assert_eq!((room.used, room.most, room.unit.word()), (6, 2000, "characters"));
        assert!(text_room(Platform::Instagram, &"ж".repeat(500)).fits());
        assert!(!text_room(Platform::Instagram, &"ж".repeat(501)).fits());
        assert!(text_room(Platform::Page, &"ж".repeat(2000)).fits());
    }

    #[test]
    fn what_fits_ends_between_characters() {
        assert_eq!(fitting(Platform::Instagram, &"€".repeat(400)), 999);
        assert_eq!(fitting(Platform::Page, &"€".repeat(2001)), 6000);
        assert_eq!(fitting(Platform::Instagram, "short"), 5);
    }
}
