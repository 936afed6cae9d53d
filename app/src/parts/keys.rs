//! Keys that work everywhere but where somebody writes: one table, of which the listening, the list
//! of keys and the command palette are made.

mod list;
mod obey;
mod table;

use crate::prelude::*;
use crate::state::commands::{Command, Commands};
use leptos::ev::KeyboardEvent;
use leptos::wasm_bindgen::JsCast as _;
pub use list::{KeyList, write_keys};
pub use obey::obey;
use std::time::Duration;
use table::Meant;
pub use table::keys_of;
use web_sys::Element;

/// How long the first of two keys waits for the second.
const TOGETHER: Duration = Duration::from_millis(1500);

pub fn listen(commands: Commands) {
    let first = StoredValue::new(None::<String>);
    Effect::new(move || {
        let pressed = window_event_listener(leptos::ev::keydown, move |event| {
            let before = first.try_update_value(Option::take).flatten();
            match meant(&event, before.as_deref()) {
                Meant::Nothing => {}
                Meant::First => {
                    _ = first.try_set_value(Some(event.key()));
                    set_timeout(move || _ = first.try_set_value(None), TOGETHER);
                }
                Meant::Command(command) => {
                    event.prevent_default();
                    commands.say(command);
                }
            }
        });
        on_cleanup(move || pressed.remove());
    });
}

fn meant(event: &KeyboardEvent, before: Option<&str>) -> Meant {
    // 229: the key went into a word in Safari, which says otherwise that it did not.
    if event.default_prevented() || event.is_composing() || event.key_code() == 229 {
        return Meant::Nothing;
    }
    let (key, ctrl) = (event.key(), event.ctrl_key() || event.meta_key());
    if ctrl && !event.alt_key() && !event.shift_key() && key.eq_ignore_ascii_case("k") {
        return if is_covered() { Meant::Nothing } else { Meant::Command(Command::Palette) };
    }
    if ctrl || event.alt_key() || is_written_in(event) || is_covered() {
        return Meant::Nothing;
    }
    table::meant(before, &key)
}

fn is_written_in(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|it| it.closest("input, textarea, select, [contenteditable]").is_ok_and(|it| it.is_some()))
}

/// A dialog or a menu is open: keys are for what is in it.
fn is_covered() -> bool {
    document().query_selector("dialog[open], [popover]:popover-open").is_ok_and(|it| it.is_some())
}
