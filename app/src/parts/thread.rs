//! The conversation that is open, beside the list.

mod colleagues;
mod header;
mod lines;
mod log;
mod looking;
mod playing;
mod pressed;
mod scroll;

use crate::error::AppError;
use crate::parts::composer::Composer;
use crate::parts::first_steps::{FirstSteps, NothingYet};
use crate::parts::list::Pots;
use crate::parts::offline::OfflineBar;
use crate::path::Path;
use crate::prelude::*;
use crate::state::thread::OpenThread;
use colleagues::Colleagues;
use header::ThreadHeader;
use log::Log;
use model::view::View;

#[derive(Clone, PartialEq)]
enum Shown {
    Steps,
    Nothing,
    Choose,
    Thread,
    Problem(AppError),
}

#[component]
pub fn ThreadPane(
    view: Memo<View>,
    words: Memo<String>,
    is_chosen: Signal<bool>,
    nobody_yet: Memo<bool>,
    is_admin: bool,
) -> Piece {
    let thread = expect_context::<OpenThread>();
    let now = Memo::new(move |_| match (is_chosen.get(), thread.problem.get()) {
        (true, Some(error)) => Shown::Problem(error),
        (true, None) => Shown::Thread,
        (false, _) if !nobody_yet.get() => Shown::Choose,
        (false, _) if is_admin => Shown::Steps,
        (false, _) => Shown::Nothing,
    });
    piece(shown(move || match now.get() {
        Shown::Steps => piece! { <FirstSteps/> },
        Shown::Nothing => piece! { <NothingYet/> },
        Shown::Choose => piece! { <Choose/> },
        Shown::Thread => piece! { <Thread view words/> },
        Shown::Problem(error) => piece! { <NotOpened error view words/> },
    }))
}

#[component]
fn Thread(view: Memo<View>, words: Memo<String>) -> Piece {
    piece! {
        <section class="pane thread" aria-label="Conversation">
            <ThreadHeader view words/>
            <OfflineBar/>
            <Log/>
            <Colleagues/>
            <Composer/>
        </section>
    }
}

#[component]
fn Choose() -> Piece {
    piece! {
        <section class="pane thread" aria-label="Conversation">
            <div class="empty">
                <Pots/>
                <h2 class="empty__title">"Choose a conversation"</h2>
                <p class="empty__text">"It opens here, beside the list."</p>
            </div>
        </section>
    }
}

#[component]
fn NotOpened(error: AppError, view: Memo<View>, words: Memo<String>) -> Piece {
    let title = match error {
        AppError::NotFound => "There is no such conversation",
        _ => "This conversation did not open",
    };
    let words_below = match error {
        AppError::NotFound => "It may be gone, or out of your sight.".to_owned(),
        error => error.to_string(),
    };
    let back = move || back(view.get(), &words.get());
    piece! {
        <section class="pane thread" aria-label="Conversation">
            <div class="empty" role="status">
                <Pots/>
                <h2 class="empty__title">{title}</h2>
                <p class="empty__text">{words_below}</p>
                <div class="empty__do"><a class="button" href=back>"Back to conversations"</a></div>
            </div>
        </section>
    }
}

/// The list alone.
fn back(view: View, words: &str) -> String {
    if words.is_empty() { Path::Inbox { view }.to_string() } else { Path::Search { view, words }.to_string() }
}
