//! Notifications of the system, where the browser has them and the person allows them.

use leptos::prelude::window;
use web_sys::wasm_bindgen::JsCast as _;
use web_sys::wasm_bindgen::closure::Closure;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

fn is_allowed() -> bool {
    is_known() && Notification::permission() == NotificationPermission::Granted
}

/// Not every browser has them, and asking one that has not ends the program.
fn is_known() -> bool {
    js_sys::Reflect::has(&window(), &"Notification".into()).unwrap_or(false)
}

/// Asks the person, unless they have answered before; says whether they allow it.
pub fn ask(then: impl FnOnce(bool) + 'static) {
    if !is_known() || is_allowed() {
        return then(is_known());
    }
    let answered = Closure::once_into_js(move || then(is_allowed()));
    // With a callback every browser takes it; refused, it is called as well.
    _ = Notification::request_permission_with_permission_callback(answered.unchecked_ref());
}

/// Another one with the same `tag` takes its place.
pub fn show(title: &str, words: &str, tag: &str, pressed: impl FnOnce() + 'static) {
    if !is_allowed() {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(words);
    options.set_tag(tag);
    // Phones refuse it: there it takes a worker, and the program has none.
    let Ok(shown) = Notification::new_with_options(title, &options) else { return };
    let itself = shown.clone();
    let pressed = Closure::once_into_js(move || {
        itself.close();
        _ = window().focus();
        pressed();
    });
    shown.set_onclick(Some(pressed.unchecked_ref()));
}
