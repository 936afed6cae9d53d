use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::desk::Desk;
use model::thread::ConversationState;

/// One button, which says what it would do.
#[component]
pub fn CloseOrReopen(class: &'static str) -> Piece {
    let (desk, clock) = (expect_context::<Desk>(), expect_context::<Clock>());
    let is_closed = Memo::new(move |_| {
        desk.thread.conversation.with(|it| it.as_ref().is_some_and(|it| it.state == ConversationState::Closed))
    });
    let title = move || if is_closed.get() { "Reopen (e)" } else { "Close (e)" };
    let words = move || {
        let (symbol, words) = if is_closed.get() { (Symbol::Undo, "Reopen") } else { (Symbol::Check, "Close") };
        view! { <Icon symbol/>{words} }
    };
    piece! {
        <button type="button" class=class title=title data-reach="close" disabled=shown(move || !clock.is_local.get())
            on:click=heed(move |_| desk.close_or_reopen())>
            {words}
        </button>
    }
}
