use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use leptos::prelude::*;
use model::view::View;

/// Some of the views as links; the one that the list shows is marked.
#[component]
pub fn ViewLinks(views: &'static [View], view: Memo<View>) -> impl IntoView {
    let items = views.iter().map(|&item| {
        view! {
            <li class="views__item">
                <a class="views__link" href=Path::Inbox { view: item }.to_string() title=item.title()
                    aria-current=move || (view.get() == item).then_some("page")>
                    <Icon symbol=Symbol::of_view(item)/>
                    <span class="views__text truncate">{item.title()}</span>
                </a>
            </li>
        }
    });
    view! { <ul class="views">{items.collect_view()}</ul> }
}
