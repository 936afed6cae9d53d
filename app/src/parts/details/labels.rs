//! Choosing the labels of a customer's conversation.

use super::facts::chip;
use crate::api::desk::set_labels;
use crate::browser::place;
use crate::markup::Markup;
use crate::prelude::*;
use crate::state::details::OpenDetails;
use crate::state::toasts::Toasts;
use leptos::html;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use model::desk::Label;
use web_sys::{Element, HtmlElement, HtmlInputElement};

const MENU: &str = "labels";

/// Written when it opens, and left alone while it is open: somebody is in it with the keyboard.
#[component]
pub fn LabelsMenu() -> Late {
    let (open, toasts) = (expect_context::<OpenDetails>(), expect_context::<Toasts>());
    let menu = NodeRef::<html::Div>::new();
    let choose = move |_| {
        let Some(menu) = menu.get_untracked() else { return };
        let ticked = ticked(&menu);
        let before = open.details.with_untracked(|it| it.as_ref().map(|it| it.labels.clone()));
        let labels: Vec<Label> = open.details.with_untracked(|it| {
            let all = it.iter().flat_map(|it| &it.all_labels);
            all.filter(|it| ticked.contains(&it.id.to_string())).cloned().collect()
        });
        let (Some(before), Some(id)) = (before, open.open_conversation()) else { return };
        let ids = labels.iter().map(|it| it.id).collect();
        show(open, labels);
        spawn_local(async move {
            if let Err(error) = set_labels(id, ids).await {
                if open.open_conversation() == Some(id) {
                    show(open, before);
                }
                toasts.say(format!("The labels are as they were. {error}"), None);
            }
        });
    };
    late! {
        <div class="menu menu--labels" id=MENU popover="auto" role="group" aria-label="Labels" node_ref=menu on:change=heed(choose)></div>
    }
}

fn show(open: OpenDetails, labels: Vec<Label>) {
    _ = open.details.try_update(|it| {
        if let Some(it) = it {
            it.labels = labels;
        }
    });
}

pub fn open_labels(open: OpenDetails, button: &Element) {
    let Some(menu) = document().get_element_by_id(MENU).and_then(|it| it.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let mut to = Markup::new(String::new());
    open.details.with_untracked(|it| {
        if let Some(it) = it {
            for label in &it.all_labels {
                option(&mut to, label, it.labels.iter().any(|chosen| chosen.id == label.id));
            }
        }
    });
    menu.set_inner_html(&to.done());
    place::under(button, &menu);
    // Refused only where it is open already.
    _ = menu.show_popover();
    if let Some(first) = menu.query_selector("input").ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        _ = first.focus();
    }
}

fn option(to: &mut Markup, label: &Label, is_chosen: bool) {
    let id = label.id.to_string();
    let attributes = [("type", "checkbox"), ("value", id.as_str()), ("checked", "")];
    to.open("label", "menu__act");
    to.open_with("input", "", if is_chosen { &attributes } else { &attributes[..2] });
    chip(to, label);
    to.close("label");
}

fn ticked(menu: &Element) -> Vec<String> {
    let Ok(all) = menu.query_selector_all("input:checked") else { return Vec::new() };
    let inputs = (0..all.length()).filter_map(|at| all.get(at)?.dyn_into::<HtmlInputElement>().ok());
    inputs.map(|it| it.value()).collect()
}
