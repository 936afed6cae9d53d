//! The list beside the thread.

mod empty;
mod row;
mod window;

use crate::parts::icon::{Icon, Symbol};
use crate::parts::search_box::SearchBox;
use crate::path::Path;
use crate::prelude::*;
use crate::state::list::OpenList;
pub use empty::Pots;
use empty::{NobodyYet, NotOpened, NothingFound};
use leptos::ev::{FocusEvent, MouseEvent, PointerEvent};
use leptos::html;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::Node;
use model::ids::ConversationId;
use model::view::View;
use row::ConversationRow;
use window::{ListWindow, keep_window};

/// The conversations of one view. `chosen` is the one that is open beside it.
#[component]
pub fn ListPane(view: Memo<View>, words: Memo<String>, chosen: Memo<Option<ConversationId>>) -> Piece {
    let list = expect_context::<OpenList>();
    let count = move || list.count_of(view.get(), &words.get());
    let is_empty = Memo::new(move |_| list.rows.with(Vec::is_empty));
    let nothing = shown(move || match (is_empty.get(), list.problem.get()) {
        (_, Some(error)) => Some(piece! { <NotOpened error/> }),
        (false, None) => None,
        (true, None) if words.with(String::is_empty) => Some(piece! { <NobodyYet view=view.get()/> }),
        (true, None) => {
            Some(piece! { <NothingFound view=view.get() words=words.get() problems=list.not_understood.get()/> })
        }
    });
    let filter = move || Path::Narrow { view: view.get(), words: &words.get() }.to_string();
    piece! {
        <section class="pane list" aria-labelledby="list-title">
            <div class="pane__header">
                <h2 class="pane__title truncate" id="list-title">{shown(move || list.title(view.get(), &words.get()))}</h2>
                <span class="list__count">{count}</span>
                <span class="push"></span>
                <a class="button button--quiet button--icon" href=filter rel="external" title="Filter" aria-label="Filter"><Icon symbol=Symbol::Filter/></a>
            </div>
            <SearchBox view words/>
            <Rows view words chosen/>
            {nothing}
        </section>
    }
}

/// What the list shows, in a form that is posted without the program and leads back here.
#[component]
pub fn ListFields() -> Piece {
    let Some(list) = use_context::<OpenList>() else { return piece(()) };
    let (view, words) = list.shown();
    piece! {
        <input type="hidden" name="view" value=view.word()/>
        <input type="hidden" name="q" value=words/>
    }
}

/// Whether the focus goes to something else of the same list.
fn goes_on_inside(event: &FocusEvent) -> bool {
    let inside = event.current_target().and_then(|it| it.dyn_into::<Node>().ok());
    let to = event.related_target().and_then(|it| it.dyn_into::<Node>().ok());
    inside.is_some_and(|it| to.is_some() && it.contains(to.as_ref()))
}

/// The same where nobody looked on; nothing if there is none.
pub fn counted_so_far(count: i64, is_more: bool) -> String {
    let plus = if is_more { "+" } else { "" };
    if count == 0 { String::new() } else { counted(count) + plus }
}

/// As far as they are counted.
pub fn counted(count: i64) -> String {
    let most = i64::from(model::inbox::COUNTED_MOST);
    if count >= most { format!("{}+", most - 1) } else { count.to_string() }
}

#[component]
fn Rows(view: Memo<View>, words: Memo<String>, chosen: Memo<Option<ConversationId>>) -> Piece {
    let list = expect_context::<OpenList>();
    let (scroll, rows) = (NodeRef::<html::Div>::new(), NodeRef::<html::Ul>::new());
    let window = RwSignal::new(ListWindow::All);
    let look = keep_window(list, scroll, rows, window);
    let in_window = move || list.rows.with(|rows| window.get().of(rows).to_vec());
    let more = shown(move || {
        list.next.get().map(|after| {
            let (view, words) = (view.get(), words.get());
            let href = Path::More { view, words: &words, after }.to_string();
            let load = move |event: MouseEvent| {
                event.prevent_default();
                list.load_more();
            };
            piece! { <p class="convos__more"><a class="button button--small button--quiet" href=href rel="external" on:click=heed(load)>"Show more"</a></p> }
        })
    });
    let enter = move |event: PointerEvent| {
        if event.pointer_type() == "mouse" {
            list.hold_with_pointer(true);
        }
    };
    let to_top = move |_| {
        list.show_all();
        if let Some(scroll) = scroll.get_untracked() {
            scroll.set_scroll_top(0);
        }
    };
    let new_above = shown(move || {
        let n = list.n_waiting.get();
        (n > 0).then(|| piece! {
            <button type="button" class="button button--small new-above" on:click=heed(to_top)>{format!("{n} new above")}</button>
        })
    });
    // A list without rows is there all the same: it is what people and tests look for by name.
    piece! {
        <div class="convos__place" class:convos__place--empty=shown(move || list.rows.with(Vec::is_empty))
            on:pointerenter=heed(enter)
            on:pointerleave=heed(move |_| list.hold_with_pointer(false))
            on:focusin=heed(move |_| list.hold_with_focus(true))
            on:focusout=heed(move |event| list.hold_with_focus(goes_on_inside(&event)))>
            {new_above}
            <div class="pane__scroll" node_ref=scroll on:scroll=heed(move |_| look())>
                <ul class="convos" aria-label="Conversations" aria-busy=shown(move || list.is_loading.get().then_some("true")) node_ref=rows>
                    <For each=in_window key=|row| row.id let:row>
                        <ConversationRow row view words chosen window/>
                    </For>
                </ul>
                {more}
            </div>
        </div>
    }
}
