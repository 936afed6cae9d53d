//! A text that is too long for one message, in several.

use super::clusters::{continues, is_border};
use super::text::fitting;
use crate::platform::Platform;

/// Cut at the end of a sentence, else of a line, else of a word, and only inside a word that is too
/// long by itself. White space around a piece is dropped. No piece is empty.
pub fn split(platform: Platform, text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let most = fitting(platform, rest);
        let (piece, after) = rest.split_at(if most == rest.len() { most } else { cut(rest, most) });
        pieces.push(piece.trim_end().to_owned());
        rest = after.trim_start();
    }
    pieces
}

/// The best place to cut at or before `most`. A sentence or line that ends early is passed over, or
/// a greeting would be a message alone.
fn cut(text: &str, most: usize) -> usize {
    last(text, most / 2, most, ends_sentence)
        .or_else(|| last(text, most / 2, most, ends_line))
        .or_else(|| last(text, 1, most, ends_word))
        .or_else(|| last(text, 1, most, is_border))
        .unwrap_or(most)
}

fn last(text: &str, least: usize, most: usize, is_end: fn(&str, usize) -> bool) -> Option<usize> {
    (least.max(1)..=most).rev().find(|at| text.is_char_boundary(*at) && is_end(text, *at))
}

fn ends_sentence(text: &str, at: usize) -> bool {
    let closes = |it: char| matches!(it, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）');
    let said = text[..at].trim_end_matches(closes);
    if text[at..].starts_with("\n\n") {
        return true;
    }
    if said.ends_with(['。', '！', '？']) {
        return !text[at..].starts_with(closes) && is_border(text, at);
    }
    ends_word(text, at) && said.ends_with(['.', '!', '?', '…'])
}

fn ends_line(text: &str, at: usize) -> bool {
    text[at..].starts_with(['\n', '\r']) && ends_word(text, at)
}

fn ends_word(text: &str, at: usize) -> bool {
    let is_kept_together = |it: char| matches!(it, '\u{A0}' | '\u{2007}' | '\u{202F}');
    let ends = |it: char| it.is_whitespace() && !is_kept_together(it);
    // A mark may stand on a space.
    text[at..].starts_with(ends) && !text[at..].chars().nth(1).is_some_and(continues) && is_border(text, at)
}

#[cfg(test)]
mod tests;
