use super::back;
use crate::parts::icon::{Icon, Symbol};
use crate::state::thread::OpenThread;
use leptos::prelude::*;
use model::view::View;

/// Who writes, from where, and to which of our accounts.
#[component]
pub fn ThreadHeader(view: Memo<View>, words: Memo<String>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let about = Memo::new(move |_| {
        thread.conversation.with(|it| {
            it.as_ref().map(|it| {
                let username = it.contact.username.as_ref().filter(|_| it.contact.name.is_some());
                let from = username.map(|it| format!("@{it} ")).unwrap_or_default();
                let to = format!("{from}to {}", it.account_name);
                (it.contact.title().to_owned(), it.platform, to)
            })
        })
    });
    let name = move || about.with(|it| it.as_ref().map(|it| it.0.clone()));
    let sub = move || {
        about.get().map(|(_, platform, to)| {
            view! {
                <Icon symbol=Symbol::of_platform(platform)/>
                <span class="for-screen-reader">{platform.title()}": "</span>
                <span class="truncate">{to}</span>
            }
        })
    };
    view! {
        <div class="pane__header thread__header">
            <a class="button button--quiet button--icon thread__back" aria-label="Back to conversations"
                href=move || back(view.get(), &words.get())>
                <Icon symbol=Symbol::ChevronLeft class="icon icon--l icon--flips"/>
            </a>
            <div class="thread__who">
                <h2 class="thread__name"><bdi class="truncate">{name}</bdi></h2>
                <p class="thread__sub">{sub}</p>
            </div>
        </div>
    }
}
