use leptos::prelude::*;

/// The ring that drains: `left` of a window, from 0 to 1. An attribute and not a style, which the
/// page's policy would refuse.
#[component]
pub fn Ring(#[prop(into)] left: Signal<f64>) -> impl IntoView {
    view! {
        <svg class="ring" viewBox="0 0 16 16" aria-hidden="true">
            <circle class="ring__track" cx="8" cy="8" r="6.5"/>
            <circle class="ring__left" cx="8" cy="8" r="6.5" pathLength="100"
                stroke-dasharray=move || format!("{:.0} 100", left.get() * 100.0)/>
        </svg>
    }
}
