use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use leptos::html;
use leptos::prelude::*;
use model::inbox::LineMedia;
use std::fmt::Write as _;

const BARS: usize = 44;

/// A voice message: play, a wave that fills, the time. Without the program the browser's own player.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Voice(media: LineMedia) -> impl IntoView {
    let audio = NodeRef::<html::Audio>::new();
    let is_playing = RwSignal::new(false);
    let at_s = RwSignal::new(0.0_f64);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a clip")]
    let whole_s = RwSignal::new(media.duration_ms.map(|it| it as f64 / 1000.0));
    let said = move || {
        let s = if is_playing.get() || at_s.get() > 0.0 { Some(at_s.get()) } else { whole_s.get() };
        s.map(clock_words).unwrap_or_default()
    };
    let label = move || {
        let act = if is_playing.get() { "Pause" } else { "Play" };
        let length = whole_s.get().map(|it| format!(", {}", clock_words(it))).unwrap_or_default();
        format!("{act} voice message{length}")
    };
    let toggle = move |_| {
        let Some(audio) = audio.get_untracked() else { return };
        if audio.paused() {
            // A browser that refuses to play says so itself.
            _ = audio.play();
        } else {
            _ = audio.pause();
        }
    };
    let moved = move |_| {
        if let Some(audio) = audio.get_untracked() {
            at_s.set(audio.current_time());
            let whole = audio.duration();
            if whole.is_finite() && whole > 0.0 {
                whole_s.set(Some(whole));
            }
        }
    };
    let seed = media.id.to_string();
    let bars = bars(&seed);
    let played = {
        let bars = bars.clone();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "few bars"
        )]
        Memo::new(move |_| {
            let part = whole_s.get().map_or(0.0, |whole| (at_s.get() / whole).clamp(0.0, 1.0));
            path(&bars, 0, (part * BARS as f64).round() as usize)
        })
    };
    view! {
        <div class="bubble voice">
            <button type="button" class="voice__play" aria-label=label on:click=toggle>
                {move || view! { <Icon symbol=if is_playing.get() { Symbol::Pause } else { Symbol::Play }/> }}
            </button>
            <svg class="voice__wave" viewBox="0 0 176 26" preserveAspectRatio="none" aria-hidden="true">
                <path d=path(&bars, 0, BARS)/>
                <path class="voice__played" d=played/>
            </svg>
            <span class="voice__time">{said}</span>
            <audio controls=true preload="none" src=Path::Media { id: media.id }.to_string() node_ref=audio
                on:play=move |_| is_playing.set(true) on:pause=move |_| is_playing.set(false)
                on:timeupdate=moved on:loadedmetadata=moved on:ended=move |_| at_s.set(0.0)></audio>
        </div>
    }
}

/// Heights that are always the same for one clip: an ornament, for nobody has measured it.
fn bars(seed: &str) -> Vec<u32> {
    let mut hash = seed.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mut next = || {
        hash ^= hash << 13;
        hash ^= hash >> 17;
        hash ^= hash << 5;
        hash
    };
    (0..BARS).map(|_| 4 + next() % 15).collect()
}

fn path(bars: &[u32], from: usize, to: usize) -> String {
    bars.iter().enumerate().take(to).skip(from).fold(String::new(), |mut path, (n, height)| {
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
    fn a_clip_has_its_own_wave() {
        assert_eq!(bars("a"), bars("a"));
        assert_ne!(bars("a"), bars("b"));
        assert!(bars("a").iter().all(|it| (4..19).contains(it)));
        assert_eq!(path(&[4, 6], 0, 2), "M2 11v4M6 10v6");
        assert_eq!(path(&[4, 6], 0, 0), "");
        assert_eq!(clock_words(83.4), "1:23");
    }
}
