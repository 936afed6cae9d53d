use super::size::size;
use super::taking::{Taken, Taking};
use super::writing::Writing;
use crate::parts::icon::{Icon, Symbol};
use crate::prelude::*;
use crate::whole::whole;
use leptos::either::Either;

/// The files that go with the reply: how far each is, and what was changed or is wrong with it.
#[component]
pub fn Attachments(writing: Writing) -> Late {
    late! {
        <ul class="attachments for-reply" aria-label="Attached files">
            <For each=move || writing.files.get() key=|it| it.key let:file><Attachment file writing/></For>
        </ul>
    }
}

pub fn has_files(writing: Writing) -> bool {
    writing.files.with(|it| !it.is_empty())
}

#[component]
fn Attachment(file: Taken, writing: Writing) -> Late {
    let Taken { key, name, preview, is_sound, state, .. } = file.clone();
    let (picture, sound) = if is_sound { (None, preview) } else { (preview, None) };
    let label = format!("Remove {name}");
    let again = move |_| file.upload(writing.conversation);
    let class = {
        let state = state.clone();
        move || match state.get() {
            Taking::Going(_) => "attachment attachment--going",
            Taking::Kept(_) if is_sound => "attachment attachment--sound",
            Taking::Kept(_) => "attachment",
            Taking::Failed { .. } => "attachment attachment--failed",
        }
    };
    late! {
        <li class=class>
            {if let Some(src) = picture {
                Either::Left(view! { <img class="attachment__art" src=src alt=""/> })
            } else {
                let symbol = if is_sound { Symbol::Mic } else { Symbol::File };
                Either::Right(view! { <span class="attachment__art attachment__art--file"><Icon symbol/></span> })
            }}
            <div class="attachment__body">
                <p class="attachment__name truncate"><bdi>{name.clone()}</bdi></p>
                {sound.map(|src| view! { <audio class="attachment__player" controls src=src></audio> })}
                <AttachmentState state again name/>
            </div>
            <button type="button" class="button button--quiet button--small button--icon" aria-label=label.clone() title=label
                on:click=heed(move |_| { writing.remove(key); writing.focus(); })>
                <Icon symbol=Symbol::X/>
            </button>
        </li>
    }
}

#[component]
fn AttachmentState(
    state: ArcRwSignal<Taking>,
    again: impl Fn(leptos::ev::MouseEvent) + Clone + Send + Sync + 'static,
    name: String,
) -> Late {
    late! { {late(move || {
        let (again, name) = (again.clone(), name.clone());
        Some(match state.get() {
            Taking::Going(share) => Late::new(move || {
                view! {
                    <progress class="attachment__progress" max="100" value=whole(share * 100.0).to_string()
                        aria-label=format!("Uploading {name}")></progress>
                }
            }),
            Taking::Kept(media) => Late::new(move || {
                #[expect(clippy::cast_precision_loss, reason = "sizes of files are far below")]
                let words = media.changed.unwrap_or_else(|| size(media.size as f64));
                view! { <p class="attachment__words">{words}</p> }
            }),
            Taking::Failed { words, again: can_again } => Late::new(move || {
                view! {
                    <p class="attachment__words" role="alert">{words}</p>
                    {can_again.then(|| view! {
                        <button type="button" class="link-button link-button--inline" on:click=heed(again)>"Try again"</button>
                    })}
                }
            }),
        })
    })} }
}
