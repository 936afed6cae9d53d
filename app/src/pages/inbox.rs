pub mod first;

use crate::alerts::Alerts;
use crate::api::codec::WireEncoding;
use crate::live::Live;
use crate::parts::details::DetailsPane;
use crate::parts::keys::{self, KeyList};
use crate::parts::late::late_while;
use crate::parts::list::ListPane;
use crate::parts::palette::Palette;
use crate::parts::problem::Problem;
use crate::parts::rail::Rail;
use crate::parts::snooze::SnoozeMenu;
use crate::parts::tab_bar::TabBar;
use crate::parts::thread::ThreadPane;
use crate::parts::toasts::ToastPlace;
use crate::parts::viewer::Viewer;
use crate::path::read_after;
use crate::query;
use crate::state::clock::Clock;
use crate::state::commands::Commands;
use crate::state::composing::Composing;
use crate::state::desk::Desk;
use crate::state::details::OpenDetails;
use crate::state::liking::Liking;
use crate::state::list::OpenList;
use crate::state::presence::Presence;
use crate::state::thread::OpenThread;
use crate::state::toasts::Toasts;
use crate::state::viewing::Viewing;
use first::{First, Wanted, first};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use model::person::Role;
use model::view::View;

/// Rail, list and thread. The address says what the list shows and what is open, so another view or
/// conversation is a link and never a reload.
#[component]
pub fn InboxPage() -> impl IntoView {
    let wanted = wanted();
    let first = OnceResource::<_, WireEncoding>::new_with_options(first(wanted.get_untracked()), false);
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match first.await {
                    Ok(first) => Either::Left(view! { <Inbox first wanted/> }),
                    Err(error) => Either::Right(view! { <Problem error/> }),
                }
            })}
        </Suspense>
    }
}

/// What the address asks for.
fn wanted() -> Memo<Wanted> {
    let address = use_location().search;
    let params = use_params_map();
    Memo::new(move |_| {
        let value = |name| address.with(|it| query::value(it, name));
        let conversation = params.with(|it| it.get("conversation"));
        Wanted {
            view: value("view").and_then(|it| View::from_word(&it)).unwrap_or_default(),
            words: value("q").map(|it| it.trim().to_owned()).unwrap_or_default(),
            after: value("after").and_then(|it| read_after(&it)),
            is_odd: conversation.as_ref().is_some_and(|it| it.parse::<model::ids::ConversationId>().is_err()),
            conversation: conversation.and_then(|it| it.parse().ok()),
        }
    })
}

#[component]
fn Inbox(first: First, wanted: Memo<Wanted>) -> impl IntoView {
    let First { shell, now, list: page, counts, open } = first;
    let (me, is_admin) = (shell.me.clone(), shell.me.role == Role::Admin);
    provide_context(me.clone());
    let view = Memo::new(move |_| wanted.with(|it| it.view));
    let words = Memo::new(move |_| wanted.with(|it| it.words.clone()));
    let chosen = Memo::new(move |_| wanted.with(|it| it.conversation));
    let liking = Liking::provide(me.preferences.clone());
    let clock = Clock::provide(now);
    let list = OpenList::provide(me.id, clock, view.get_untracked(), words.get_untracked());
    let thread = OpenThread::provide(me.id, clock);
    let composing = Composing::provide();
    Viewing::provide();
    let commands = Commands::provide();
    let desk = Desk::provide(thread, &me, clock, Toasts::provide());
    let details = OpenDetails::provide(thread);
    list.fill(page);
    list.counts.set(counts);
    match open {
        Some(Ok(opened)) => thread.open(opened),
        Some(Err(error)) => thread.problem.set(Some(error)),
        None => {}
    }
    let alerts = Alerts::new(now, list, thread, liking);
    Live::provide(list, thread, alerts, Presence::provide(thread));
    keys::listen(commands);
    keys::obey(commands, list, desk, details, liking, chosen);
    Effect::new(move |before: Option<(View, String)>| {
        let now = (view.get(), words.get());
        if before.is_some_and(|before| before != now) {
            list.turn_to(now.0, now.1.clone());
        }
        now
    });
    Effect::new(move |before: Option<Option<_>>| {
        let now = chosen.get();
        if before.is_some_and(|before| before != now) {
            composing.forget();
            thread.turn_to(now, now.and_then(|it| list.find(it)));
        }
        now
    });
    let nobody_yet =
        Memo::new(move |_| list.counts.with(|all| all.iter().all(|it| it.1 == 0)) && list.rows.with(Vec::is_empty));
    // The server words the title when it may have let go of the page's signals already: so this one
    // is not the page's own, and is read once before.
    let titled = ArcMemo::new(move |_| {
        let name = thread.conversation.with(|it| it.as_ref().map(|it| it.contact.title().to_owned()));
        alerts.badge() + &chosen.get().and(name).unwrap_or_else(|| view.get().title().to_owned())
    });
    titled.with_untracked(|_| ());
    // What stands in a title is not escaped on the server.
    let title = move || format!("{} · Switchboard", titled.get().replace('<', "‹"));
    let is_chosen = move || wanted.with(|it| it.conversation.is_some() || it.is_odd);
    let has_first_steps = move || {
        is_admin && nobody_yet.get() && view.get() == View::Mine && words.with(String::is_empty) && !is_chosen()
    };
    view! {
        <Title text=title/>
        // External, because the router would change the address and leave the focus where it is.
        <a class="skip-link" rel="external" href="#main">"Skip to content"</a>
        <div class="app" class:app--first-steps=has_first_steps class:app--details=move || details.is_over()
            class:app--thread=move || is_chosen() && !details.is_over()>
            <Rail shell=shell.clone() view/>
            <div class="sheet" class:sheet--without-details=move || !details.is_beside()>
                <main class="sheet__main" id="main">
                    <h1 class="for-screen-reader">"Inbox"</h1>
                    <ListPane view words chosen/>
                    <ThreadPane view words is_chosen=Signal::derive(is_chosen) nobody_yet is_admin/>
                </main>
                <DetailsPane/>
            </div>
            <TabBar me=shell.me view/>
        </div>
        <Viewer/>
        {late_while(move || clock.is_local.get(), move || view! {
            <SnoozeMenu/>
            <Palette view words/>
            <KeyList/>
            <ToastPlace/>
        })}
    }
}
