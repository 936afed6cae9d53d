use super::lines::Lines;
use super::looking::look_at_what_is_seen;
use super::playing::follow_media;
use super::pressed::Pressing;
use super::scroll::Scroll;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::thread::OpenThread;
use leptos::html;

/// The lines. It opens at the end and stays there while somebody is within sight of it.
#[component]
pub fn Log() -> Piece {
    let thread = expect_context::<OpenThread>();
    let place = NodeRef::<html::Div>::new();
    let scroll = Scroll::keep(thread, place);
    let pressing = Pressing::new(thread);
    look_at_what_is_seen(thread, scroll.is_at_end);
    follow_media(place);
    let is_busy = move || thread.is_loading.get().then_some("true");
    let older = move || {
        thread.has_older.get().then(|| view! {
            <p class="log__older needs-program">
                <button type="button" class="button button--small button--quiet" on:click=heed(move |_| scroll.load_older())>
                    "Older messages"
                </button>
            </p>
        })
    };
    let new_below = move || {
        let n = scroll.n_new.get();
        (n > 0).then(|| {
            let words = if n == 1 { "1 new message".to_owned() } else { format!("{n} new messages") };
            view! {
                <button type="button" class="button button--small new-below" on:click=heed(move |_| scroll.to_end())>
                    <Icon symbol=Symbol::ArrowDown/>{words}
                </button>
            }
        })
    };
    piece! {
        <div class="log__place">
            <div class="log" role="log" aria-label="Messages" aria-live="polite" aria-busy=is_busy tabindex="0"
                node_ref=place on:scroll=heed(move |_| scroll.moved())
                on:click=heed(move |event| pressing.press(&event)) on:keydown=heed(move |event| Pressing::key(&event))>
                <div class="log__lines">
                    {older}
                    <Lines/>
                </div>
            </div>
            {new_below}
        </div>
    }
}
