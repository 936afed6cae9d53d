use crate::parts::icon::{Icon, Symbol};
use crate::parts::list::counted;
use crate::path::Path;
use crate::prelude::*;
use crate::state::list::OpenList;
use model::view::View;

/// Some of the views as links; the one that the list shows is marked.
#[component]
pub fn ViewLinks(views: &'static [View], view: Memo<View>) -> Piece {
    let list = use_context::<OpenList>();
    let items = views.iter().map(|&item| {
        // What is done is not counted: nobody has to do anything about it.
        let count = list.filter(|_| item != View::Closed).map(|list| {
            let count = move || list.counts.with(|all| all.iter().find(|it| it.0 == item).map_or(0, |it| it.1));
            let is_soon = item == View::ExpiringSoon;
            move || {
                (count() > 0).then(|| {
                    view! {
                        <span class="views__count" class:views__count--soon=is_soon>{counted(count())}</span>
                    }
                })
            }
        });
        view! {
            <li class="views__item">
                <a class="views__link" href=Path::Inbox { view: item }.to_string() title=item.title()
                    aria-current=shown(move || (view.get() == item).then_some("page"))>
                    <Icon symbol=Symbol::of_view(item)/>
                    <span class="views__text truncate">{item.title()}</span>
                </a>
                {count}
            </li>
        }
    });
    piece! { <ul class="views">{items.collect_view()}</ul> }
}
