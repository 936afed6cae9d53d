//! One line of a thread, whatever it is. Its parts are written as text ([`crate::markup`]); what is
//! pressed in them is answered by the log as a whole (`parts/thread/pressed.rs`).

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
use drawn::{Drawn, draw};

pub use files::kept_photos;
pub use voice::{clock_words, wave};

/// The lines of a day stand under its date. Each part is written anew when it changes, and only then:
/// a reaction does not stop a voice message that plays.
#[component]
pub fn LineView(entry: Entry) -> Piece {
    let (thread, clock) = (expect_context::<OpenThread>(), expect_context::<Clock>());
    let blank = Markup::of_page();
    let drawn = Memo::new(move |_| {
        let (line, place, is_pending) = (entry.line.get(), entry.place.get(), entry.is_pending.get());
        draw(&line, &Around::of(thread, clock, place, is_pending), &blank)
    });
    let part = move |part: fn(&Drawn) -> &String| Signal::derive(move || drawn.with(|it| part(it).clone()));
    let heading = part(|it| &it.heading);
    let begins_day = Memo::new(move |_| drawn.with(|it| !it.heading.is_empty()));
    let is_message = Memo::new(move |_| drawn.with(|it| it.is_message));
    piece! {
        {shown(move || begins_day.get().then(|| piece! { <h3 class="day">{heading}</h3> }))}
        {shown(move || if is_message.get() {
            piece! {
                <article class=part(|it| &it.class) aria-label=part(|it| &it.label) id=part(|it| &it.id)>
                    <div class="written" inner_html=part(|it| &it.face)></div>
                    <div class="msg__main">
                        <div class="written" inner_html=part(|it| &it.above)></div>
                        <div class="msg__row">
                            <div class=part(|it| &it.state) tabindex="-1" inner_html=part(|it| &it.body)></div>
                            <div class="msg__tools needs-program" inner_html=part(|it| &it.tools)></div>
                        </div>
                        <div class="written" inner_html=part(|it| &it.foot)></div>
                    </div>
                </article>
            }
        } else {
            piece! {
                <div class=part(|it| &it.class) aria-label=part(|it| &it.label) role=part(|it| &it.state)
                    inner_html=part(|it| &it.body)></div>
            }
        })}
    }
}
