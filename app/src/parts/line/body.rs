//! What a message consists of, one below the other.

use super::cards::{AppointmentCard, Form, OrderCard, TemplateCards};
use super::comment::CommentCard;
use super::event::referred;
use super::fate::{fate_now, is_deleted};
use super::files::{Files, Gone};
use super::message::author;
use super::photos::Photos;
use super::story::{StoryMention, StoryShared};
use super::text::{Words, is_only_emoji};
use super::voice::Voice;
use crate::parts::icon::{Icon, Symbol};
use crate::state::thread::{OpenThread, is_tapped};
use leptos::prelude::*;
use model::content::{AttachmentKind, MessageKind};
use model::inbox::{Fate, Line, LineAttachment, Quoted};
use model::thread::{AttachmentState, Direction, MessageState};

#[component]
pub fn Body(line: RwSignal<Line>, is_pending: RwSignal<bool>) -> impl IntoView {
    let thread = expect_context::<OpenThread>();
    let fate = fate_now(thread, line, is_pending);
    // Only what is drawn here: a reaction or a new state must not stop a voice message that plays.
    let content = Memo::new(move |_| {
        let mut it = line.get();
        it.state = it.state.filter(|it| *it == MessageState::Deleted);
        it.reactions.clear();
        (it.failure, it.due_at, it.edits) = (None, None, Vec::new());
        it
    });
    let state = Memo::new(move |_| match fate.get() {
        Some(Fate::Queued | Fate::Sending) => " bubble--queued",
        Some(Fate::NotConfirmed) => " bubble--unsure",
        Some(Fate::Failed) => " bubble--failed",
        _ => "",
    });
    move || {
        let blocks = blocks(thread, &content.get(), state);
        view! { <div class="msg__stack" tabindex="-1">{blocks}</div> }
    }
}

fn blocks(thread: OpenThread, line: &Line, state: Memo<&'static str>) -> Vec<AnyView> {
    let platform = thread.conversation.with(|it| it.as_ref().map_or("Meta", |it| it.platform.title()));
    if is_deleted(line) {
        let words = match line.direction {
            Direction::In => format!("{} unsent a message.", author(thread, line)),
            _ => "This message was unsent.".to_owned(),
        };
        return vec![view! { <Gone symbol=Symbol::Undo words/> }.into_any()];
    }
    let mut all = Vec::new();
    if line.kind != MessageKind::Event
        && let Some(referral) = &line.detail.referral
    {
        let (words, _) = referred(Some(referral));
        all.push(view! { <p class="msg__context"><Icon symbol=Symbol::Megaphone/><span>{words}</span></p> }.into_any());
    }
    match line.kind {
        MessageKind::Ephemeral => {
            let words = format!("Sent a photo or video to view once. {platform} shows it only in its own app.");
            all.push(view! { <Gone symbol=Symbol::Eye words/> }.into_any());
        }
        MessageKind::Unsupported => {
            let kind = line.detail.unsupported.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
            let words = format!("{platform} doesn’t let us show this kind of message{kind}. Look at it in {platform}.");
            all.push(view! { <Gone symbol=Symbol::Question words/> }.into_any());
        }
        MessageKind::Order => {
            all.push(view! { <OrderCard order=line.detail.order.clone().unwrap_or_default()/> }.into_any());
        }
        MessageKind::Form => {
            all.push(view! { <Form answers=line.detail.answers.clone()/> }.into_any());
            with_text(thread, line, state, &mut all);
        }
        MessageKind::Comment | MessageKind::Mention | MessageKind::VisitorPost => {
            all.push(view! { <CommentCard line=line.clone()/> }.into_any());
            with_attachments(line, &mut all);
        }
        _ if is_tapped(line) => {
            let words = line.text.clone().or_else(|| line.detail.postback.as_ref()?.title.clone());
            let words = words.unwrap_or_else(|| "A button".to_owned());
            all.push(
                view! {
                    <div class="bubble"><span class="bubble__tap"><Icon symbol=Symbol::Hand/><bdi>{words}</bdi></span></div>
                }
                .into_any(),
            );
        }
        _ => {
            with_attachments(line, &mut all);
            with_text(thread, line, state, &mut all);
        }
    }
    if all.is_empty() {
        let words = format!("This message is empty. Look at it in {platform}.");
        all.push(view! { <Gone symbol=Symbol::Question words/> }.into_any());
    }
    all
}

/// The words in a bubble; above them in it, what they answer.
fn with_text(thread: OpenThread, line: &Line, state: Memo<&'static str>, all: &mut Vec<AnyView>) {
    let text = line.text.clone().filter(|it| !it.trim().is_empty());
    let is_large = line.reply_to.is_none() && text.as_deref().is_some_and(is_only_emoji);
    if text.is_none() && line.reply_to.is_none() {
        return;
    }
    let class = move || format!("bubble{}{}", if is_large { " bubble--emoji" } else { "" }, state.get());
    let quote = line.reply_to.clone().map(|it| view! { <Quote thread quoted=it/> });
    all.push(view! { <div class=class>{quote}{text.map(|text| view! { <Words text/> })}</div> }.into_any());
}

fn with_attachments(line: &Line, all: &mut Vec<AnyView>) {
    let photos: Vec<_> = line
        .attachments
        .iter()
        .filter(|it| it.attachment_kind() == AttachmentKind::Image)
        .filter_map(|it| it.media.clone())
        .collect();
    if !photos.is_empty() {
        all.push(view! { <Photos photos/> }.into_any());
    }
    for (position, it) in line.attachments.iter().enumerate() {
        if let Some(view) = attachment(line, position, it) {
            all.push(view);
        }
    }
}

fn attachment(line: &Line, position: usize, it: &LineAttachment) -> Option<AnyView> {
    use AttachmentKind as Kind;
    let kind = it.attachment_kind();
    let it = it.clone();
    Some(match kind {
        Kind::Image if it.media.is_some() => return None,
        Kind::Audio if it.media.is_some() => view! { <Voice media=it.media?/> }.into_any(),
        // Only a title to what is above.
        Kind::Story if line.kind == MessageKind::StoryReply => return None,
        Kind::LikeHeart => {
            view! { <div class="bubble bubble--emoji" role="img" aria-label="Heart">"❤️"</div> }.into_any()
        }
        Kind::Story => view! { <StoryShared message=line.id position state=it.state/> }.into_any(),
        Kind::StoryMention => {
            view! { <StoryMention message=line.id position state=it.state direction=line.direction/> }.into_any()
        }
        Kind::Template => view! { <TemplateCards detail=it.detail title=it.title text=line.text.clone()/> }.into_any(),
        Kind::Appointment => view! { <AppointmentCard title=it.title detail=it.detail/> }.into_any(),
        Kind::Ephemeral => {
            let words = "Sent a photo or video to view once.".to_owned();
            view! { <Gone symbol=Symbol::Eye words/> }.into_any()
        }
        Kind::Unsupported => {
            let words = "An attachment that cannot be shown here.".to_owned();
            view! { <Gone symbol=Symbol::Question words/> }.into_any()
        }
        kind => view! { <Files kind attachment=it/> }.into_any(),
    })
}

/// What a message answers, and the way there.
#[component]
fn Quote(thread: OpenThread, quoted: Quoted) -> impl IntoView {
    use model::thread::Author;
    let Quoted { id, author, words } = quoted;
    let who = move || match author {
        Author::Contact => {
            thread.conversation.with(|it| it.as_ref().map(|it| it.contact.title().to_owned())).unwrap_or_default()
        }
        Author::Bot | Author::Rule => "Bot".to_owned(),
        _ => "Your team".to_owned(),
    };
    let jump = move |event: leptos::ev::MouseEvent| {
        if let Some(original) = document().get_element_by_id(&format!("m-{id}")) {
            event.prevent_default();
            original.scroll_into_view();
            _ = original.class_list().remove_1("msg--found");
            _ = original.class_list().add_1("msg--found");
        }
    };
    view! {
        <a class="bubble__quote" href=format!("#m-{id}") rel="external" on:click=jump>
            <span><b><bdi>{who}</bdi></b><bdi>{words}</bdi></span>
        </a>
    }
}

/// Whether its file is still to come.
pub const fn is_coming(state: AttachmentState) -> bool {
    matches!(state, AttachmentState::Waiting)
}
