use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{Element, EventTarget};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::view::View;

/// A plain GET form. Once the program runs, it searches without a reload, and `/` leads here.
#[component]
pub fn SearchBox(view: Memo<View>, words: Memo<String>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        event.prevent_default();
        let (view, words) = (view.get_untracked(), input.value());
        let path = match words.trim() {
            "" => Path::Inbox { view },
            words => Path::Search { view, words },
        };
        navigate(&path.to_string(), NavigateOptions::default());
    };
    // Only changes are written: the first words may have been typed before the page was live.
    Effect::new(move |before: Option<String>| {
        let now = words.get();
        if let Some(input) = input.get_untracked()
            && before.is_some_and(|before| before != now)
        {
            input.set_value(&now);
        }
        now
    });
    focus_at_slash(input);
    view! {
        <form class="list__tools" role="search" method="get" action=Path::Inbox { view: View::Mine }.to_string() on:submit=on_submit>
            {move || (view.get() != View::Mine).then(|| view! { <input type="hidden" name="view" value=view.get().word()/> })}
            <div class="search">
                <Icon symbol=Symbol::Search/>
                <input class="input" type="search" name="q" value=words.get_untracked() node_ref=input
                    aria-label="Search conversations" placeholder="Search" autocomplete="off" enterkeyhint="search"/>
                <kbd aria-hidden="true">"/"</kbd>
            </div>
        </form>
    }
}

fn focus_at_slash(input: NodeRef<html::Input>) {
    Effect::new(move || {
        let pressed = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
            let alone = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing());
            if event.key() == "/"
                && alone
                && !is_written_in(event.target())
                && let Some(input) = input.try_get_untracked().flatten()
            {
                event.prevent_default();
                _ = input.focus();
            }
        });
        on_cleanup(move || pressed.remove());
    });
}

fn is_written_in(target: Option<EventTarget>) -> bool {
    target
        .and_then(|it| it.dyn_into::<Element>().ok())
        .is_some_and(|it| it.closest("input, textarea, select, [contenteditable]").is_ok_and(|it| it.is_some()))
}
