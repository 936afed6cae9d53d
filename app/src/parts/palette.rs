//! Everything that can be done, by its first letters.

mod items;

use crate::markup::Markup;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::keys::write_keys;
use crate::path::Path;
use crate::prelude::*;
use crate::state::address::Address;
use crate::state::clock::Clock;
use crate::state::commands::{Command, Commands};
use crate::state::desk::Desk;
use crate::state::list::OpenList;
use items::{Does, Item, Known, found, place_of};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use model::person::Me;
use model::view::View;
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

/// A dialog, which keeps the focus within and gives it back; the options are written as text.
#[component]
pub fn Palette(view: Memo<View>, words: Memo<String>) -> Late {
    let (commands, desk, list) = (expect_context::<Commands>(), expect_context::<Desk>(), expect_context::<OpenList>());
    let (clock, me) = (expect_context::<Clock>(), expect_context::<Me>());
    let (dialog, input) = (NodeRef::<html::Dialog>::new(), NodeRef::<html::Input>::new());
    let (is_open, query, at) = (RwSignal::new(false), RwSignal::new(String::new()), RwSignal::new(0_usize));
    let (blank, address) = (Markup::of_page(), expect_context::<Address>());
    let items = Memo::new(move |_| {
        if !is_open.get() {
            return Vec::new();
        }
        let known = Known {
            conversation: desk.thread.conversation.get(),
            receivers: desk.receivers.get(),
            has_bot: desk.thread.account.with(|it| it.as_ref().is_some_and(|it| it.has_bot)),
            counts: list.counts.get(),
            saved: list.saved.get(),
            rows: list.rows.with(|rows| rows.iter().map(|it| it.conversation.get()).collect()),
            me: me.id,
            clock,
        };
        found(&known, &query.get())
    });
    commands.heed(move |command| {
        if let (Command::Palette, Some(dialog), Some(input)) = (command, dialog.get_untracked(), input.get_untracked())
        {
            input.set_value("");
            query.set(String::new());
            at.set(0);
            is_open.set(true);
            // Refused only where it is open already.
            _ = dialog.show_modal();
            _ = input.focus();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    // The focus is where it was before anything is done: what is done may lead it elsewhere.
    let act = move |n: usize| {
        let Some(item) = items.with_untracked(|all| all.get(n).cloned()) else { return };
        close();
        let go = |path: Path<'_>| address.go(&path.to_string());
        match item.does {
            Does::Command(command) => commands.say(command),
            Does::Step(step) => desk.take(step),
            Does::Open(id) => go(Path::Conversation { view: view.get_untracked(), words: &words.get_untracked(), id }),
            Does::Search(view, words) => go(Path::Search { view, words: &words }),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let n = items.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "ArrowDown" => at.update(|it| *it = (*it + 1) % n),
            "ArrowUp" => at.update(|it| *it = (*it + n - 1) % n),
            "Home" if event.ctrl_key() => at.set(0),
            "Enter" => act(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let press = move |event: MouseEvent| {
        let pressed = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let option = pressed.and_then(|it| it.closest("[role=option]").ok().flatten());
        if let Some(n) = option.and_then(|it| it.id().strip_prefix('p')?.parse().ok()) {
            act(n);
        }
    };
    // Beside the dialog's inside there is only what lies behind it.
    let press_beside = move |event: MouseEvent| {
        if event.target() == event.current_target() {
            close();
        }
    };
    // The word of it comes later than the closing, perhaps after it was opened again.
    let closed = move || is_open.set(dialog.get_untracked().is_some_and(|it| it.open()));
    keep_in_sight(dialog, at);
    let options = move || {
        let mut to = blank.another();
        items.with(|all| write(&mut to, all, at.get(), &query.get()));
        to.done()
    };
    let active = move || is_open.get().then(|| format!("p{}", at.get()));
    late! {
        <dialog class="palette" aria-label="Commands" node_ref=dialog on:close=heed(move |_| closed()) on:click=heed(press_beside)>
            <div class="palette__field">
                <Icon symbol=Symbol::Search/>
                <input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                    aria-activedescendant=active aria-label="Search commands, people and conversations" autocomplete="off"
                    spellcheck="false" placeholder="What is to be done?" node_ref=input on:keydown=heed(on_key)
                    on:input=heed(move |event| { query.set(event_target_value(&event)); at.set(0); })/>
                <kbd class="key" aria-hidden="true">"Esc"</kbd>
            </div>
            <div class="palette__list" id="palette-list" role="listbox" aria-label="Results" tabindex="0"
                inner_html=options on:click=heed(press)></div>
            <p class="palette__foot" aria-hidden="true">
                <span><kbd>"↑ ↓"</kbd>" move"</span><span><kbd>"Enter"</kbd>" do it"</span><span class="push"><kbd>"?"</kbd>" all keys, without this"</span>
            </p>
        </dialog>
    }
}

fn keep_in_sight(dialog: NodeRef<html::Dialog>, at: RwSignal<usize>) {
    Effect::new(move || {
        at.track();
        request_animation_frame(move || {
            let chosen = dialog
                .try_get_untracked()
                .flatten()
                .and_then(|it| it.query_selector("[aria-selected=true]").ok().flatten());
            if let Some(chosen) = chosen {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                chosen.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
}

fn write(to: &mut Markup, items: &[Item], at: usize, query: &str) {
    let mut n = 0;
    for group in items.chunk_by(|a, b| a.group == b.group) {
        let title = group[0].group;
        to.open_with("div", "", &[("role", "group"), ("aria-label", title)]);
        to.open_with("p", "palette__group", &[("aria-hidden", "true")]);
        to.text(title);
        to.close("p");
        for item in group {
            let selected = if n == at { "true" } else { "false" };
            let attributes = [("role", "option"), ("id", &*format!("p{n}")), ("aria-selected", selected)];
            to.open_with("div", "palette__item", &attributes);
            to.icon(item.symbol);
            to.open("span", "truncate");
            match place_of(&item.words, query.trim()).filter(|it| !it.is_empty()) {
                Some(place) => {
                    to.text(&item.words[..place.start]);
                    to.leaf("mark", "", &item.words[place.clone()]);
                    to.text(&item.words[place.end..]);
                }
                None => to.text(&item.words),
            }
            to.close("span");
            if !item.more.is_empty() {
                to.leaf("span", "palette__more truncate", &item.more);
            }
            if let Does::Command(command) = &item.does {
                write_keys(to, crate::parts::keys::keys_of(*command));
            }
            to.close("div");
            n += 1;
        }
        to.close("div");
    }
}
