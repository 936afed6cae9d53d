use super::variables::{Between, pieces};
use super::writing::{Panel, Writing};
use crate::markup::Markup;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use leptos::ev;
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use model::desk::SavedReply;
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

pub const LIST: &str = "saved-replies";

/// The one that is chosen, for whoever reads the page out.
pub fn active(writing: Writing) -> Option<String> {
    (!writing.saved.found.with(Vec::is_empty)).then(|| format!("saved-{}", writing.saved.chosen.get()))
}

/// What fits, the chosen one at length. The focus stays where one types.
#[component]
pub fn SavedList(writing: Writing) -> Late {
    let saved = writing.saved;
    let list = NodeRef::<html::Ul>::new();
    let blank = Markup::of_page();
    let drawn = move || saved.found.with(|found| draw(found, saved.chosen.get(), &writing.between(), blank.another()));
    Effect::new(move || {
        saved.chosen.track();
        let chosen = list.get().and_then(|it| it.query_selector("[aria-selected=true]").ok().flatten());
        if let Some(chosen) = chosen {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            chosen.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
    let press = move |event: ev::MouseEvent| {
        let pressed = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let at = pressed.and_then(|it| it.closest("[data-at]").ok().flatten()?.get_attribute("data-at")?.parse().ok());
        if let Some(at) = at {
            saved.chosen.set(at);
            insert(writing);
        }
    };
    late! {
        <ul class="menu__list" id=LIST role="listbox" aria-label="Saved replies" node_ref=list
            on:pointerdown=heed(|event: ev::PointerEvent| event.prevent_default()) on:click=heed(press) inner_html=drawn></ul>
    }
}

/// The chosen one, in place of the `/` and its word, or where the caret is.
pub fn insert(writing: Writing) {
    let Some(reply) = writing.saved.chosen_reply() else { return };
    let text = super::variables::fill(&reply.text, &untrack(|| writing.between()));
    let over = writing.saved.slash.get_untracked();
    writing.saved.slash.set(None);
    writing.panel.set(None);
    match over {
        Some(over) => writing.insert_over(over.start, over.end, &text),
        None => writing.insert(&text),
    }
    writing.focus();
}

/// While `/` and a word are being written, over the field.
#[component]
pub fn SlashPanel(writing: Writing) -> Late {
    let saved = writing.saved;
    let word = move || saved.slash.with(|it| it.as_ref().map(|it| it.word.clone()).unwrap_or_default());
    let title = move || match word() {
        word if word.is_empty() => "Saved replies".to_owned(),
        word => format!("Saved replies for “{word}”"),
    };
    late! {
            <div class="menu menu--dock saved">
                <p class="menu__head">
                    <Icon symbol=Symbol::Saved class="icon icon--s"/>{title}
                    <span class="push"></span>
                    <span class="for-desk"><kbd>"↑ ↓"</kbd>" choose "<kbd>"Tab"</kbd>" insert"</span>
                </p>
                <SavedList writing/>
            </div>
    }
}

pub fn is_offered(writing: Writing) -> bool {
    let saved = writing.saved;
    matches!(writing.panel.get(), None | Some(Panel::Chips))
        && saved.slash.with(Option::is_some)
        && !saved.found.with(Vec::is_empty)
}

/// What a key does while they are offered; `false`: what it always does.
pub fn takes_key(writing: Writing, key: &str) -> bool {
    if !untrack(|| is_offered(writing)) {
        return false;
    }
    match key {
        "Enter" | "Tab" => insert(writing),
        "Escape" => writing.saved.leave_slash(),
        key => return writing.saved.moves(key),
    }
    true
}

fn draw(found: &[SavedReply], chosen: usize, between: &Between, mut to: Markup) -> String {
    for (at, reply) in found.iter().enumerate() {
        let is_chosen = if at == chosen { "true" } else { "false" };
        let (id, at) = (format!("saved-{at}"), at.to_string());
        let option = [("id", id.as_str()), ("role", "option"), ("aria-selected", is_chosen), ("data-at", &at)];
        to.open_with("li", "menu__item", &option);
        to.leaf("span", "menu__key", &format!("/{}", reply.shortcut));
        to.open_with("span", "menu__text", &[("dir", "auto")]);
        for (words, is_filled) in pieces(&reply.text, between) {
            if is_filled {
                to.leaf("span", "variable", words);
            } else {
                to.text(words);
            }
        }
        to.close("span");
        to.leaf("span", "small", if reply.is_mine { "Yours" } else { "Shared" });
        to.close("li");
    }
    to.done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::composer::slash::tests::saved;

    #[test]
    fn a_saved_reply_is_shown_as_it_would_be_inserted_and_never_as_markup() {
        let evil = "</li><script>alert(1)</script>";
        let between = Between { customer: Some(evil.to_owned()), agent: "Mia".to_owned() };
        let found = [saved("hi", "Hello", "Hi {name}"), saved(evil, evil, evil)];
        let html = draw(&found, 1, &between, Markup::new(String::new()));
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("<span class=\"variable\">&lt;/li&gt;&lt;script&gt;"), "{html}");
        assert!(html.contains("id=\"saved-1\" role=\"option\" aria-selected=\"true\""), "{html}");
    }
}
