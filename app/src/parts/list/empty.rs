use crate::error::AppError;
use crate::markup::Markup;
use crate::path::Path;
use crate::prelude::*;
use crate::state::list::OpenList;
use model::view::View;

#[component]
pub fn NobodyYet(view: View) -> Piece {
    piece! {
        <div class="empty">
            <Pots/>
            <h2 class="empty__title">"Nobody has written yet"</h2>
            <p class="empty__text">{view.empty_text()}</p>
        </div>
    }
}

#[component]
pub fn Pots() -> Piece {
    piece! {
        <svg class="empty__art" viewBox="0 0 88 64" aria-hidden="true">
            <path d="M10 54h68"/>
            <path d="M30 54c-6-4-9-11-9-18h26c0 7-3 14-9 18z"/>
            <path d="M47 39h4a5 5 0 0 1 0 10h-6"/>
            <path d="M57 54V42c0-6 3-8 3-14v-6h6v6c0 6 3 8 3 14v12z"/>
            <path d="M29 28c0-3 3-3 3-6s-3-3-3-6M37 28c0-3 3-3 3-6s-3-3-3-6"/>
        </svg>
    }
}

#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn NothingFound(view: View, words: String, problems: Vec<String>) -> Piece {
    let mut it = Markup::of_page();
    it.leaf("h2", "empty__title", "Nothing found");
    it.open("p", "empty__text");
    it.text("No conversation in ");
    it.text(view.title());
    it.text(" matches “");
    it.leaf("bdi", "", &words);
    it.text("”.");
    it.close("p");
    for problem in &problems {
        it.leaf("p", "empty__text", problem);
    }
    it.open("div", "empty__do");
    let found = Path::Found { words: &words }.to_string();
    it.open_with("a", "button", &[("href", &found), ("rel", "external")]);
    it.text("Search all messages");
    it.close("a");
    it.open_with("a", "button", &[("href", &Path::Inbox { view }.to_string())]);
    it.text("Show all");
    it.close("a");
    it.close("div");
    piece! { <div class="empty" role="status" inner_html=it.done()></div> }
}

/// The list did not come.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn NotOpened(error: AppError) -> Piece {
    let list = expect_context::<OpenList>();
    piece! {
        <div class="list__problem" role="status">
            <p class="soft">{error.to_string()}</p>
            <button type="button" class="button button--small needs-program" on:click=heed(move |_| list.load())>"Try again"</button>
        </div>
    }
}
