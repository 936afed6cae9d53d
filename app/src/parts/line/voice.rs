use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::path::Path;
use model::inbox::LineMedia;
use std::fmt::Write as _;

const BARS: usize = 44;

/// A voice message: play, a wave that fills, the time. Without the program the browser's own player.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a clip")]
pub fn voice(to: &mut Markup, media: &LineMedia) {
    let length = media.duration_ms.map(|it| clock_words(it as f64 / 1000.0)).unwrap_or_default();
    let label =
        if length.is_empty() { "Play voice message".to_owned() } else { format!("Play voice message, {length}") };
    let src = Path::Media { id: media.id }.to_string();
    let wave = wave(&src, 1.0);
    to.open("div", "bubble voice");
    let act = [("type", "button"), ("data-act", "play"), ("aria-label", label.as_str())];
    to.open_with("button", "voice__play", &act);
    to.icon(Symbol::Play);
    to.icon(Symbol::Pause);
    to.close("button");
    let shape = [("viewBox", "0 0 176 26"), ("preserveAspectRatio", "none"), ("aria-hidden", "true")];
    to.open_with("svg", "voice__wave", &shape);
    for (class, path) in [("", wave.as_str()), ("voice__played", "")] {
        to.open_with("path", class, &[("d", path)]);
        to.close("path");
    }
    to.close("svg");
    to.leaf("span", "voice__time", &length);
    to.open_with("audio", "", &[("src", &src), ("controls", ""), ("preload", "none")]);
    to.close("audio");
    to.close("div");
}

/// The first `part` of the wave of a clip, from 0 to 1. Always the same for one clip: an ornament,
/// for nobody has measured it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "few bars")]
pub fn wave(seed: &str, part: f64) -> String {
    let mut hash = seed.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let n_bars = (part.clamp(0.0, 1.0) * BARS as f64).round() as usize;
    (0..n_bars).fold(String::new(), |mut path, n| {
        hash ^= hash << 13;
        hash ^= hash >> 17;
        hash ^= hash << 5;
        let height = 4 + hash % 15;
        _ = write!(path, "M{} {}v{height}", 2 + n * 4, (26 - height) / 2);
        path
    })
}

/// "0:23"
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a clip")]
pub fn clock_words(s: f64) -> String {
    let s = s.round().max(0.0) as u64;
    format!("{}:{:02}", s / 60, s % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_has_its_own_wave_and_it_fills() {
        assert_eq!(wave("a", 1.0), wave("a", 1.0));
        assert_ne!(wave("a", 1.0), wave("b", 1.0));
        assert_eq!(wave("a", 0.0), "");
        assert_eq!(wave("a", 0.5).matches('M').count(), BARS / 2);
        assert!(wave("a", 1.0).starts_with(&wave("a", 0.5)));
        assert_eq!(clock_words(83.4), "1:23");
    }
}
