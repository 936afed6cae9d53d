//! Where a text may be cut without tearing apart what a reader sees as one character: an emoji of
//! several, a flag, a letter with its marks.

const JOINER: char = '\u{200D}';

/// Whether the place lies between two of what a reader sees as characters.
pub(super) fn is_border(text: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = (text[..at].chars().next_back(), text[at..].chars().next()) else {
        return true;
    };
    let is_torn = continues(after)
        || before == JOINER
        || (before == '\r' && after == '\n')
        || (is_half_a_flag(after) && n_half_flags(&text[..at]) % 2 == 1)
        || (is_conjoining(before) && after.is_alphabetic() && is_indic(after))
        || (is_leading_jamo(before) && is_hangul(after));
    !is_torn
}

pub(super) fn is_one(text: &str) -> bool {
    !text.is_empty() && text.char_indices().skip(1).all(|(at, _)| !is_border(text, at))
}

/// Whether it belongs to the character before it.
pub(super) fn continues(it: char) -> bool {
    let is_skin_tone = ('\u{1F3FB}'..='\u{1F3FF}').contains(&it);
    let is_tag = ('\u{E0020}'..='\u{E007F}').contains(&it);
    it == JOINER || is_skin_tone || is_tag || is_mark(it) || is_spacing_mark(it) || is_following_jamo(it)
}

/// A mark without width of its own, a variation selector. The standard library keeps their table to
/// itself, but escapes them, as it does what has no looks at all.
fn is_mark(it: char) -> bool {
    !it.is_whitespace() && !it.is_control() && it.escape_debug().nth(1) == Some('u')
}

pub(super) const fn is_half_a_flag(it: char) -> bool {
    matches!(it, '\u{1F1E6}'..='\u{1F1FF}')
}

fn n_half_flags(before: &str) -> usize {
    before.chars().rev().take_while(|it| is_half_a_flag(*it)).count()
}

/// The scripts of India from Devanagari to Sinhala. Each has 128 places, and in all but the last the
/// same kind of sign stands at the same place.
const fn is_indic(it: char) -> bool {
    matches!(it, '\u{900}'..='\u{DFF}')
}

const fn place(it: char) -> u32 {
    it as u32 % 0x80
}

const fn is_spacing_mark(it: char) -> bool {
    let is_sign = match it {
        '\u{900}'..='\u{D7F}' => matches!(place(it), 0x01..=0x03 | 0x3E..=0x4D | 0x55..=0x57),
        '\u{D80}'..='\u{DFF}' => matches!(place(it), 0x01..=0x03 | 0x4A..=0x5F | 0x72..=0x73),
        _ => false,
    };
    is_sign || matches!(it, '\u{E33}' | '\u{EB3}')
}

/// The sign that binds a consonant to the next.
const fn is_conjoining(it: char) -> bool {
    is_indic(it) && place(it) == 0x4D
}

const fn is_leading_jamo(it: char) -> bool {
    matches!(it, '\u{1100}'..='\u{115F}')
}

const fn is_following_jamo(it: char) -> bool {
    matches!(it, '\u{1160}'..='\u{11FF}')
}

const fn is_hangul(it: char) -> bool {
    matches!(it, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn borders(text: &str) -> usize {
        text.char_indices().skip(1).filter(|(at, _)| is_border(text, *at)).count()
    }

    #[test]
    fn what_reads_as_one_character_has_no_border() {
        let ones = [
            "a",
            "e\u{301}",
            "👩‍👩‍👧‍👦",
            "❤\u{fe0f}",
            "❤\u{fe0f}\u{200d}🔥",
            "👍🏽",
            "🇩🇪",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "नि",
            "क्षि",
            "தமி",
            "ก็",
            "กำ",
            "\r\n",
            "\u{1112}\u{1161}\u{11ab}",
        ];
        for text in ones {
            let n_letters = if text == "தமி" { 2 } else { 1 };
            assert_eq!(borders(text), n_letters - 1, "{text}");
        }
    }

    #[test]
    fn what_stands_side_by_side_has_one_border() {
        for text in ["ab", "a ", " b", "👍👍", "🇩🇪🇫🇷", "👍🏽👍🏽", "é1", "日本", "한글", "a\n", "\"a", "கத", "❤❤"]
        {
            assert_eq!(borders(text), 1, "{text}");
            assert!(!is_one(text));
        }
    }
}
