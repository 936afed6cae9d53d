//! What the page itself does when it is told to; the rest is heeded by the parts that it is about.

use crate::browser::place::{focus_soon, seen};
use crate::path::Path;
use crate::prelude::*;
use crate::state::address::Address;
use crate::state::commands::{Command, Commands};
use crate::state::desk::Desk;
use crate::state::details::OpenDetails;
use crate::state::liking::Liking;
use crate::state::list::OpenList;
use leptos::wasm_bindgen::JsCast as _;
use model::ids::ConversationId;
use web_sys::{Element, HtmlElement, js_sys};

pub fn obey(
    commands: Commands,
    list: OpenList,
    desk: Desk,
    details: OpenDetails,
    liking: Liking,
    chosen: Memo<Option<ConversationId>>,
) {
    let address = expect_context::<Address>();
    commands.heed(move |command| match command {
        Command::Next => step(list, chosen.get_untracked(), true),
        Command::Previous => step(list, chosen.get_untracked(), false),
        Command::CloseOrReopen => desk.close_or_reopen(),
        Command::Details => details.toggle(),
        Command::Go(view) => address.go(&Path::Inbox { view }.to_string()),
        Command::Search => focus("input[type=search]"),
        Command::Reply => focus("textarea[name=text]"),
        Command::Assign => reach(details, "[data-reach=assign]", choose),
        Command::Snooze => reach(details, "[data-reach=snooze]", HtmlElement::click),
        Command::Hand => reach(details, "[data-reach=hand]", HtmlElement::click),
        Command::Theme(theme) => liking.change(|it| it.theme = theme),
        Command::Note | Command::Palette | Command::Keys => {}
    });
    log_after_enter(chosen);
}

/// The focus goes to the next row; Enter opens it.
fn step(list: OpenList, chosen: Option<ConversationId>, forth: bool) {
    let rows: Vec<_> = list.rows.with_untracked(|rows| rows.iter().map(|it| it.id).collect());
    let link = |id: &ConversationId| {
        let row = document().get_element_by_id(&format!("about-{id}"))?.closest("li").ok()??;
        row.query_selector(".convo__link").ok()??.dyn_into::<HtmlElement>().ok()
    };
    let focused = document().active_element();
    let at = rows
        .iter()
        .position(|id| focused.as_ref().is_some_and(|it| link(id).is_some_and(|link| link.is_same_node(Some(it)))))
        .or_else(|| rows.iter().position(|id| Some(*id) == chosen));
    let next = match at {
        Some(at) if forth => at + 1,
        Some(at) => at.saturating_sub(1),
        None => 0,
    };
    if let Some(link) = rows.get(next).and_then(link) {
        _ = link.focus();
    }
}

/// Whoever opens a conversation from the list with the keyboard is going to read it, and then goes on
/// with the next.
fn log_after_enter(chosen: Memo<Option<ConversationId>>) {
    Effect::new(move |before: Option<Option<ConversationId>>| {
        let now = chosen.get();
        let from_list = || {
            let link = document().active_element().filter(|it| it.class_list().contains("convo__link"));
            link.is_some_and(|it| it.matches(":focus-visible").unwrap_or(false))
        };
        if before.is_some_and(|before| before != now) && now.is_some() && from_list() {
            focus_soon(".log");
        }
        now
    });
}

/// On a phone it is among the details.
fn reach(details: OpenDetails, what: &'static str, act: fn(&HtmlElement)) {
    if let Some(it) = seen(what) {
        return act(&it);
    }
    details.set_open(true);
    request_animation_frame(move || {
        if let Some(it) = seen(what) {
            act(&it);
        }
    });
}

fn focus(what: &str) {
    if let Some(it) = seen(what) {
        _ = it.focus();
    }
}

/// Its options open where the browser lets them.
fn choose(select: &HtmlElement) {
    _ = select.focus();
    let element: &Element = select;
    if let Ok(show) = js_sys::Reflect::get(element, &"showPicker".into())
        && let Some(show) = show.dyn_ref::<js_sys::Function>()
    {
        _ = show.call0(element);
    }
}
