use super::cards::{CARDS_MOST, Cards, FIELDS, FIRST_BUTTON, PICTURE, SUBTITLE};
use super::emoji_picker::close_outside;
use super::writing::Writing;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use leptos::ev::KeyboardEvent;
use leptos::html;
use model::outgoing::Part;
use model::platform::Platform;
use model::texts::joined;

/// Cards with buttons, one at a time. What was filled in stays until it is sent.
#[component]
pub fn CardsPanel(writing: Writing) -> Late {
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
    let kind = move |words: &'static str, of: bool| Segment {
        words: words.to_owned(),
        is_on: is_text() == of,
        press: Box::new(move || cards.update(|it| it.is_text = of)),
    };
    let is_messenger = writing.platform == Platform::Page;
    let kinds = late(move || {
        is_messenger.then(|| segments("Kind", vec![kind("Cards", false), kind("Text with buttons", true)]))
    });
    let numbers = late(move || {
        let (is_text, at, n) = place.get();
        let number = |it: usize| Segment {
            words: format!("Card {}", it + 1),
            is_on: it == at,
            press: Box::new(move || cards.update(|cards| cards.at = it)),
        };
        let mut all: Vec<_> = (0..n).map(number).collect();
        if n < CARDS_MOST {
            all.push(Segment {
                words: "Add".to_owned(),
                is_on: false,
                press: Box::new(move || cards.update(Cards::add)),
            });
        }
        (!is_text).then(|| segments("Card", all))
    });
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
                            on:input=heed(move |event| {
                                problems.set(Vec::new());
                                cards.update(|it| it.write(at, event_target_value(&event)));
                            })/>
                    </label>
                }
            })
            .collect_view()
    };
    let cannot_remove = move || place.with(|(is_text, _, n)| *is_text || *n < 2);
    late! {
        <div class="menu menu--dock cards-editor" role="dialog" aria-label="Cards" node_ref=panel on:keydown=heed(on_key)>
            {kinds}
            {numbers}
            <div class="cards-editor__fields">{fields}</div>
            <p class="field__problem" role="alert">{shown(move || problems.with(|it| joined(it, "\n")))}</p>
            <div class="panel__foot">
                <button type="button" class="button button--small button--quiet" hidden=cannot_remove
                    on:click=heed(move |_| cards.update(Cards::remove))>
                    <Icon symbol=Symbol::Trash/>"Remove this card"
                </button>
                <span class="push"></span>
                <button type="button" class="button button--small button--primary" on:click=heed(send)>
                    {shown(move || if is_text() { "Send it" } else { "Send cards" })}
                </button>
            </div>
        </div>
    }
}

struct Segment {
    words: String,
    is_on: bool,
    press: Box<dyn Fn() + Send>,
}

fn segments(name: &'static str, all: Vec<Segment>) -> Late {
    Late::new(move || {
        let all = all.into_iter().map(|Segment { words, is_on, press }| {
            view! {
                <button type="button" class="segments__item" aria-pressed=is_on.to_string() on:click=heed(move |_| press())>
                    {words}
                </button>
            }
        });
        view! { <div class="segments cards-editor__numbers" role="group" aria-label=name>{all.collect_view()}</div> }
    })
}
