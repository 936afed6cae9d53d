use super::standing::Open;
use super::window_line::WindowLine;
use super::writing::Writing;
use crate::parts::icon::{Icon, Symbol};
use crate::state::clock::Clock;
use leptos::either::Either;
use leptos::prelude::*;
use model::desk::DraftMode;

/// Whom one writes to, the customer or the team, and how long that can be read by them.
#[component]
pub fn Modes(writing: Writing, open: Signal<Open>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let off = move || !clock.is_local.get();
    let pressed = move |it: DraftMode| move || (writing.mode.get() == it).to_string();
    let is_note = Memo::new(move |_| writing.is_note());
    view! {
        <div class="composer__top">
            <div class="segments" role="group" aria-label="Mode">
                <button type="button" class="segments__item" aria-pressed=pressed(DraftMode::Reply) disabled=off
                    on:click=move |_| writing.turn_to(DraftMode::Reply)>"Reply"</button>
                <button type="button" class="segments__item" aria-pressed=pressed(DraftMode::Note) disabled=off
                    on:click=move |_| writing.turn_to(DraftMode::Note)>
                    <Show when=move || is_note.get()><Icon symbol=Symbol::Lock/></Show>"Note"
                </button>
            </div>
            {move || if is_note.get() {
                Either::Left(view! {
                    <span class="window" role="status" aria-label="Reply window">
                        <Icon symbol=Symbol::Lock/><span class="truncate">"Only your team sees this"</span>
                    </span>
                })
            } else {
                Either::Right(view! { <WindowLine open/> })
            }}
        </div>
    }
}
