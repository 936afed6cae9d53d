use super::body::Body;
use super::fate::{Acts, Meta};
use super::story::StoryAbove;
use super::tools::Tools;
use crate::parts::avatar::Avatar;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::moment::{Moment, Saying};
use crate::state::clock::Clock;
use crate::state::thread::{OpenThread, Place, is_mine};
use leptos::prelude::*;
use model::content::MessageKind;
use model::inbox::{Line, LineReaction, ReactedBy, ReactionState};
use model::thread::{Author, Direction, MessageState};

/// A message of either side: an article, named by who wrote it and when.
#[component]
pub fn MessageLine(line: RwSignal<Line>, place: RwSignal<Place>, is_pending: RwSignal<bool>) -> impl IntoView {
    let (thread, clock) = (expect_context::<OpenThread>(), expect_context::<Clock>());
    let author = Memo::new(move |_| line.with(|it| author(thread, it)));
    let label = move || format!("{}, {}", author.get(), clock.time(line.with(|it| it.at)));
    let class = move || {
        let (side, is_bot) = line.with(|it| (it.direction, is_by_a_machine(it)));
        let side = if side == Direction::In { "in" } else { "out" };
        format!("msg msg--{side} msg--{}{}", place.get().run.word(), if is_bot { " msg--bot" } else { "" })
    };
    let face = move || {
        (line.with(|it| it.direction == Direction::In) && place.get().run.is_last()).then(|| face(thread)).flatten()
    };
    let above = move || {
        place.get().has_author.then(|| {
            let symbol = line.with(|it| if is_by_a_machine(it) { Symbol::Bot } else { Symbol::Mine });
            view! { <p class="msg__author"><Icon symbol/><bdi>{author}</bdi></p> }
        })
    };
    let has_tools = Memo::new(move |_| {
        !is_pending.get() && line.with(|it| matches!(it.state, Some(MessageState::Received | MessageState::Sent)))
    });
    let is_answer = Memo::new(move |_| line.with(|it| it.kind == MessageKind::StoryReply));
    view! {
        <article class=class aria-label=label id=move || line.with(|it| format!("m-{}", it.id))>
            {face}
            <div class="msg__main">
                {above}
                {move || is_answer.get().then(|| view! { <StoryAbove line/> })}
                <div class="msg__row">
                    <Body line is_pending/>
                    {move || has_tools.get().then(|| view! { <Tools line/> })}
                </div>
                <Offered line/>
                <Reactions line/>
                <Meta line place is_pending/>
                <Acts line is_pending/>
            </div>
        </article>
    }
}

pub fn author(thread: OpenThread, line: &Line) -> String {
    let customer = || {
        let name = thread.conversation.with(|it| it.as_ref().map(|it| it.contact.title().to_owned()));
        name.unwrap_or_default()
    };
    match line.author {
        Author::Contact => customer(),
        _ if is_mine(line, thread.me) => "You".to_owned(),
        Author::NativeInbox => line.author_name.clone().unwrap_or_else(|| "In Meta’s own inbox".to_owned()),
        Author::Bot => line.author_name.clone().unwrap_or_else(|| "Bot".to_owned()),
        Author::Rule => line.author_name.clone().unwrap_or_else(|| "Rule".to_owned()),
        Author::Agent | Author::System => line.author_name.clone().unwrap_or_else(|| "Your team".to_owned()),
    }
}

const fn is_by_a_machine(line: &Line) -> bool {
    matches!(line.author, Author::Bot | Author::Rule)
}

fn face(thread: OpenThread) -> Option<impl IntoView> {
    let contact = thread.conversation.with(|it| it.as_ref().map(|it| (it.id, it.contact.clone())));
    contact.map(|(id, it)| {
        view! {
            <Avatar name=it.title().to_owned() seed=id.to_string() class="msg__avatar" picture=it.picture/>
        }
    })
}

/// What the customer could tap under it.
#[component]
fn Offered(line: RwSignal<Line>) -> impl IntoView {
    use model::outgoing::QuickReply;
    let offered = Memo::new(move |_| line.with(|it| it.detail.quick_replies.clone()));
    move || {
        let offered = offered.get();
        (!offered.is_empty()).then(|| {
            let chips = offered.into_iter().map(|it| {
                let words = match it {
                    QuickReply::Text { title, .. } => title,
                    QuickReply::UserPhoneNumber => "Their phone number".to_owned(),
                    QuickReply::UserEmail => "Their email".to_owned(),
                };
                view! { <bdi class="chip">{words}</bdi> }
            });
            view! { <div class="tapped" role="group" aria-label="Quick replies offered">{chips.collect_view()}</div> }
        })
    }
}

#[component]
fn Reactions(line: RwSignal<Line>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let reactions = Memo::new(move |_| {
        line.with(|it| if it.state == Some(MessageState::Deleted) { Vec::new() } else { it.reactions.clone() })
    });
    let who = move |it: &LineReaction| match it.by {
        ReactedBy::Contact => {
            thread.conversation.with(|it| it.as_ref().map(|it| it.contact.title().to_owned())).unwrap_or_default()
        }
        ReactedBy::Account => "You".to_owned(),
    };
    let shown = move |it: LineReaction| {
        let (how, failed) = match it.state {
            ReactionState::Failed => (", not sent", true),
            ReactionState::Queued | ReactionState::Done => ("", false),
        };
        let label = format!("{} reacted {}{how}", who(&it), it.emoji);
        view! {
            <span class="reaction" class:reaction--failed=failed role="img" aria-label=label.clone() title=label>
                {it.emoji}
            </span>
        }
    };
    move || {
        let reactions = reactions.get();
        (!reactions.is_empty())
            .then(|| view! { <div class="reactions">{reactions.into_iter().map(shown).collect_view()}</div> })
    }
}

/// What a message said before it was changed.
#[component]
pub fn Edits(line: RwSignal<Line>) -> impl IntoView {
    let edits = Memo::new(move |_| line.with(|it| it.edits.clone()));
    move || {
        let edits = edits.get();
        let words = match edits.len() {
            0 => return None,
            1 => "Edited".to_owned(),
            2 => "Edited twice".to_owned(),
            n => format!("Edited {n} times"),
        };
        let former = edits.into_iter().map(|it| {
            view! {
                <li><Moment at=it.at saying=Saying::Full/>" "<bdi class="former__text">{it.text.unwrap_or_default()}</bdi></li>
            }
        });
        Some(view! {
            <details class="former">
                <summary class="link-button link-button--inline">{words}</summary>
                <ol class="former__list" aria-label="What it said before">{former.collect_view()}</ol>
            </details>
        })
    }
}
