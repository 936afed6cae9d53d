use crate::parts::search_box::SearchBox;
use crate::path::Path;
use leptos::either::Either;
use leptos::prelude::*;
use model::view::View;

/// The conversations of one view.
#[component]
pub fn ListPane(view: Memo<View>, words: Memo<String>) -> impl IntoView {
    view! {
        <section class="pane list" aria-labelledby="list-title">
            <div class="pane__header"><h2 class="pane__title" id="list-title">{move || view.get().title()}</h2></div>
            <SearchBox view words/>
            // Empty for now, and there all the same: it is what people and tests look for by name.
            <ul class="convos" aria-label="Conversations"></ul>
            {move || if words.with(String::is_empty) {
                Either::Left(view! { <NobodyYet view=view.get()/> })
            } else {
                Either::Right(view! { <NothingFound view=view.get() words=words.get()/> })
            }}
        </section>
    }
}

#[component]
fn NobodyYet(view: View) -> impl IntoView {
    view! {
        <div class="empty">
            <svg class="empty__art" viewBox="0 0 88 64" aria-hidden="true">
                <path d="M10 54h68"/>
                <path d="M30 54c-6-4-9-11-9-18h26c0 7-3 14-9 18z"/>
                <path d="M47 39h4a5 5 0 0 1 0 10h-6"/>
                <path d="M57 54V42c0-6 3-8 3-14v-6h6v6c0 6 3 8 3 14v12z"/>
                <path d="M29 28c0-3 3-3 3-6s-3-3-3-6M37 28c0-3 3-3 3-6s-3-3-3-6"/>
            </svg>
            <h2 class="empty__title">"Nobody has written yet"</h2>
            <p class="empty__text">{view.empty_text()}</p>
        </div>
    }
}

#[component]
fn NothingFound(view: View, words: String) -> impl IntoView {
    view! {
        <div class="empty" role="status">
            <h2 class="empty__title">"Nothing found"</h2>
            <p class="empty__text">"No conversation in " {view.title()} " matches “" <bdi>{words}</bdi> "”."</p>
            <div class="empty__do"><a class="button" href=Path::Inbox { view }.to_string()>"Show all"</a></div>
        </div>
    }
}
