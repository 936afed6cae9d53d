//! Who the customer is, beside the thread.

mod edit;
mod facts;
mod labels;

use crate::browser::place::{focus_soon, is_menu_open};
use crate::markup::Markup;
use crate::parts::assignee::Assignee;
use crate::parts::closing::CloseOrReopen;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::snooze::SnoozeButton;
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::desk::Desk;
use crate::state::details::OpenDetails;
use edit::EditContact;
use labels::{LabelsMenu, open_labels};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::wasm_bindgen::JsCast as _;
use model::desk::Step;
use model::inbox::ListedContact;
use model::person::Me;
use model::priority::Priority;
use web_sys::Element;

#[component]
pub fn DetailsPane() -> Piece {
    let desk = expect_context::<Desk>();
    let is_there = Memo::new(move |_| desk.thread.conversation.with(Option::is_some));
    piece(shown(move || is_there.get().then(|| piece! { <Pane/> })))
}

#[component]
fn Pane() -> Piece {
    let (desk, open, clock) = (expect_context::<Desk>(), expect_context::<OpenDetails>(), expect_context::<Clock>());
    let is_editing = RwSignal::new(false);
    move_focus(open);
    Effect::new(move || {
        desk.thread.conversation.with(|it| it.as_ref().map(|it| it.id));
        open.details.with(Option::is_none).then(|| is_editing.set(false));
    });
    let contact = Memo::new(move |_| desk.thread.conversation.with(|it| it.as_ref().map(|it| it.contact.clone())));
    let about = move || contact.with(|it| it.as_ref().map(|it| format!("About {}", it.title())));
    let close = move || {
        open.set_open(false);
        focus_soon("#show-details");
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.is_over() && !is_menu_open() {
            event.stop_propagation();
            close();
        }
    };
    piece! {
        <aside class="pane details" class:details--open=shown(move || open.is_over()) aria-label="Details" on:keydown=heed(on_key)>
            <div class="pane__header">
                <button type="button" class="button button--quiet button--icon thread__back" aria-label="Back to the conversation"
                    on:click=heed(move |_| close())>
                    <Icon symbol=Symbol::ChevronLeft class="icon icon--l icon--flips"/>
                </button>
                <h2 class="pane__title">"Details"</h2>
                <span class="push"></span>
                <button type="button" class="button button--quiet button--icon details__close" aria-label="Close details"
                    title="Close details" on:click=heed(move |_| close())>
                    <Icon symbol=Symbol::X/>
                </button>
            </div>
            <div class="pane__scroll" tabindex="0" role="group" aria-label=about>
                <div class="details__person" inner_html=person(contact, open)></div>
                <div class="details__acts">
                    <Assignee class="select select--boxed select--avatar"/>
                    <SnoozeButton has_words=true/>
                    <CloseOrReopen class="button"/>
                </div>
                {late_while(move || clock.is_local.get(), move || view! { <Known contact is_editing/> })}
            </div>
            {late_while(move || clock.is_local.get(), || view! { <LabelsMenu/> })}
        </aside>
    }
}

/// Everything that has to be asked for.
#[component]
fn Known(contact: Memo<Option<ListedContact>>, is_editing: RwSignal<bool>) -> Late {
    let (open, clock, me) = (expect_context::<OpenDetails>(), expect_context::<Clock>(), expect_context::<Me>().id);
    let (blank, desk) = (Markup::of_page(), expect_context::<Desk>());
    let priority =
        Memo::new(move |_| desk.thread.conversation.with(|it| it.as_ref().map(|it| it.priority).unwrap_or_default()));
    let part = move |write: fn(&mut Markup, &facts::About<'_>)| {
        let blank = blank.clone();
        Signal::derive(move || {
            let mut to = blank.another();
            let title = contact.with(|it| it.as_ref().map(|it| it.title().to_owned())).unwrap_or_default();
            let priority = priority.get();
            open.details.with(|it| {
                if let Some(details) = it {
                    write(&mut to, &facts::About { details, clock, me, priority, title: &title });
                }
            });
            to.done()
        })
    };
    let press = move |event: MouseEvent| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let pressed = target.and_then(|it| it.closest("[data-act]").ok().flatten());
        match pressed.as_ref().and_then(|it| it.get_attribute("data-act")).as_deref() {
            Some("edit") => is_editing.set(true),
            Some("labels") => {
                if let Some(button) = pressed {
                    open_labels(open, &button);
                }
            }
            Some(priority) => {
                if let Some(to) = Priority::called(priority) {
                    desk.take(Step::Prioritise { to });
                }
            }
            None => {}
        }
    };
    let problem = move || {
        let problem = open.problem.get().filter(|_| open.details.with(Option::is_none));
        problem.map(|error| view! {
            <div class="details__part details__problem" role="status">
                <p class="soft">{error.to_string()}</p>
                <button type="button" class="button button--small" on:click=heed(move |_| open.load())>"Try again"</button>
            </div>
        })
    };
    let (facts, about, rest) = (part(facts::facts), part(facts::about), part(facts::rest));
    let about = move || if is_editing.get() { String::new() } else { about.get() };
    late! {
        {problem}
        <div on:click=heed(press)>
            <div class="written" inner_html=facts></div>
            {late_while(move || is_editing.get(), move || view! { <EditContact is_editing/> })}
            <div class="written" inner_html=about></div>
            <div class="written" inner_html=rest></div>
        </div>
    }
}

fn person(contact: Memo<Option<ListedContact>>, open: OpenDetails) -> impl Fn() -> String {
    let blank = Markup::of_page();
    move || {
        let mut to = blank.another();
        if let Some(contact) = contact.get() {
            open.details.with(|it| facts::person(&mut to, &contact, it.as_ref()));
        }
        to.done()
    }
}

/// Into the drawer when it opens: what it covers cannot be seen.
fn move_focus(open: OpenDetails) {
    Effect::new(move |before: Option<bool>| {
        let now = open.is_over();
        if now && before == Some(false) {
            focus_soon(".details .pane__header button");
        }
        now
    });
}
