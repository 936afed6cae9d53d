//! Putting a conversation aside until later.

mod choices;

use crate::browser::clock::{read_local, write_local};
use crate::browser::place::below;
use crate::markup::Markup;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::state::clock::{Clock, browser_now};
use crate::state::desk::Desk;
pub use choices::choices;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use model::desk::Step;
use model::thread::ConversationState;
use model::time::{HOUR_S, MINUTE_S, Timestamp};
use web_sys::Element;

/// Opens the menu, of which there is one for all its buttons.
#[component]
pub fn SnoozeButton(has_words: bool) -> Piece {
    let (desk, clock) = (expect_context::<Desk>(), expect_context::<Clock>());
    let is_off = move || {
        let is_closed = |it: &Option<model::inbox::ListedConversation>| {
            it.as_ref().is_none_or(|it| it.state == ConversationState::Closed)
        };
        !clock.is_local.get() || desk.thread.conversation.with(is_closed)
    };
    let class = if has_words { "button" } else { "button button--quiet button--icon" };
    piece! {
        <button type="button" class=class aria-label="Snooze" title="Snooze (z)" popovertarget="snooze" data-reach="snooze"
            disabled=is_off on:click=heed(move |event| below(&event, "snooze"))>
            <Icon symbol=Symbol::Moon/>{has_words.then_some("Snooze")}
        </button>
    }
}

#[component]
pub fn SnoozeMenu() -> Late {
    let (desk, clock) = (expect_context::<Desk>(), expect_context::<Clock>());
    let (menu, field) = (NodeRef::<html::Div>::new(), NodeRef::<html::Input>::new());
    let problem = RwSignal::new(None::<&'static str>);
    let blank = Markup::of_page();
    let is_snoozed = Memo::new(move |_| {
        desk.thread.conversation.with(|it| it.as_ref().is_some_and(|it| it.state == ConversationState::Snoozed))
    });
    let list = move || {
        let mut to = blank.another();
        if is_snoozed.get() {
            choice(&mut to, Symbol::Bell, "wake", "Open it again now", "");
        }
        // Nothing of it is seen before the page is live and knows what time it is here.
        if clock.is_local.get() {
            for it in choices(clock.here(clock.now.get())) {
                let at = clock.there(it.here);
                choice(&mut to, Symbol::Moon, &at.0.to_string(), it.words, &clock.moment(at));
            }
        }
        to.done()
    };
    let take = move |step| {
        if let Some(menu) = menu.get_untracked() {
            // Refused only where there is no such menu to close.
            _ = menu.hide_popover();
        }
        desk.take(step);
    };
    let press = move |event: MouseEvent| {
        let pressed = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let pressed = pressed.and_then(|it| it.closest("[data-until]").ok().flatten());
        match pressed.and_then(|it| it.get_attribute("data-until")).as_deref() {
            Some("wake") => take(Step::Reopen),
            Some(until) => {
                if let Ok(until) = until.parse() {
                    take(Step::Snooze { until: Timestamp(until) });
                }
            }
            None => {}
        }
    };
    let opened = move |_| {
        problem.set(None);
        if let Some(field) = field.get_untracked() {
            let now = browser_now();
            field.set_min(&write_local(now.plus_s(MINUTE_S)));
            field.set_value(&write_local(now.plus_s(3 * HOUR_S)));
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match field.get_untracked().and_then(|it| read_local(&it.value())) {
            Some(until) if until > browser_now() => take(Step::Snooze { until }),
            Some(_) => problem.set(Some("That is past already.")),
            None => problem.set(Some("Choose a day and a time.")),
        }
    };
    late! {
        <div class="menu menu--snooze" id="snooze" popover="auto" role="dialog" aria-label="Snooze until" node_ref=menu
            on:toggle=heed(opened)>
            <div class="menu__part" inner_html=list on:click=heed(press)></div>
            <form class="menu__part menu__form" on:submit=heed(submit)>
                <label class="field">
                    <span class="field__label">"Another time"</span>
                    <input class="input" type="datetime-local" node_ref=field/>
                </label>
                <p class="field__problem" role="alert">{shown(move || problem.get())}</p>
                <button type="submit" class="button">"Snooze until then"</button>
            </form>
        </div>
    }
}

fn choice(to: &mut Markup, symbol: Symbol, until: &str, words: &str, more: &str) {
    to.open_with("button", "menu__act", &[("type", "button"), ("data-until", until)]);
    to.icon(symbol);
    to.text(words);
    if !more.is_empty() {
        to.leaf("span", "menu__more tabular", more);
    }
    to.close("button");
}
