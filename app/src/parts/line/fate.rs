//! What became of a message, under it: when it was, how far it got, and what can be done if it did
//! not get there.

use super::message::Edits;
use crate::api::inbox::open_lines;
use crate::api::reply::{discard_send, retry_send, take_back};
use crate::error::AppError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::moment::{Moment, Saying};
use crate::state::clock::Clock;
use crate::state::composing::Composing;
use crate::state::thread::{OpenThread, Place, is_tapped};
use leptos::either::{Either, EitherOf4};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::content::MessageKind;
use model::failure::Remedy;
use model::inbox::{Fate, Line, fate};
use model::thread::MessageState;

pub fn fate_now(thread: OpenThread, line: RwSignal<Line>, is_pending: RwSignal<bool>) -> Memo<Option<Fate>> {
    Memo::new(move |_| {
        let (delivered, seen) = (thread.delivered_until.get(), thread.seen_until.get());
        let is_pending = is_pending.get();
        line.with(|it| match fate(it.direction, it.state, it.at, delivered, seen) {
            Some(_) if is_pending => Some(Fate::Queued),
            fate => fate,
        })
    })
}

/// Time and state; once a run, under its last.
#[component]
pub fn Meta(line: RwSignal<Line>, place: RwSignal<Place>, is_pending: RwSignal<bool>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let fate = fate_now(thread, line, is_pending);
    let is_shown = Memo::new(move |_| {
        place.with(|it| it.has_meta) || matches!(fate.get(), Some(Fate::Queued | Fate::Failed | Fate::NotConfirmed))
    });
    let at = Signal::derive(move || line.with(|it| it.at));
    let is_tagged = Memo::new(move |_| line.with(|it| it.tagged));
    let tapped = Memo::new(move |_| {
        line.with(|it| match it.kind {
            _ if !is_tapped(it) => None,
            MessageKind::Postback => Some("tapped a button"),
            _ => Some("tapped a quick reply"),
        })
    });
    let inside = move || {
        view! {
            {move || (fate.get() != Some(Fate::Queued)).then(|| view! { <Moment at/> })}
            {move || tapped.get().map(|it| view! { <span>{it}</span> })}
            <Edits line/>
            {move || is_tagged.get().then(|| view! { <span class="msg__tag">"Human-agent tag"</span> })}
            {move || fate.get().map(|it| view! { <State fate=it line is_pending/> })}
        }
    };
    move || is_shown.get().then(|| view! { <div class="msg__meta">{inside()}</div> })
}

#[component]
fn State(fate: Fate, line: RwSignal<Line>, is_pending: RwSignal<bool>) -> impl IntoView {
    let (thread, clock) = (expect_context::<OpenThread>(), expect_context::<Clock>());
    let plain = |symbol, words: &'static str, class| {
        view! { <span class=class><Icon symbol/>{words}</span> }
    };
    match fate {
        Fate::Queued => EitherOf4::A(view! { <Queued line is_pending/> }),
        Fate::Seen => {
            // Only under the last that they have seen it is known when.
            let is_last_seen = move || {
                let at = line.with(|it| it.at);
                thread.entries.with(|all| {
                    !all.iter().any(|it| {
                        it.line.with(|it| {
                            it.at > at
                                && it.at <= thread.seen_until.get()
                                && it.direction == model::thread::Direction::Out
                        })
                    })
                })
            };
            let when = move || is_last_seen().then(|| format!(" {}", clock.moment(thread.seen_until.get())));
            EitherOf4::B(view! {
                <span class="msg__state msg__state--seen"><Icon symbol=Symbol::Checks/>"Seen"{when}</span>
            })
        }
        Fate::Failed => EitherOf4::C(plain(Symbol::Alert, "Not sent", "msg__state msg__state--failed")),
        Fate::Sending => EitherOf4::D(plain(Symbol::Clock, "Sending", "msg__state")),
        Fate::Sent => EitherOf4::D(plain(Symbol::Check, "Sent", "msg__state")),
        Fate::Delivered => EitherOf4::D(plain(Symbol::Checks, "Delivered", "msg__state")),
        Fate::NotConfirmed => EitherOf4::D(plain(Symbol::Question, "Not confirmed", "msg__state")),
    }
}

/// It waits: for the moment in which it leaves it can be taken back.
#[component]
fn Queued(line: RwSignal<Line>, is_pending: RwSignal<bool>) -> impl IntoView {
    let (thread, composing) = (expect_context::<OpenThread>(), expect_context::<Composing>());
    let clock = expect_context::<Clock>();
    let due = Memo::new(move |_| line.with(|it| it.due_at).filter(|_| !is_pending.get()));
    // Within the next minute it leaves any moment; what is sent later says when.
    let later = move || due.get().filter(|it| it.since_ms(clock.now.get()) > 60_000);
    let back = move |_| {
        let (id, words) = line.with_untracked(|it| (it.id, it.text.clone()));
        act(thread, line, move |conversation| async move {
            let is_back = take_back(conversation, id).await?;
            if is_back {
                thread.gone(&[id]);
                if let Some(words) = words {
                    _ = composing.restore.try_set(Some(words));
                }
            }
            Ok(is_back)
        });
    };
    // The composer says so while the server cannot be reached.
    let on_its_way =
        move || line.with(|it| it.failure.as_ref().map_or_else(|| "Sending".to_owned(), |it| it.message.clone()));
    move || match due.get() {
        Some(_) => Either::Left(view! {
            <button type="button" class="link-button link-button--inline needs-program" on:click=back>"Take back"</button>
            {move || later().map(|at| view! { <span>"Leaves "<Moment at saying=Saying::Full/></span> })}
        }),
        None => Either::Right(view! { <span class="msg__state"><Icon symbol=Symbol::Clock/>{on_its_way}</span> }),
    }
}

/// The reason, and what mends it first.
#[component]
pub fn Acts(line: RwSignal<Line>, is_pending: RwSignal<bool>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let fate = fate_now(thread, line, is_pending);
    move || match fate.get() {
        Some(Fate::Failed) => Some(Either::Left(view! { <Failed line/> })),
        Some(Fate::NotConfirmed) => Some(Either::Right(view! { <NotConfirmed line/> })),
        _ => None,
    }
}

#[component]
fn Failed(line: RwSignal<Line>) -> impl IntoView {
    let (thread, composing) = (expect_context::<OpenThread>(), expect_context::<Composing>());
    let failure = line.with_untracked(|it| it.failure.clone()).unwrap_or_default();
    let reason = if failure.message.is_empty() { "It did not go out.".to_owned() } else { failure.message };
    let has_words = line.with_untracked(|it| it.text.as_ref().is_some_and(|it| !it.is_empty()));
    let edit_first = failure.remedy == Some(Remedy::Edit);
    let retry = failure.retryable.then(|| view! { <Again line words="Retry"/> });
    let edit = move |_| {
        let words = line.with_untracked(|it| it.text.clone());
        let id = line.with_untracked(|it| it.id);
        act(thread, line, move |conversation| async move {
            let is_gone = discard_send(conversation, id).await?;
            if is_gone {
                thread.gone(&[id]);
                _ = composing.restore.try_set(words);
            }
            Ok(is_gone)
        });
    };
    let edit = has_words.then(|| view! {
        <button type="button" class="button button--small needs-program" class:button--quiet=!edit_first on:click=edit>"Edit"</button>
    });
    let (first, second) = if edit_first {
        (Either::Left(edit), Either::Right(retry))
    } else {
        (Either::Right(retry), Either::Left(edit))
    };
    view! {
        <div class="fate">
            <span class="fate__reason">{reason}</span>
            {first}
            {second}
            <Delete line/>
        </div>
    }
}

#[component]
fn NotConfirmed(line: RwSignal<Line>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let platform = thread.conversation.with_untracked(|it| it.as_ref().map_or("Meta", |it| it.platform.title()));
    let failure =
        line.with_untracked(|it| it.failure.as_ref().map(|it| it.message.clone()).filter(|it| !it.is_empty()));
    let reason = failure.unwrap_or_else(|| format!("{platform} stopped answering. It may have arrived."));
    let check = move |_| {
        let id = line.with_untracked(|it| it.id);
        act(thread, line, move |conversation| async move {
            let lines = open_lines(conversation, vec![id]).await?;
            thread.put(lines);
            Ok(true)
        });
    };
    view! {
        <div class="fate">
            <span class="fate__reason fate__reason--unsure">{reason}</span>
            <button type="button" class="button button--small needs-program" on:click=check>
                <Icon symbol=Symbol::Retry/>"Check again"
            </button>
            <Again line words="Send again" is_second=true/>
            <Delete line/>
        </div>
    }
}

#[component]
fn Again(line: RwSignal<Line>, words: &'static str, #[prop(optional)] is_second: bool) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let retry = move |_| {
        let id = line.with_untracked(|it| it.id);
        act(thread, line, move |conversation| async move { retry_send(conversation, id).await });
    };
    view! {
        <button type="button" class="button button--small needs-program" class:button--quiet=is_second on:click=retry>{words}</button>
    }
}

#[component]
fn Delete(line: RwSignal<Line>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let delete = move |_| {
        let id = line.with_untracked(|it| it.id);
        act(thread, line, move |conversation| async move {
            let is_gone = discard_send(conversation, id).await?;
            if is_gone {
                thread.gone(&[id]);
            }
            Ok(is_gone)
        });
    };
    view! { <button type="button" class="button button--small button--quiet needs-program" on:click=delete>"Delete"</button> }
}

/// Does it, and then shows the line as it has become, whatever came of it.
pub fn act<F>(thread: OpenThread, line: RwSignal<Line>, does: impl FnOnce(model::ids::ConversationId) -> F + 'static)
where
    F: Future<Output = Result<bool, AppError>> + 'static,
{
    let conversation = thread.conversation.with_untracked(|it| it.as_ref().map(|it| it.id));
    let Some(conversation) = conversation else { return };
    let id = line.with_untracked(|it| it.id);
    spawn_local(async move {
        // What went wrong is in the line as it is now: there is nothing else to say.
        _ = does(conversation).await;
        let is_shown = thread.conversation.try_with_untracked(|it| it.as_ref().is_some_and(|it| it.id == conversation));
        if is_shown != Some(true) {
            return;
        }
        if let Ok(lines) = open_lines(conversation, vec![id]).await {
            if lines.is_empty() {
                thread.gone(&[id]);
            }
            thread.put(lines);
        }
    });
}

pub const fn is_deleted(line: &Line) -> bool {
    matches!(line.state, Some(MessageState::Deleted))
}
