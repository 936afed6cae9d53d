use crate::error::AppError;
use crate::parts::plain_page::PlainPage;
use crate::path::Path;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// A page that could not be opened: what happened, then what can be done.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Problem(error: AppError) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::status::set(error.status());
    let here = use_location();
    let here = format!("{}?{}", here.pathname.get_untracked(), here.search.get_untracked());
    let here = here.trim_end_matches('?');
    // External: both are answered by the server, not by the program in this page.
    let act = if error == AppError::SignedOut {
        let href = Path::LoginThen { next: here }.to_string();
        Either::Left(view! { <a class="button button--primary button--large" rel="external" href=href>"Sign in"</a> })
    } else {
        let again = if error == AppError::Outdated { "Reload" } else { "Try again" };
        Either::Right(
            view! { <a class="button button--primary button--large" rel="external" href=here.to_owned()>{again}</a> },
        )
    };
    view! {
        <Title text="Something is wrong · Switchboard"/>
        <PlainPage title="This page did not open" lead=error.to_string()>
            <div class="login__do">{act}</div>
        </PlainPage>
    }
}
