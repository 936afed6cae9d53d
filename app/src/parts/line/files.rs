//! Videos, files, stickers, posts, links, places, and what cannot be shown.

use super::body::is_coming;
use crate::parts::composer::size::size;
use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use leptos::prelude::*;
use model::content::AttachmentKind;
use model::inbox::{LineAttachment, LineMedia};
use serde_json::Value;

/// One sentence in place of what is not there.
#[component]
pub fn Gone(symbol: Symbol, words: String) -> impl IntoView {
    view! { <div class="bubble bubble--gone"><Icon symbol/><span>{words}</span></div> }
}

#[component]
pub fn Files(kind: AttachmentKind, attachment: LineAttachment) -> impl IntoView {
    let state = attachment.state;
    match (kind, attachment.media) {
        (AttachmentKind::Video, Some(media)) => view! { <Video media/> }.into_any(),
        (AttachmentKind::Sticker, Some(media)) => {
            let src = Path::Media { id: media.id }.to_string();
            view! { <img class="sticker" src=src alt="Sticker" width=media.width height=media.height loading="lazy"/> }
                .into_any()
        }
        (kind @ (AttachmentKind::Post | AttachmentKind::Reel), media) => {
            view! { <PostCard kind media title=attachment.title url=attachment.url/> }.into_any()
        }
        (AttachmentKind::Location, _) => view! { <Place detail=attachment.detail title=attachment.title/> }.into_any(),
        (AttachmentKind::Link, _) => view! { <LinkCard title=attachment.title url=attachment.url/> }.into_any(),
        (_, Some(media)) => view! { <File media/> }.into_any(),
        (kind, None) => {
            let what = match kind {
                AttachmentKind::Image => "photo",
                AttachmentKind::Video => "video",
                AttachmentKind::Audio => "voice message",
                AttachmentKind::Sticker => "sticker",
                _ => "file",
            };
            let words = if is_coming(state) {
                format!("The {what} is on its way.")
            } else {
                format!("The {what} is not there any more.")
            };
            match attachment.url {
                Some(url) => view! { <LinkCard title=attachment.title url=Some(url)/> }.into_any(),
                None => view! { <Gone symbol=Symbol::File words/> }.into_any(),
            }
        }
    }
}

#[component]
fn Video(media: LineMedia) -> impl IntoView {
    view! {
        <div class="bubble bubble--bare">
            <div class="video">
                <video class="video__file" controls=true preload="metadata" playsinline=true
                    src=Path::Media { id: media.id }.to_string() width=media.width height=media.height></video>
            </div>
        </div>
    }
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "sizes of files")]
fn File(media: LineMedia) -> impl IntoView {
    let name = media.name.clone().unwrap_or_else(|| "File".to_owned());
    let saved_as = name.clone();
    let ending =
        name.rsplit_once('.').map(|it| it.1).filter(|it| it.len() <= 5 && it.chars().all(char::is_alphanumeric));
    let about = match ending {
        Some(ending) => format!("{}, {}", ending.to_uppercase(), size(media.size as f64)),
        None => size(media.size as f64),
    };
    view! {
        <a class="bubble bubble--card file" href=Path::Media { id: media.id }.to_string() rel="external noopener" download=saved_as>
            <span class="file__icon"><Icon symbol=Symbol::File/></span>
            <span><bdi class="file__name">{name}</bdi><br/><span class="small">{about}</span></span>
        </a>
    }
}

/// A post or reel that somebody passed on.
#[component]
fn PostCard(
    kind: AttachmentKind,
    media: Option<LineMedia>,
    title: Option<String>,
    url: Option<String>,
) -> impl IntoView {
    let (symbol, word) = if kind == AttachmentKind::Reel { (Symbol::Reel, "Reel") } else { (Symbol::Post, "Post") };
    let art = media.map(|it| {
        let src = Path::Media { id: it.id }.to_string();
        if it.content_type.starts_with("video/") {
            view! { <video class="card__art" controls=true preload="metadata" playsinline=true src=src></video> }
                .into_any()
        } else {
            view! { <img class="card__art" src=src alt="" loading="lazy" width=it.width height=it.height/> }.into_any()
        }
    });
    view! {
        <div class="bubble bubble--card card">
            {art}
            <div class="card__body">
                <span class="card__kind"><Icon symbol/>{word}</span>
                {title.map(|it| view! { <bdi class="card__title">{it}</bdi> })}
                {url.map(|url| view! { <Open url words="Open it"/> })}
            </div>
        </div>
    }
}

#[component]
fn LinkCard(title: Option<String>, url: Option<String>) -> impl IntoView {
    let host =
        url.as_deref().and_then(|it| it.split("//").nth(1)).and_then(|it| it.split('/').next()).map(str::to_owned);
    view! {
        <div class="bubble bubble--card card">
            <div class="card__body">
                <span class="card__kind"><Icon symbol=Symbol::Link/>"Link"</span>
                {title.map(|it| view! { <bdi class="card__title">{it}</bdi> })}
                {url.map(|url| view! { <Open url words=host.unwrap_or_else(|| "Open it".to_owned())/> })}
            </div>
        </div>
    }
}

#[component]
fn Place(detail: Option<Value>, title: Option<String>) -> impl IntoView {
    let number = |name: &str| detail.as_ref().and_then(|it| it.get(name)).and_then(Value::as_f64);
    let at = number("lat").zip(number("long"));
    let url =
        at.map(|(lat, long)| format!("https://www.openstreetmap.org/?mlat={lat}&mlon={long}#map=16/{lat}/{long}"));
    view! {
        <div class="bubble bubble--card card">
            <div class="card__body">
                <span class="card__kind"><Icon symbol=Symbol::Pin/>"Location"</span>
                {title.map(|it| view! { <bdi class="card__title">{it}</bdi> })}
                {url.map(|url| view! { <Open url words="Show on a map"/> })}
            </div>
        </div>
    }
}

/// A way out: the other side learns nothing of where it was followed.
#[component]
pub fn Open(url: String, #[prop(into)] words: String) -> impl IntoView {
    // Whatever is no address of the web leads nowhere.
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web.then(|| view! {
        <a class="link-button link-button--inline" href=url target="_blank" rel="noopener noreferrer nofollow external">{words}</a>
    })
}
