use super::standing::{Open, Standing};
use super::window_words::{self, Kind};
use crate::parts::ring::Ring;
use crate::prelude::*;
use crate::state::clock::{Clock, browser_now};
use std::time::Duration;

/// How long the customer can be written to: a ring that drains, and a sentence. It changes with every
/// minute, but only another kind of window is read out.
#[component]
pub fn WindowLine(open: Signal<Open>) -> Piece {
    let clock = expect_context::<Clock>();
    let words = Memo::new(move |_| window_words::open(open.get(), clock));
    let kind = Memo::new(move |_| words.with(|it| it.kind));
    let left = Signal::derive(move || words.with(|it| it.left));
    let announced = RwSignal::new(String::new());
    Effect::new(move |before: Option<Kind>| {
        let now = kind.get();
        if before.is_some_and(|it| it != now) {
            announced.set(words.with_untracked(|it| it.long.clone()));
        }
        now
    });
    count_seconds_at_the_edge(open, clock);
    piece! {
        <span class=shown(move || kind.get().class()) role="status" aria-live="off" aria-label="Reply window">
            <Ring left/>
            <span class="window__long truncate">{shown(move || words.with(|it| it.long.clone()))}</span>
            <span class="window__short truncate">{shown(move || words.with(|it| it.short.clone()))}</span>
        </span>
        <span class="for-screen-reader" aria-live="polite">{announced}</span>
    }
}

fn count_seconds_at_the_edge(open: Signal<Open>, clock: Clock) {
    Effect::new(move || {
        if window_words::is_at_the_edge(&Standing::Open(open.get()), clock.now.get()) {
            let tick = move || _ = clock.now.try_set(browser_now());
            if let Ok(ticking) = set_timeout_with_handle(tick, Duration::from_secs(1)) {
                on_cleanup(move || ticking.clear());
            }
        }
    });
}
