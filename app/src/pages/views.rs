//! What narrows the list, chosen in a form; shown at once or kept as a view.

mod edit;

use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::list::counted_so_far;
use crate::parts::said::Said;
use crate::path::Path;
use crate::prelude::*;
pub use edit::{NarrowPage, Narrowing};
use model::may::Act;
use model::view::SavedView;
use model::view::View;

/// Everybody's saved views and one's own, and what was just done.
#[derive(Debug, Clone)]
pub struct Views {
    pub frame: Frame,
    pub done: Option<Done>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Saved,
    Deleted,
}

impl Done {
    pub const ALL: [Self; 2] = [Self::Saved, Self::Deleted];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Deleted => "deleted",
        }
    }
}

#[component]
pub fn ViewsPage(views: Views) -> Piece {
    let Views { frame, done } = views;
    let may_shared = frame.me.role.may(Act::RunViews);
    let (own, shared): (Vec<_>, Vec<_>) = frame.counts.saved.clone().into_iter().partition(|it| it.is_mine);
    let new = Path::Narrow { view: View::AllOpen, words: "" }.to_string();
    let act = piece! { <a class="button button--primary" href=new><Icon symbol=Symbol::Plus/>"New view"</a> };
    let done = done.map(|it| format!("The view is {}.", it.word()));
    piece! {
        <FramedPage frame place=Place::Views title="Saved views" act=Some(act)
            lead="They stand in the inbox under the views that everybody has, with what is in them.">
            {done.map(|words| view! { <Said words/> })}
            {part("Everybody’s", shared, may_shared)}
            {part("Yours", own, true)}
        </FramedPage>
    }
}

fn part(title: &'static str, views: Vec<SavedView>, may_change: bool) -> Piece {
    let is_empty = views.is_empty();
    let rows = views.into_iter().map(|it| row(it, may_change)).collect_view();
    let table = (!is_empty).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="group" aria-label=format!("{title}, as a table")>
                <table class="table table--words">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col" class="for-wide">"Shows"</th>
                            <th scope="col">"Now"</th>
                            <th scope="col"><span class="for-screen-reader">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    piece! {
        <section class="page__part">
            <h2 class="page__heading">{title}</h2>
            {table}
            {is_empty.then(|| view! { <p class="soft">"None yet."</p> })}
        </section>
    }
}

fn row(it: SavedView, may_change: bool) -> Piece {
    let here = Path::Search { view: it.view, words: &it.words }.to_string();
    let shows =
        if it.words.is_empty() { it.view.title().to_owned() } else { format!("{}: {}", it.view.title(), it.words) };
    let count = counted_so_far(it.count, it.is_more);
    let of = format!(" {}", it.name);
    let edit = may_change.then(|| {
        view! {
            <a class="button button--small" href=Path::SavedView { id: it.id }.to_string()>
                "Edit"<span class="for-screen-reader">{of}</span>
            </a>
        }
    });
    piece! {
        <tr>
            <th scope="row"><a class="link-button" dir="auto" href=here>{it.name}</a></th>
            <td class="for-wide"><p class="table__text" dir="auto">{shows}</p></td>
            <td>{if count.is_empty() { "0".to_owned() } else { count }}</td>
            <td><div class="table__do">{edit}</div></td>
        </tr>
    }
}
