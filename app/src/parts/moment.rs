use crate::state::clock::{Clock, iso};
use leptos::prelude::*;
use model::time::Timestamp;

/// How much is said of a moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// "14:12"
    Time,
    /// As short as the list has room for.
    Short,
    /// With the day, if it is not today.
    Full,
}

/// A moment, in UTC until the page is live, then as the person's own clock says it.
#[component]
pub fn Moment(
    #[prop(into)] at: Signal<Timestamp>,
    #[prop(default = Saying::Time)] saying: Saying,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let words = Memo::new(move |_| match saying {
        Saying::Time => clock.time(at.get()),
        Saying::Short => clock.short(at.get()),
        Saying::Full => clock.moment(at.get()),
    });
    view! { <time class=class datetime=move || iso(at.get())>{words}</time> }
}
