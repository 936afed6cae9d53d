use super::variables::{Between, pieces};
use super::writing::{Panel, Writing};
use crate::markup::Markup;
use crate::parts::avatar::Face;
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
    let drawn = move || {
        let (chosen, blank) = (saved.chosen.get(), blank.another());
        let is_mention = saved.is_mention();
        saved.found.with(|found| {
            if is_mention { draw_people(found, chosen, blank) } else { draw(found, chosen, &writing.between(), blank) }
        })
    };
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
        <ul class="menu__list" id=LIST role="listbox" aria-label=shown(move || saved.what()) node_ref=list
            on:pointerdown=heed(|event: ev::PointerEvent| event.prevent_default()) on:click=heed(press) inner_html=drawn></ul>
    }
}

/// The chosen one, in place of the sign and its word, or where the caret is.
pub fn insert(writing: Writing) {
    let Some(reply) = writing.saved.chosen_reply() else { return };
    let over = writing.saved.slash.get_untracked();
    let text = match &over {
        Some(it) if it.is_mention => reply.text,
        _ => super::variables::fill(&reply.text, &untrack(|| writing.between())),
    };
    writing.saved.slash.set(None);
    writing.panel.set(None);
    match over {
        Some(over) => writing.insert_over(over.start, over.end, &text),
        None => writing.insert(&text),
    }
    writing.focus();
}

/// While `/` or `@` and a word are being written, over the field.
#[component]
pub fn SlashPanel(writing: Writing) -> Late {
    let saved = writing.saved;
    let word = move || saved.slash.with(|it| it.as_ref().map(|it| it.word.clone()).unwrap_or_default());
    let title = move || match word() {
        word if word.is_empty() => saved.what().to_owned(),
        word => format!("{} for “{word}”", saved.what()),
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

fn open(to: &mut Markup, class: &str, at: usize, chosen: usize) {
    let is_chosen = if at == chosen { "true" } else { "false" };
    let (id, at) = (format!("saved-{at}"), at.to_string());
    to.open_with("li", class, &[("id", &id), ("role", "option"), ("aria-selected", is_chosen), ("data-at", &at)]);
}

fn draw_people(found: &[SavedReply], chosen: usize, mut to: Markup) -> String {
    for (at, person) in found.iter().enumerate() {
        open(&mut to, "menu__item menu__item--person", at, chosen);
        let seed = person.id.to_string();
        Face { name: &person.shortcut, seed: &seed, class: "avatar--s", ..Face::default() }.write(&mut to);
        to.leaf("bdi", "", &person.shortcut);
        to.leaf("span", "small", &person.title);
        to.close("li");
    }
    to.done()
}

fn draw(found: &[SavedReply], chosen: usize, between: &Between, mut to: Markup) -> String {
    for (at, reply) in found.iter().enumerate() {
        open(&mut to, "menu__item", at, chosen);
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
        let people = draw_people(&found, 1, Markup::new(String::new()));
        assert!(!people.contains("<script") && people.contains("<bdi>&lt;/li&gt;"), "{people}");
    }
}
