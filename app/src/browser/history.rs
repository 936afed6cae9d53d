//! Other addresses of the page, without loading it again.

use leptos::ev::MouseEvent;
use leptos::prelude::{WindowListenerHandle, window, window_event_listener_untyped};
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Element;

/// Everything that this page can show begins so.
const OURS: &str = "/inbox";

pub fn push(to: &str) {
    if let Ok(history) = window().history() {
        _ = history.push_state_with_url(&JsValue::NULL, "", Some(to));
    }
}

/// Back and Forward lead to `here`.
pub fn on_back(go: impl Fn(String) + 'static) -> WindowListenerHandle {
    window_event_listener_untyped("popstate", move |_| {
        let location = window().location();
        if let (Ok(path), Ok(query)) = (location.pathname(), location.search()) {
            go(path + &query);
        }
    })
}

/// A link to a page of ours was followed in the plain way: not into another window, and nobody else took it.
pub fn on_link(go: impl Fn(&str) + 'static) -> WindowListenerHandle {
    window_event_listener_untyped("click", move |event| {
        let Some(event) = event.dyn_ref::<MouseEvent>() else { return };
        let is_plain = event.button() == 0
            && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key())
            && !event.default_prevented();
        let pressed = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let link = pressed.filter(|_| is_plain).and_then(|it| it.closest("a[href]").ok().flatten());
        if let Some(to) = link.as_ref().and_then(leads_to) {
            event.prevent_default();
            go(&to);
        }
    })
}

fn leads_to(link: &Element) -> Option<String> {
    let to = link.get_attribute("href")?;
    let is_elsewhere = ["target", "download", "rel"].into_iter().any(|it| link.has_attribute(it));
    let after = to.strip_prefix(OURS)?;
    let is_ours = after.is_empty() || after.starts_with(['/', '?']);
    (is_ours && !is_elsewhere).then_some(to)
}
