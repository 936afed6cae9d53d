//! What can be done with a message, beside it.

use super::fate::act;
use crate::api::reply::react;
use crate::parts::icon::{Icon, Symbol};
use crate::state::composing::Composing;
use crate::state::thread::OpenThread;
use leptos::either::Either;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::Node;
use model::inbox::{Line, LineReaction, ReactedBy, ReactionState};
use model::platform::Platform;

const HEART: &str = "❤️";
/// Messenger takes any; these are the ones that it shows itself.
const USUAL: [&str; 6] = ["👍", HEART, "😆", "😮", "😢", "😠"];

#[component]
pub fn Tools(line: RwSignal<Line>) -> impl IntoView {
    let composing = expect_context::<Composing>();
    let has_words = Memo::new(move |_| line.with(|it| it.text.as_ref().is_some_and(|it| !it.is_empty())));
    let reply = move |_| {
        composing.comment.set(None);
        composing.reply_to.set(Some(line.get_untracked()));
    };
    let copy = move |_| {
        if let Some(words) = line.with_untracked(|it| it.text.clone()) {
            _ = web_sys::Window::navigator(&window()).clipboard().write_text(&words);
        }
    };
    view! {
        <div class="msg__tools needs-program">
            <React line/>
            <button type="button" class="button button--quiet button--small button--icon" title="Reply to this message"
                aria-label="Reply to this message" on:click=reply><Icon symbol=Symbol::Reply/></button>
            {move || has_words.get().then(|| view! {
                <button type="button" class="button button--quiet button--small button--icon" title="Copy"
                    aria-label="Copy" on:click=copy><Icon symbol=Symbol::Copy/></button>
            })}
        </div>
    }
}

/// Instagram takes a heart and nothing else: there it is one press.
#[component]
fn React(line: RwSignal<Line>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let platform = thread.conversation.with_untracked(|it| it.as_ref().map(|it| it.platform));
    let ours = Memo::new(move |_| {
        line.with(|it| it.reactions.iter().find(|it| it.by == ReactedBy::Account).map(|it| it.emoji.clone()))
    });
    let choose = move |emoji: &str| {
        let wanted = (ours.get_untracked().as_deref() != Some(emoji)).then(|| emoji.to_owned());
        show(line, wanted.clone());
        let id = line.with_untracked(|it| it.id);
        act(thread, line, move |conversation| async move { react(conversation, id, wanted).await });
    };
    match platform {
        Some(Platform::Page) => Either::Left(view! { <Choice ours choose/> }),
        _ => Either::Right(view! {
            <button type="button" class="button button--quiet button--small button--icon" aria-label="React" title="React"
                aria-pressed=move || ours.get().is_some().to_string() on:click=move |_| choose(HEART)>
                <Icon symbol=Symbol::React/>
            </button>
        }),
    }
}

#[component]
fn Choice(ours: Memo<Option<String>>, choose: impl Fn(&str) + Copy + Send + 'static) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let (button, group) = (NodeRef::<html::Button>::new(), NodeRef::<html::Span>::new());
    let close = move || {
        is_open.set(false);
        if let Some(button) = button.get_untracked() {
            _ = button.focus();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.stop_propagation();
            close();
        }
    };
    let on_leave = move |event: FocusEvent| {
        let to = event.related_target().and_then(|it| it.dyn_into::<Node>().ok());
        if group.get_untracked().is_some_and(|it| !it.contains(to.as_ref())) {
            is_open.set(false);
        }
    };
    let all = move || {
        let all = USUAL.into_iter().map(move |emoji| {
            let press = move |_| {
                choose(emoji);
                close();
            };
            view! {
                <button type="button" class="button button--quiet button--small button--icon" on:click=press
                    aria-pressed=move || (ours.get().as_deref() == Some(emoji)).to_string()>{emoji}</button>
            }
        });
        view! { <span class="reacting__menu menu" role="group" aria-label="Reactions">{all.collect_view()}</span> }
    };
    view! {
        <span class="reacting" node_ref=group on:keydown=on_key on:focusout=on_leave>
            <button type="button" class="button button--quiet button--small button--icon" aria-label="React" title="React"
                aria-expanded=move || is_open.get().to_string() node_ref=button on:click=move |_| is_open.update(|it| *it = !*it)>
                <Icon symbol=Symbol::React/>
            </button>
            {move || is_open.get().then(all)}
        </span>
    }
}

/// As if it were done already; the line as it really becomes follows.
fn show(line: RwSignal<Line>, emoji: Option<String>) {
    line.update(|it| {
        it.reactions.retain(|it| it.by != ReactedBy::Account);
        if let Some(emoji) = emoji {
            it.reactions.push(LineReaction { by: ReactedBy::Account, emoji, state: ReactionState::Queued });
        }
    });
}
