//! Stories lie at Meta for a day and are passed on from there; nobody keeps them.

use super::files::Gone;
use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use model::content::AttachmentKind;
use model::ids::MessageId;
use model::inbox::Line;
use model::thread::{AttachmentState, Direction};

/// What a reply to a story answers.
#[component]
pub fn StoryAbove(line: RwSignal<Line>) -> impl IntoView {
    let (id, direction) = line.with_untracked(|it| (it.id, it.direction));
    let place = line.with_untracked(|it| {
        it.attachments
            .iter()
            .position(|it| it.attachment_kind() == AttachmentKind::Story && it.state == AttachmentState::Link)
    });
    let words = if direction == Direction::In { "Replied to your story" } else { "Replied to their story" };
    view! {
        <div class="story">
            {place.map(|position| view! { <Art message=id position alt="The story"/> })}
            <p class="story__about">{words}</p>
        </div>
    }
}

/// A story that was passed on.
#[component]
pub fn StoryShared(message: MessageId, position: usize, state: AttachmentState) -> impl IntoView {
    if state != AttachmentState::Link {
        let words = "Shared a story that has since expired.".to_owned();
        return Either::Left(view! { <Gone symbol=Symbol::Story words/> });
    }
    Either::Right(view! { <StoryCard message position words="Shared a story"/> })
}

#[component]
pub fn StoryMention(
    message: MessageId,
    position: usize,
    state: AttachmentState,
    direction: Direction,
) -> impl IntoView {
    let who = if direction == Direction::In { "Mentioned you" } else { "Mentioned them" };
    if state != AttachmentState::Link {
        let words = format!("{who} in a story that has since expired.");
        return Either::Left(view! { <Gone symbol=Symbol::Story words/> });
    }
    Either::Right(view! { <StoryCard message position words=format!("{who} in a story")/> })
}

#[component]
fn StoryCard(message: MessageId, position: usize, #[prop(into)] words: String) -> impl IntoView {
    view! {
        <div class="bubble bubble--card card card--story">
            <Art message position alt="The story"/>
            <div class="card__body"><span class="card__kind"><Icon symbol=Symbol::Story/>{words}</span></div>
        </div>
    }
}

/// A picture or a video: nobody knows before it comes.
#[component]
fn Art(message: MessageId, position: usize, alt: &'static str) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum As {
        Picture,
        Video,
        Nothing,
    }
    let shown = RwSignal::new(As::Picture);
    let src = StoredValue::new(Path::StoryMedia { message, position }.to_string());
    move || match shown.get() {
        As::Picture => EitherOf3::A(view! {
            <img class="story__art" src=src.get_value() alt=alt loading="lazy" on:error=move |_| shown.set(As::Video)/>
        }),
        As::Video => EitherOf3::B(view! {
            <video class="story__art" src=src.get_value() controls=true preload="metadata" playsinline=true
                on:error=move |_| shown.set(As::Nothing)></video>
        }),
        As::Nothing => EitherOf3::C(view! { <p class="story__gone small">"It cannot be shown any more."</p> }),
    }
}
