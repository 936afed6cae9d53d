//! One line of a thread, whatever it is. Its parts are written as text ([`crate::markup`]); what is
//! pressed in them is answered by the log as a whole (`parts/thread/pressed.rs`), where they stand as well
//! (`parts/thread/lines.rs`).

mod around;
mod body;
mod cards;
mod comment;
mod drawn;
mod event;
mod files;
mod foot;
mod story;
mod text;
mod tools;
mod voice;

use crate::markup::Markup;
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::thread::{Entry, OpenThread};
use around::Around;
use drawn::draw;
use std::sync::Arc;

pub use drawn::Drawn;
pub use files::kept_photos;
pub use voice::{clock_words, wave};

/// A line as it is shown, worked out again when something that it shows changes.
pub fn drawn(entry: &Entry, thread: OpenThread, clock: Clock, blank: &Markup) -> ArcMemo<Arc<Drawn>> {
    let (Entry { line, place, is_pending, .. }, blank) = (entry.clone(), blank.another());
    ArcMemo::new(move |_| {
        let around = Around::of(thread, clock, place.get(), is_pending.get());
        Arc::new(draw(&line.get(), &around, &blank))
    })
}
