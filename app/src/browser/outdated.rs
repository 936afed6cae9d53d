//! Word within the page that the server is of another build by now. Whoever asks for something learns
//! it; the page as a whole shows it.

/// The event of the window.
pub const OUTDATED: &str = "switchboard-outdated";

#[cfg(feature = "hydrate")]
pub fn tell() {
    if let Ok(event) = web_sys::Event::new(OUTDATED) {
        _ = leptos::prelude::window().dispatch_event(&event);
    }
}

pub fn reload() {
    _ = leptos::prelude::window().location().reload();
}
