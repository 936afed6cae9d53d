//! One line of a thread, whatever it is.

mod body;
mod cards;
mod comment;
mod event;
mod fate;
mod files;
mod message;
mod note;
mod photos;
mod story;
mod text;
mod tools;
mod voice;

use crate::state::clock::Clock;
use crate::state::thread::{Entry, is_event};
use event::EventLine;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use message::MessageLine;
use model::content::MessageKind;
use note::NoteLine;

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Event,
    Note,
    Message,
}

/// The lines of a day stand under its date.
#[component]
pub fn LineView(entry: Entry) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let line = RwSignal::from(entry.line);
    let place = RwSignal::from(entry.place);
    let is_pending = RwSignal::from(entry.is_pending);
    let day = Memo::new(move |_| place.with(|it| it.day));
    let heading = move || day.get().map(|it| view! { <h3 class="day">{move || clock.heading(it)}</h3> });
    let shape = Memo::new(move |_| {
        line.with(|it| match it.kind {
            _ if is_event(it) => Shape::Event,
            MessageKind::Note => Shape::Note,
            _ => Shape::Message,
        })
    });
    view! {
        {heading}
        {move || match shape.get() {
            Shape::Event => EitherOf3::A(view! { <EventLine line/> }),
            Shape::Note => EitherOf3::B(view! { <NoteLine line/> }),
            Shape::Message => EitherOf3::C(view! { <MessageLine line place is_pending/> }),
        }}
    }
}
