use crate::prelude::*;
use leptos::ev::SubmitEvent;
use std::time::Duration;

/// After this long without a new page the person may press again: the server did not answer, or
/// they stopped the browser.
const PATIENCE: Duration = Duration::from_secs(8);

/// A form that the browser posts itself, with or without the program. Once the program runs, a
/// second press while the first is under way does nothing; a page that is shown again (Back) starts
/// afresh, and nothing is ever disabled, because browsers keep that across pages.
#[component]
pub fn PostForm(action: String, #[prop(optional)] class: &'static str, children: Inside) -> Piece {
    let sent = RwSignal::new(false);
    let forget = move || _ = sent.try_set(false);
    Effect::new(move || {
        let shown = window_event_listener_untyped("pageshow", move |_| forget());
        on_cleanup(move || shown.remove());
    });
    let on_submit = move |event: SubmitEvent| {
        if sent.get_untracked() {
            event.prevent_default();
            return;
        }
        sent.set(true);
        set_timeout(forget, PATIENCE);
    };
    piece! {
        <form method="post" action=action class=class aria-busy=shown(move || sent.get().then_some("true")) on:submit=heed(on_submit)>
            {children.piece()}
        </form>
    }
}
