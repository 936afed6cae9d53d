//! What the app in a customer's hand lets them write.

use super::{Act, Refused, because};

const LONGEST_TEXT: usize = 20_000;
/// A family of four with the colours of its skins has eleven letters.
const LONGEST_EMOJI: usize = 16;

pub fn texts(act: &Act) -> Result<(), Refused> {
    let text = match act {
        Act::Send(it) => it.text.as_deref(),
        Act::StoryReply(it) => Some(it.text.as_str()),
        Act::Edit(it) => Some(it.text.as_str()),
        Act::Comment(it) => Some(it.text.as_str()),
        Act::EditComment(it) => Some(it.text.as_str()),
        Act::VisitorPost(it) => Some(it.text.as_str()),
        Act::Postback(it) => Some(it.title.as_str()),
        _ => None,
    };
    match text {
        Some(text) if text.chars().count() > LONGEST_TEXT => {
            because(format!("text: expected at most {LONGEST_TEXT} characters"))
        }
        _ => Ok(()),
    }
}

/// One, as far as its letters tell.
pub fn is_emoji(it: &str) -> bool {
    if it.chars().count() > LONGEST_EMOJI {
        return false;
    }
    let key = it.strip_suffix('\u{20e3}').map(|it| it.trim_end_matches('\u{fe0f}'));
    if let Some(key) = key {
        return matches!(key.as_bytes(), [b'0'..=b'9' | b'#' | b'*']);
    }
    it.chars().any(is_picture) && it.chars().all(|it| is_picture(it) || is_joint(it))
}

fn is_picture(letter: char) -> bool {
    matches!(letter,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '〰' | '〽' | '㊗' | '㊙'
        // Arrows; signs, hands and hearts; stars and squares.
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}')
}

/// Between pictures, or telling how the one before is meant: its colour, its gender, its country.
fn is_joint(letter: char) -> bool {
    matches!(letter, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_told_from_words_and_markup() {
        for it in ["❤️", "❤", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "#️⃣", "ℹ️", "🅰️", "‼️", "🏳️‍🌈", "🫶🏿"]
        {
            assert!(is_emoji(it), "{it}");
        }
        let many = "👍".repeat(17);
        for it in ["", " ", "a", "love", "<b>", "👍 ok", "👍<img>", "1", "12️⃣", "\u{fe0f}", "…", "é", "漢", &many]
        {
            assert!(!is_emoji(it), "{it}");
        }
    }
}
