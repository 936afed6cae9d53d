//! Files that are dropped anywhere on the thread.

use super::writing::Writing;
use crate::browser::files::{all, brings_files};
use crate::prelude::*;
use leptos::ev::{self, DragEvent};
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, EventTarget};

const THREAD: &str = ".thread";
const MARK: &str = "thread--drop";

/// Elsewhere on the page files are refused: the browser would leave the page and show them.
pub fn listen(form: NodeRef<html::Form>, writing: Writing) {
    Effect::new(move || {
        let thread = move || form.try_get_untracked().flatten()?.closest(THREAD).ok().flatten();
        let mark = move |on: bool| _ = thread().map(|it| it.class_list().toggle_with_force(MARK, on));
        let over = window_event_listener(ev::dragover, move |event: DragEvent| {
            if brings_files(event.data_transfer().as_ref()) {
                event.prevent_default();
                let inside = is_inside(thread(), event.target());
                if let (Some(transfer), false) = (event.data_transfer(), inside) {
                    transfer.set_drop_effect("none");
                }
                mark(inside);
            }
        });
        let leave = window_event_listener(ev::dragleave, move |event: DragEvent| {
            if event.related_target().is_none() {
                mark(false);
            }
        });
        let drop = window_event_listener(ev::drop, move |event: DragEvent| {
            if !brings_files(event.data_transfer().as_ref()) {
                return;
            }
            event.prevent_default();
            mark(false);
            if is_inside(thread(), event.target()) {
                writing.attach(all(event.data_transfer().and_then(|it| it.files())));
                writing.focus();
            }
        });
        on_cleanup(move || {
            over.remove();
            leave.remove();
            drop.remove();
        });
    });
}

fn is_inside(thread: Option<Element>, target: Option<EventTarget>) -> bool {
    let target = target.and_then(|it| it.dyn_into::<Element>().ok());
    thread.zip(target).is_some_and(|(thread, target)| thread.contains(Some(&target)))
}
