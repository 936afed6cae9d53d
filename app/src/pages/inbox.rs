use crate::api::shell::{Shell, open_shell};
use crate::parts::first_steps::{FirstSteps, NothingYet};
use crate::parts::list::ListPane;
use crate::parts::problem::Problem;
use crate::parts::rail::Rail;
use crate::parts::tab_bar::TabBar;
use crate::query;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::person::Role;
use model::view::View;

#[component]
pub fn InboxPage() -> impl IntoView {
    let shell = OnceResource::new(open_shell());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match shell.await {
                    Ok(shell) => Either::Left(view! { <Inbox shell/> }),
                    Err(error) => Either::Right(view! { <Problem error/> }),
                }
            })}
        </Suspense>
    }
}

/// Rail, list and thread. The address says what the list shows, so another view is a link and
/// never a reload.
#[component]
fn Inbox(shell: Shell) -> impl IntoView {
    let address = use_location().search;
    let view = Memo::new(move |_| {
        address.with(|it| query::value(it, "view")).and_then(|it| View::from_word(&it)).unwrap_or_default()
    });
    let words =
        Memo::new(move |_| address.with(|it| query::value(it, "q")).map(|it| it.trim().to_owned()).unwrap_or_default());
    // The server words the title when it may have let go of the page's signals already: so this one
    // is not the page's own, and is read once before.
    let titled = ArcMemo::new(move |_| view.get());
    titled.with_untracked(|_| ());
    let title = move || format!("{} · Switchboard", titled.get().title());
    let runs_the_inbox = shell.me.role == Role::Admin;
    view! {
        <Title text=title/>
        // External, because the router would change the address and leave the focus where it is.
        <a class="skip-link" rel="external" href="#main">"Skip to content"</a>
        <div class="app" class:app--first-steps=move || runs_the_inbox && view.get() == View::Mine>
            <Rail shell=shell.clone() view/>
            <div class="sheet sheet--without-details">
                <main class="sheet__main" id="main">
                    <h1 class="for-screen-reader">"Inbox"</h1>
                    <ListPane view words/>
                    {if runs_the_inbox { Either::Left(view! { <FirstSteps/> }) } else { Either::Right(view! { <NothingYet/> }) }}
                </main>
            </div>
            <TabBar me=shell.me view/>
        </div>
    }
}
