//! Where things are: which of several can be seen, and where a menu opens.

use crate::whole::whole;
use leptos::ev::MouseEvent;
use leptos::prelude::{document, request_animation_frame, window};
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// From the edge of the window, and from the button.
const SPACE: f64 = 8.0;
const GAP: f64 = 4.0;
/// As wide as these menus are: before it opens it has no size.
const WIDTH: f64 = 264.0;

/// The menu of that id below the button that was pressed.
pub fn below(event: &MouseEvent, menu: &str) {
    let button = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
    let menu = document().get_element_by_id(menu).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    if let (Some(button), Some(menu)) = (button, menu) {
        under(&button, &menu);
    }
}

pub fn under(button: &Element, menu: &HtmlElement) {
    let place = button.get_bounding_client_rect();
    let width = window().inner_width().ok().and_then(|it| it.as_f64()).unwrap_or_default();
    let left = (place.right() - WIDTH).min(width - WIDTH - SPACE).max(SPACE);
    let style = menu.style();
    // Refused by no browser: both are lengths.
    _ = style.set_property("left", &format!("{}px", whole(left)));
    _ = style.set_property("top", &format!("{}px", whole(place.bottom() + GAP)));
}

/// One that Escape closes before anything else.
pub fn is_menu_open() -> bool {
    document().query_selector(":popover-open").is_ok_and(|it| it.is_some())
}

/// The first of these that can be seen.
pub fn seen(what: &str) -> Option<HtmlElement> {
    let all = document().query_selector_all(what).ok()?;
    let mut elements = (0..all.length()).filter_map(|at| all.get(at)?.dyn_into::<HtmlElement>().ok());
    elements.find(|it| it.offset_width() > 0)
}

/// Once what is about to appear or to go has done so.
pub fn focus_soon(what: &'static str) {
    request_animation_frame(move || {
        if let Some(it) = seen(what) {
            _ = it.focus();
        }
    });
}
