//! Which reactions can be sent, and how Meta wants them.

use super::clusters;
use crate::platform::Platform;

/// A family of four with skin tones has eleven.
const EMOJI_CHARACTERS: usize = 16;

/// Instagram takes the heart only, Messenger any one emoji.
pub fn reaction_allowed(platform: Platform, emoji: &str) -> bool {
    match platform {
        Platform::Instagram => matches!(emoji, "\u{2764}" | "\u{2764}\u{FE0F}"),
        Platform::Page => is_one_emoji(emoji),
    }
}

/// As Meta is told.
pub fn reaction_word(platform: Platform, emoji: &str) -> String {
    match platform {
        Platform::Instagram => "love".to_owned(),
        Platform::Page => emoji.to_owned(),
    }
}

fn is_one_emoji(text: &str) -> bool {
    let n_chars = text.chars().count();
    let Some(first) = text.chars().next().filter(|_| n_chars <= EMOJI_CHARACTERS && clusters::is_one(text)) else {
        return false;
    };
    match first {
        '0'..='9' | '#' | '*' => text.ends_with('\u{20E3}'),
        it if clusters::is_half_a_flag(it) => n_chars == 2,
        it => is_pictorial(it),
    }
}

/// The blocks that emoji come from; with them some arrows and signs that are none.
const fn is_pictorial(it: char) -> bool {
    matches!(
        it,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | 'Ⓜ' | '〰' | '〽' | '㊗' | '㊙'
            | '\u{2190}'..='\u{21FF}'
            | '\u{2300}'..='\u{23FF}'
            | '\u{25A0}'..='\u{27BF}'
            | '\u{2900}'..='\u{297F}'
            | '\u{2B00}'..='\u{2BFF}'
            | '\u{1F000}'..='\u{1FAFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instagram_takes_the_heart_only() {
        for heart in ["❤", "❤️"] {
            assert!(reaction_allowed(Platform::Instagram, heart));
            assert_eq!(reaction_word(Platform::Instagram, heart), "love");
        }
        for other in ["", "love", "👍", "❤❤", "🧡", "❤\u{fe0f}\u{200d}🔥"] {
            assert!(!reaction_allowed(Platform::Instagram, other), "{other}");
        }
    }

    #[test]
    fn messenger_takes_any_one_emoji() {
        for emoji in [
            "❤️",
            "👍",
            "👍🏽",
            "😆",
            "🇩🇪",
            "👩‍👩‍👧‍👦",
            "☺",
            "5\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ] {
            assert!(reaction_allowed(Platform::Page, emoji), "{emoji}");
            assert_eq!(reaction_word(Platform::Page, emoji), emoji);
        }
        for other in ["", "love", "a", "5", "👍👍", "🇩", "👍 ", " ", "é", &"👍\u{200d}".repeat(9)] {
            assert!(!reaction_allowed(Platform::Page, other), "{other}");
        }
    }
}
