use crate::parts::icon::{Icon, Symbol};
use crate::parts::list::counted;
use crate::parts::me::MeCard;
use crate::parts::view_links::{NoticeLink, SavedLinks, ViewLinks};
use crate::path::Path;
use crate::prelude::*;
use crate::state::list::OpenList;
use leptos::html;
use model::person::Me;
use model::view::View;

const TABS: [View; 3] = [View::Mine, View::Unassigned, View::AllOpen];
const MORE: [View; 4] = [View::ExpiringSoon, View::WithTheBot, View::Snoozed, View::Closed];

/// The rail of a phone, and named like it: only one of the two is ever there.
#[component]
pub fn TabBar(me: Me, view: Memo<View>, words: Memo<String>) -> Piece {
    let menu = NodeRef::<html::Div>::new();
    let close = move |_| {
        if let Some(menu) = menu.get_untracked() {
            // Refused only where there is no such menu to close.
            _ = menu.hide_popover();
        }
    };
    let list = use_context::<OpenList>();
    let tabs = TABS.map(|tab| {
        let count =
            move || list.map_or(0, |it| it.counts.with(|all| all.iter().find(|it| it.0 == tab).map_or(0, |it| it.1)));
        // Hidden from readers, so that the link is named "Mine": only what waits for the person counts here.
        let count = move || {
            (tab == View::Mine && count() > 0).then(|| {
                view! {
                    <span class="tabbar__count" aria-hidden="true">{counted(count())}</span>
                }
            })
        };
        view! {
            <a class="tabbar__item" href=Path::Inbox { view: tab }.to_string()
                aria-current=shown(move || (view.get() == tab).then_some("page"))>
                <Icon symbol=Symbol::of_view(tab)/>
                <span>{tab.title()}</span>
                {count}
            </a>
        }
    });
    piece! {
        <nav class="tabbar" aria-label="Views">
            {tabs.collect_view()}
            <button type="button" class="tabbar__item" popovertarget="more"
                class:tabbar__item--current=shown(move || MORE.contains(&view.get()))>
                <Icon symbol=Symbol::More/>
                <span>"More"</span>
            </button>
            <div class="menu menu--more" id="more" popover="auto" node_ref=menu>
                <div class="menu__part" on:click=heed(close)><ViewLinks views=&MORE view words/><SavedLinks view words/><NoticeLink/></div>
                <MeCard me/>
            </div>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_reaches_every_view() {
        assert!(View::ALL.iter().all(|view| TABS.contains(view) ^ MORE.contains(view)));
    }
}
