use super::standing::Open;
use super::window_line::WindowLine;
use super::writing::Writing;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::clock::Clock;
use model::desk::DraftMode;

/// Whom one writes to, the customer or the team, and for how long that is possible. What belongs to one
/// of them only is hidden by the sheet while the other is written (`for-reply`, `for-note`).
#[component]
pub fn Modes(writing: Writing, open: Signal<Open>) -> Piece {
    let off = Signal::derive({
        let clock = expect_context::<Clock>();
        move || !clock.is_local.get()
    });
    piece! {
        <div class="composer__top">
            <div class="segments" role="group" aria-label="Mode">
                <Mode writing mode=DraftMode::Reply off/>
                <Mode writing mode=DraftMode::Note off/>
            </div>
            <span class="for-reply"><WindowLine open/></span>
            <span class="for-note">
                <span class="window" role="status" aria-label="Reply window">
                    <Icon symbol=Symbol::Lock/><span class="truncate">"Only your team sees this"</span>
                </span>
            </span>
        </div>
    }
}

#[component]
fn Mode(writing: Writing, mode: DraftMode, off: Signal<bool>) -> Piece {
    let is_note = mode == DraftMode::Note;
    piece! {
        <button type="button" class="segments__item" disabled=off
            aria-pressed=shown(move || (writing.mode.get() == mode).to_string()) on:click=heed(move |_| writing.turn_to(mode))>
            {is_note.then(|| view! { <span class="for-note"><Icon symbol=Symbol::Lock/></span> })}
            {if is_note { "Note" } else { "Reply" }}
        </button>
    }
}
