//! A last word to the server while the page goes away.

use leptos::prelude::window;
use web_sys::UrlSearchParams;

/// Posts a form without waiting for an answer. `false`: the browser did not take it.
pub fn send(address: &str, fields: &[(&str, &str)]) -> bool {
    let Ok(form) = UrlSearchParams::new() else {
        return false;
    };
    for (name, value) in fields {
        form.append(name, value);
    }
    window().navigator().send_beacon_with_opt_url_search_params(address, Some(&form)).unwrap_or(false)
}

/// Posts words as they are, in the same way.
pub fn send_text(address: &str, words: &str) -> bool {
    window().navigator().send_beacon_with_opt_str(address, Some(words)).unwrap_or(false)
}
