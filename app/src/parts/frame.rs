//! What stands around every page that is not the inbox and not for strangers: the way back to the inbox,
//! and from one such page to another. Links lead only to what is there and what the person may do.

use crate::parts::avatar::Avatar;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::list::{counted, counted_so_far};
use crate::parts::me::MeCard;
use crate::path::Path;
use crate::prelude::*;
use model::may::Act;
use model::person::Me;
use model::time::Timestamp;
use model::view::{Counts, View};

/// Whom the page is for, and what they see around it.
#[derive(Debug, Clone)]
pub struct Frame {
    pub me: Me,
    pub business: String,
    pub counts: Counts,
    /// Of how many accounts something is wrong that whoever looks can mend.
    pub n_troubled: usize,
    pub now: Timestamp,
}

/// The pages that the frame leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Search,
    Notifications,
    People,
    Accounts,
    Numbers,
    Labels,
    Fields,
    Replies,
    Views,
    Tokens,
    Endpoints,
    Audit,
    Me,
}

struct Way {
    place: Place,
    path: Path<'static>,
    symbol: Symbol,
    title: &'static str,
    act: Act,
}

const WAYS: [Way; 13] = [
    // Whoever looks after their own page may look for what they see.
    Way { place: Place::Search, path: Path::Find, symbol: Symbol::Search, title: "Search", act: Act::OwnPage },
    Way {
        place: Place::Notifications,
        path: Path::Notifications,
        symbol: Symbol::Bell,
        title: "Notifications",
        act: Act::OwnPage,
    },
    Way { place: Place::People, path: Path::People, symbol: Symbol::People, title: "People", act: Act::RunPeople },
    Way { place: Place::Accounts, path: Path::Accounts, symbol: Symbol::Link, title: "Accounts", act: Act::RunTeams },
    Way {
        place: Place::Numbers,
        path: Path::Numbers { span: 30 },
        symbol: Symbol::Chart,
        title: "Numbers",
        act: Act::ReadNumbers,
    },
    Way { place: Place::Labels, path: Path::Labels, symbol: Symbol::Tag, title: "Labels", act: Act::RunLabels },
    Way {
        place: Place::Fields,
        path: Path::Fields,
        symbol: Symbol::Note,
        title: "Customer fields",
        act: Act::RunFields,
    },
    Way {
        place: Place::Replies,
        path: Path::Replies,
        symbol: Symbol::Saved,
        title: "Saved replies",
        act: Act::OwnReplies,
    },
    Way { place: Place::Views, path: Path::SavedViews, symbol: Symbol::Star, title: "Saved views", act: Act::OwnViews },
    Way { place: Place::Tokens, path: Path::Tokens, symbol: Symbol::Bot, title: "API tokens", act: Act::RunTokens },
    Way {
        place: Place::Endpoints,
        path: Path::Endpoints,
        symbol: Symbol::Megaphone,
        title: "Endpoints",
        act: Act::RunTokens,
    },
    Way { place: Place::Audit, path: Path::Audit, symbol: Symbol::Shield, title: "Audit log", act: Act::ReadAudit },
    Way { place: Place::Me, path: Path::Me, symbol: Symbol::Mine, title: "Your page", act: Act::OwnPage },
];

/// A menu ends with these anyway.
const IN_THE_CARD: [Place; 2] = [Place::People, Place::Me];

const TABS: [View; 3] = [View::Mine, View::Unassigned, View::AllOpen];

#[component]
pub fn FramedPage(
    frame: Frame,
    place: Place,
    #[prop(into)] title: String,
    #[prop(into)] lead: String,
    /// What there is to do first, beside the title.
    #[prop(default = None)]
    act: Option<Piece>,
    children: Inside,
) -> Piece {
    let Frame { me, business, counts, n_troubled, .. } = frame;
    // Where the accounts are it is said of each.
    let trouble = (n_troubled > 0 && place != Place::Accounts).then(|| trouble(n_troubled));
    let (views, phone_views) =
        (view_links(&View::ALL, &counts.views), view_links(&View::ALL[TABS.len()..], &counts.views));
    let (saved, phone_saved) = (saved_links(&counts), saved_links(&counts));
    let unread = counts.notifications;
    let (ways, phone_ways) = (way_links(&me, place, &[], unread), way_links(&me, place, &IN_THE_CARD, unread));
    let tabs = TABS.map(|view| tab(view, &counts.views)).collect_view();
    let card = me.clone();
    piece! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="app">
            <header class="rail">
                <a class="rail__brand" href=Path::Inbox { view: View::Mine }.to_string()>
                    <Icon symbol=Symbol::Mark/>
                    <span class="rail__name truncate">{business}</span>
                </a>
                <nav aria-label="Views">{views}{saved}</nav>
                <nav aria-label="Team">
                    <h2 class="rail__heading">"Team"</h2>
                    {ways}
                </nav>
                <div class="rail__foot">
                    <button type="button" class="me" popovertarget="me" title=me.name.clone()>
                        <Avatar name=me.name.clone() seed=me.id.to_string()/>
                        <span class="rail__name truncate">{me.name.clone()}</span>
                    </button>
                    <div class="menu menu--me" id="me" popover="auto"><MeCard me/></div>
                </div>
            </header>
            <main class="sheet sheet--page" id="main" tabindex="-1">
                <div class="page">
                    {trouble}
                    <div class="page__head">
                        <div>
                            <h1 class="page__title">{title}</h1>
                            <p class="page__lead">{lead}</p>
                        </div>
                        {act.map(|it| view! { <div class="page__do">{it}</div> })}
                    </div>
                    {children.piece()}
                </div>
            </main>
            <nav class="tabbar" aria-label="Main">
                {tabs}
                <button type="button" class="tabbar__item tabbar__item--current" popovertarget="more">
                    <Icon symbol=Symbol::More/>
                    <span>"More"</span>
                </button>
                <div class="menu menu--more" id="more" popover="auto">
                    <div class="menu__part">{phone_views}{phone_saved}</div>
                    <div class="menu__part">{phone_ways}</div>
                    <MeCard me=card/>
                </div>
            </nav>
        </div>
    }
}

fn trouble(n: usize) -> Piece {
    let words = if n == 1 {
        "Something is wrong with an account.".to_owned()
    } else {
        format!("Something is wrong with {n} accounts.")
    };
    piece! {
        <div class="notice" role="alert">
            <Icon symbol=Symbol::Alert/>
            <p>{words}" "<a class="link-button link-button--inline" href=Path::Health.to_string()>"See what, and mend it"</a></p>
        </div>
    }
}

fn count_of(view: View, counts: &[(View, i64)]) -> Option<i64> {
    // What is done is not counted: nobody has to do anything about it.
    counts.iter().find(|it| it.0 == view && view != View::Closed).map(|it| it.1).filter(|it| *it > 0)
}

fn view_links(views: &'static [View], counts: &[(View, i64)]) -> Piece {
    let items = views.iter().map(|&item| {
        let is_soon = item == View::ExpiringSoon;
        let count = count_of(item, counts).map(|count| {
            view! { <span class="views__count" class:views__count--soon=is_soon>{counted(count)}</span> }
        });
        let path = Path::Inbox { view: item };
        view! { <li class="views__item">{link(path, Symbol::of_view(item), item.title().to_owned(), false)}{count}</li> }
    });
    piece! { <ul class="views">{items.collect_view()}</ul> }
}

fn saved_links(counts: &Counts) -> Option<Piece> {
    let items = counts.saved.iter().map(|it| {
        let path = Path::Search { view: it.view, words: &it.words };
        let count = counted_so_far(it.count, it.is_more);
        let count = (!count.is_empty()).then(|| view! { <span class="views__count">{count}</span> });
        view! { <li class="views__item">{link(path, Symbol::Star, it.name.clone(), false)}{count}</li> }
    });
    let items = items.collect_view();
    (!counts.saved.is_empty())
        .then(|| piece! { <h2 class="rail__heading">"Saved views"</h2><ul class="views">{items}</ul> })
}

fn way_links(me: &Me, place: Place, without: &[Place], unread: i64) -> Piece {
    let ways = WAYS.iter().filter(|it| me.role.may(it.act) && !without.contains(&it.place));
    let items = ways.map(|it| {
        let is_counted = it.place == Place::Notifications && unread > 0;
        let count = is_counted.then(|| view! { <span class="views__count">{counted(unread)}</span> });
        view! {
            <li class="views__item">{link(it.path, it.symbol, it.title.to_owned(), it.place == place)}{count}</li>
        }
    });
    piece! { <ul class="views">{items.collect_view()}</ul> }
}

fn link(path: Path<'_>, symbol: Symbol, title: String, is_here: bool) -> Piece {
    let tip = title.clone();
    piece! {
        <a class="views__link" href=path.to_string() title=tip aria-current=is_here.then_some("page")>
            <Icon symbol/>
            <span class="views__text truncate">{title}</span>
        </a>
    }
}

/// Of what waits for the person a phone shows the count, hidden from readers, so that the link is named "Mine".
fn tab(view: View, counts: &[(View, i64)]) -> Piece {
    let count = count_of(view, counts).filter(|_| view == View::Mine).map(|count| {
        view! { <span class="tabbar__count" aria-hidden="true">{counted(count)}</span> }
    });
    piece! {
        <a class="tabbar__item" href=Path::Inbox { view }.to_string()>
            <Icon symbol=Symbol::of_view(view)/>
            <span>{view.title()}</span>
            {count}
        </a>
    }
}
