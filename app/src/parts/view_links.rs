use crate::parts::icon::{Icon, Symbol};
use crate::parts::list::{counted, counted_so_far};
use crate::path::Path;
use crate::prelude::*;
use crate::state::list::OpenList;
use model::view::{SavedView, View};

/// Some of the views as links; the one that the list shows is marked.
#[component]
pub fn ViewLinks(views: &'static [View], view: Memo<View>, words: Memo<String>) -> Piece {
    let list = use_context::<OpenList>();
    let items = views.iter().map(|&item| {
        // What is done is not counted: nobody has to do anything about it.
        let list_counted = list.filter(|_| item != View::Closed);
        let count = Signal::derive(move || {
            let count = list_counted.map_or(0, |list| list.counts.with(|all| count_in(all, item)));
            if count > 0 { counted(count) } else { String::new() }
        });
        let is_saved = move || list.is_some_and(|it| it.find_saved(view.get(), &words.get()).is_some());
        let is_here = Signal::derive(move || view.get() == item && !is_saved());
        let path = Path::Inbox { view: item }.to_string();
        link(path, Symbol::of_view(item), item.title().to_owned(), is_here, count, item == View::ExpiringSoon)
    });
    piece! { <ul class="views">{items.collect_view()}</ul> }
}

fn count_in(all: &[(View, i64)], view: View) -> i64 {
    all.iter().find(|it| it.0 == view).map_or(0, |it| it.1)
}

/// The views that people saved, if there are any.
#[component]
pub fn SavedLinks(view: Memo<View>, words: Memo<String>) -> Piece {
    let Some(list) = use_context::<OpenList>() else { return piece(()) };
    // While nothing but counts changes, links stay what they are: somebody may stand on one.
    let links = Memo::new(move |_| {
        list.saved
            .with(|all| all.iter().map(|it| SavedView { count: 0, is_more: false, ..it.clone() }).collect::<Vec<_>>())
    });
    piece(shown(move || {
        let links = links.get();
        if links.is_empty() {
            return None;
        }
        let items = links.into_iter().map(|it| {
            let path = Path::Search { view: it.view, words: &it.words }.to_string();
            let (id, name) = (it.id, it.name.clone());
            let count = Signal::derive(move || {
                let now = list.saved.with(|all| all.iter().find(|it| it.id == id).map(|it| (it.count, it.is_more)));
                now.map(|it| counted_so_far(it.0, it.1)).unwrap_or_default()
            });
            let is_here = Signal::derive(move || list.find_saved(view.get(), &words.get()) == Some(id));
            link(path, Symbol::Star, name, is_here, count, false)
        });
        Some(piece! {
            <h2 class="rail__heading">"Saved views"</h2>
            <ul class="views">{items.collect_view()}</ul>
        })
    }))
}

fn link(
    path: String,
    symbol: Symbol,
    title: String,
    is_here: Signal<bool>,
    count: Signal<String>,
    is_soon: bool,
) -> Piece {
    let count = move || {
        let count = count.get();
        (!count.is_empty())
            .then(|| view! { <span class="views__count" class:views__count--soon=is_soon>{count}</span> })
    };
    let tip = title.clone();
    piece! {
        <li class="views__item">
            <a class="views__link" href=path title=tip aria-current=shown(move || is_here.get().then_some("page"))>
                <Icon symbol/>
                <span class="views__text truncate">{title}</span>
            </a>
            {count}
        </li>
    }
}
