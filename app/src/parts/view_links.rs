//! Links to lists, with how much is in each. They are text, and changed where they stand: somebody may be on one.

use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::parts::list::{counted, counted_so_far};
use crate::path::Path;
use crate::prelude::*;
use crate::state::list::OpenList;
use leptos::html;
use model::view::View;
use web_sys::Element;

#[derive(Clone, PartialEq)]
struct Way {
    path: String,
    symbol: Symbol,
    title: String,
    count: String,
    is_soon: bool,
    /// The list shows it.
    is_here: bool,
}

/// Some of the views; the one that the list shows is marked.
#[component]
pub fn ViewLinks(views: &'static [View], view: Memo<View>, words: Memo<String>) -> Piece {
    let Some(list) = use_context::<OpenList>() else { return piece(()) };
    links("", move || {
        let shown = view.get();
        let is_saved = list.saved.with(|all| all.iter().any(|it| it.is(shown, &words.get())));
        let way = |&view: &View| {
            // What is done is not counted: nobody has to do anything about it.
            let count =
                list.counts.with(|all| all.iter().find(|it| it.0 == view && view != View::Closed).map(|it| it.1));
            Way {
                path: Path::Inbox { view }.to_string(),
                symbol: Symbol::of_view(view),
                title: view.title().to_owned(),
                count: count.filter(|it| *it > 0).map(counted).unwrap_or_default(),
                is_soon: view == View::ExpiringSoon,
                is_here: view == shown && !is_saved,
            }
        };
        views.iter().map(way).collect()
    })
}

/// The views that people saved, if there are any.
#[component]
pub fn SavedLinks(view: Memo<View>, words: Memo<String>) -> Piece {
    let Some(list) = use_context::<OpenList>() else { return piece(()) };
    links("Saved views", move || {
        let (view, words) = (view.get(), words.get());
        list.saved.with(|all| {
            let ways = all.iter().map(|it| Way {
                path: Path::Search { view: it.view, words: &it.words }.to_string(),
                symbol: Symbol::Star,
                title: it.name.clone(),
                count: counted_so_far(it.count, it.is_more),
                is_soon: false,
                is_here: it.is(view, &words),
            });
            ways.collect()
        })
    })
}

/// The way to what concerns the reader, and how much of it is unread.
#[component]
pub fn NoticeLink() -> Piece {
    let Some(list) = use_context::<OpenList>() else { return piece(()) };
    links("", move || {
        vec![Way {
            path: Path::Notifications.to_string(),
            symbol: Symbol::Bell,
            title: "Notifications".to_owned(),
            count: counted_so_far(list.n_notices.get(), false),
            is_soon: false,
            is_here: false,
        }]
    })
}

fn links(heading: &'static str, ways: impl Fn() -> Vec<Way> + Send + Sync + 'static) -> Piece {
    let (blank, place) = (Markup::of_page(), NodeRef::<html::Div>::new());
    let ways = Memo::new(move |_| ways());
    let mut shown = ways.get_untracked();
    let written = write(heading, &shown, blank.another());
    Effect::new(move || {
        let (now, Some(place)) = (ways.get(), place.get()) else { return };
        let is_same = |it: (&Way, &Way)| it.0.path == it.1.path && it.0.title == it.1.title;
        if now.len() == shown.len() && now.iter().zip(&shown).all(is_same) {
            let mut item = place.last_element_child().and_then(|it| it.first_element_child());
            for (now, before) in now.iter().zip(&shown) {
                let Some(it) = item else { break };
                if now != before {
                    change(&it, now, blank.another());
                }
                item = it.next_element_sibling();
            }
        } else {
            place.set_inner_html(&write(heading, &now, blank.another()));
        }
        shown = now;
    });
    piece! { <div class="written" node_ref=place inner_html=written></div> }
}

fn write(heading: &'static str, ways: &[Way], mut it: Markup) -> String {
    if ways.is_empty() {
        return String::new();
    }
    if !heading.is_empty() {
        it.leaf("h2", "rail__heading", heading);
    }
    it.open("ul", "views");
    for way in ways {
        it.open("li", "views__item");
        let link = [("href", way.path.as_str()), ("title", &way.title), ("aria-current", "page")];
        it.open_with("a", "views__link", if way.is_here { &link } else { &link[..2] });
        it.icon(way.symbol);
        it.leaf("span", "views__text truncate", &way.title);
        it.close("a");
        write_count(way, &mut it);
        it.close("li");
    }
    it.close("ul");
    it.done()
}

/// It stands beside the link, which is named after the view alone.
fn write_count(way: &Way, it: &mut Markup) {
    if !way.count.is_empty() {
        it.leaf("span", if way.is_soon { "views__count views__count--soon" } else { "views__count" }, &way.count);
    }
}

fn change(item: &Element, now: &Way, mut count: Markup) {
    let Some(link) = item.first_element_child() else { return };
    // Refused by no browser: names and places are plain.
    _ = if now.is_here { link.set_attribute("aria-current", "page") } else { link.remove_attribute("aria-current") };
    if let Some(count) = link.next_element_sibling() {
        count.remove();
    }
    write_count(now, &mut count);
    _ = link.insert_adjacent_html("afterend", &count.done());
}
