pub mod first;

use crate::alerts::Alerts;
use crate::assets::provide_icon_sheet;
use crate::live::Live;
use crate::parts::avatar::Faces;
use crate::parts::details::DetailsPane;
use crate::parts::keys::{self, KeyList};
use crate::parts::list::ListPane;
use crate::parts::palette::Palette;
use crate::parts::rail::Rail;
use crate::parts::snooze::SnoozeMenu;
use crate::parts::tab_bar::TabBar;
use crate::parts::thread::ThreadPane;
use crate::parts::toasts::ToastPlace;
use crate::parts::viewer::Viewer;
use crate::prelude::*;
use crate::state::address::Address;
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
use first::First;
use model::person::Role;
use model::view::View;

/// For the browser, which begins with this page.
pub fn inbox(first: First) -> Piece {
    provide_icon_sheet();
    piece! { <InboxPage first/> }
}

/// Rail, list and thread.
#[component]
pub fn InboxPage(first: First) -> Piece {
    let First { here, shell, faces, now, heard_until, list: page, counts, open } = first;
    provide_context(Faces::of(&faces));
    let wanted = Address::provide(here).wanted();
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
    list.count(counts);
    match open {
        Some(Ok(opened)) => thread.open(opened),
        Some(Err(error)) => thread.problem.set(Some(error)),
        None => {}
    }
    let alerts = Alerts::new(now, list, thread, liking);
    Live::provide(heard_until, list, thread, alerts, Presence::provide(thread));
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
    Effect::new(move || {
        let name = thread.conversation.with(|it| it.as_ref().map(|it| it.contact.title().to_owned()));
        let title = chosen.get().and(name).unwrap_or_else(|| list.title(view.get(), &words.get()));

        document().set_title(&titled(&(alerts.badge() + &title)));
    });
    let is_chosen = move || wanted.with(|it| it.conversation.is_some() || it.is_odd);
    let has_first_steps = move || {
        is_admin && nobody_yet.get() && view.get() == View::Mine && words.with(String::is_empty) && !is_chosen()
    };
    piece! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="app" class:app--first-steps=has_first_steps class:app--details=shown(move || details.is_over())
            class:app--thread=shown(move || is_chosen() && !details.is_over())>
            <Rail shell=shell.clone() view words/>
            <div class="sheet" class:sheet--without-details=shown(move || !details.is_beside())>
                <main class="sheet__main" id="main">
                    <h1 class="for-screen-reader">"Inbox"</h1>
                    <ListPane view words chosen/>
                    <ThreadPane view words is_chosen=Signal::derive(is_chosen) nobody_yet is_admin/>
                </main>
                <DetailsPane/>
            </div>
            <TabBar me=shell.me view words/>
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

/// The title of a page of ours.
pub fn titled(what: &str) -> String {
    format!("{what} · Switchboard")
}
