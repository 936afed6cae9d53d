use super::emoji::{GROUPS, step};
use super::writing::Writing;
use crate::prelude::*;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// As many stand in a row.
const COLUMNS: usize = 8;

/// Emoji in groups. Tab goes from group to group, arrows within one; Escape closes it.
#[component]
pub fn EmojiPicker(writing: Writing) -> Late {
    let panel = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(first) = panel.get().and_then(|it| it.query_selector("button").ok().flatten()) {
            focus(&first);
        }
    });
    close_outside(panel, writing);
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            writing.panel.set(None);
            writing.focus();
        } else {
            move_focus(&event);
        }
    };
    let groups = GROUPS.iter().map(move |group| {
        let buttons = group.emoji().enumerate().map(|(at, emoji)| {
            view! {
                <button type="button" class="emoji__one" tabindex=if at == 0 { "0" } else { "-1" }
                    on:click=heed(move |_| writing.insert(emoji))>{emoji}</button>
            }
        });
        view! {
            <div class="emoji__group" role="group" aria-label=group.title>
                <p class="emoji__title" aria-hidden="true">{group.title}</p>
                {buttons.collect_view()}
            </div>
        }
    });
    late! {
        <div class="menu menu--dock emoji" role="dialog" aria-label="Emoji" node_ref=panel on:keydown=heed(on_key)>
            {groups.collect_view()}
        </div>
    }
}

fn move_focus(event: &KeyboardEvent) {
    let Some(here) = event.target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) else { return };
    let Some(buttons) = here.parent_element().and_then(|it| it.query_selector_all("button").ok()) else { return };
    let all: Vec<HtmlElement> =
        (0..buttons.length()).filter_map(|at| buttons.get(at)?.dyn_into::<HtmlElement>().ok()).collect();
    let Some(at) = all.iter().position(|it| *it == here) else { return };
    if let Some(there) = step(&event.key(), at, all.len(), COLUMNS).and_then(|it| all.get(it)) {
        event.prevent_default();
        here.set_tab_index(-1);
        there.set_tab_index(0);
        focus(there);
    }
}

fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        _ = element.focus();
    }
}

/// A press beside the panel closes it. Its own button does that itself.
pub fn close_outside(panel: NodeRef<html::Div>, writing: Writing) {
    Effect::new(move || {
        let pressed = window_event_listener(leptos::ev::pointerdown, move |event| {
            let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
            let inside = panel
                .try_get_untracked()
                .flatten()
                .zip(target.as_ref())
                .is_some_and(|(it, target)| it.contains(Some(target)));
            let at_its_button =
                target.is_some_and(|it| it.closest("[aria-expanded=true]").is_ok_and(|it| it.is_some()));
            if !inside && !at_its_button {
                _ = writing.panel.try_set(None);
            }
        });
        on_cleanup(move || pressed.remove());
    });
}
