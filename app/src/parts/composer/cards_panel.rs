use super::cards::{CARDS_MOST, Cards, FIELDS, FIRST_BUTTON, PICTURE, SUBTITLE};
use super::emoji_picker::close_outside;
use super::writing::Writing;
use crate::parts::icon::{Icon, Symbol};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use model::outgoing::Part;
use model::platform::Platform;

/// Cards with buttons, one at a time. What was filled in stays until it is sent.
#[component]
pub fn CardsPanel(writing: Writing) -> impl IntoView {
    let cards = writing.cards;
    let panel = NodeRef::<html::Div>::new();
    let problems = RwSignal::new(Vec::<String>::new());
    close_outside(panel, writing);
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            writing.panel.set(None);
            writing.focus();
        }
    };
    let send = move |_| {
        let template = cards.with_untracked(Cards::template);
        match writing.send_alone(Part::Template { template }) {
            Ok(()) => cards.set(Cards::default()),
            Err(found) => problems.set(found),
        }
    };
    let place = Memo::new(move |_| cards.with(|it| (it.is_text, it.at, it.sheets.len())));
    let is_text = move || place.get().0;
    let kind = move |words: &'static str, of: bool| {
        segment(words.to_owned(), move || is_text() == of, move || cards.update(|it| it.is_text = of))
    };
    let kinds = (writing.platform == Platform::Page).then(|| view! {
        <div class="segments" role="group" aria-label="Kind">{kind("Cards", false)}{kind("Text with buttons", true)}</div>
    });
    let numbers = move || {
        let (is_text, at, n) = place.get();
        (!is_text).then(|| {
            let number = |it: usize| {
                segment(format!("Card {}", it + 1), move || it == at, move || cards.update(|cards| cards.at = it))
            };
            view! {
                <div class="segments cards-editor__numbers" role="group" aria-label="Card">
                    {(0..n).map(number).collect_view()}
                    {(n < CARDS_MOST).then(|| segment("Add".to_owned(), || false, move || cards.update(Cards::add)))}
                </div>
            }
        })
    };
    let fields = move || {
        let (is_text, ..) = place.get();
        let sheet = cards.with_untracked(|it| it.sheet().cloned()).unwrap_or_default();
        let shown = sheet.into_iter().enumerate().filter(|(at, _)| !is_text || !matches!(*at, SUBTITLE | PICTURE));
        shown
            .map(|(at, words)| {
                let is_link = at >= FIRST_BUTTON && (at - FIRST_BUTTON) % 2 == 1;
                let class = if at >= FIRST_BUTTON { "field cards-editor__half" } else { "field" };
                let label = if is_text && at == 0 { "Text" } else { FIELDS[at] };
                let hint = if is_link { "Without one: a tap" } else { "" };
                view! {
                    <label class=class>
                        <span class="field__label">{label}</span>
                        <input class="input" type="text" autocomplete="off" dir="auto" placeholder=hint prop:value=words
                            on:input=move |event| {
                                problems.set(Vec::new());
                                cards.update(|it| it.write(at, event_target_value(&event)));
                            }/>
                    </label>
                }
            })
            .collect_view()
    };
    let can_remove = move || place.with(|(is_text, _, n)| !is_text && *n > 1);
    view! {
        <div class="menu menu--dock cards-editor" role="dialog" aria-label="Cards" node_ref=panel on:keydown=on_key>
            {kinds}
            {numbers}
            <div class="cards-editor__fields">{fields}</div>
            <p class="field__problem" role="alert">{move || problems.with(|it| it.join("\n"))}</p>
            <div class="panel__foot">
                <Show when=can_remove>
                    <button type="button" class="button button--small button--quiet" on:click=move |_| cards.update(Cards::remove)>
                        <Icon symbol=Symbol::Trash/>"Remove this card"
                    </button>
                </Show>
                <span class="push"></span>
                <button type="button" class="button button--small button--primary" on:click=send>
                    {move || if is_text() { "Send it" } else { "Send cards" }}
                </button>
            </div>
        </div>
    }
}

fn segment(words: String, is_on: impl Fn() -> bool + Send + Sync + 'static, press: impl Fn() + 'static) -> AnyView {
    view! {
        <button type="button" class="segments__item" aria-pressed=move || is_on().to_string() on:click=move |_| press()>{words}</button>
    }
    .into_any()
}
