//! Photos, videos, files, stickers, posts, links, places, and what is not there.

use crate::markup::Markup;
use crate::parts::composer::size::size;
use crate::parts::icon::Symbol;
use crate::path::Path;
use model::content::AttachmentKind;
use model::inbox::{Line, LineAttachment, LineDetail, LineMedia};
use model::texts::place_of;
use model::thread::AttachmentState;

const OUT: &str = "link-button link-button--inline";

/// One sentence in place of what is not there.
pub fn gone(to: &mut Markup, symbol: Symbol, words: &str) {
    to.open("div", "bubble bubble--gone");
    to.icon(symbol);
    to.leaf("span", "", words);
    to.close("div");
}

/// The photos of a message. Each has its size before it loads, and a blurred one in its place.
pub fn photos(to: &mut Markup, line: &Line) {
    let photos = kept_photos(line);
    let class = match photos.len() {
        0 => return,
        1 => "photos photos--1",
        2 => "photos photos--2",
        3 => "photos photos--3",
        _ => "photos photos--4",
    };
    to.open("div", "bubble bubble--bare");
    to.open("div", class);
    for (place, it) in photos.iter().enumerate() {
        let href = Path::Media { id: it.id }.to_string();
        let n = photos.len();
        let label = if n == 1 { "Open photo".to_owned() } else { format!("Open photo {} of {n}", place + 1) };
        let place = place.to_string();
        to.open_with(
            "a",
            "photos__item",
            &[
                ("href", &href),
                ("target", "_blank"),
                ("rel", "external noopener"),
                ("aria-label", &label),
                ("data-act", "photo"),
                ("data-of", &place),
            ],
        );
        if let Some(blur) = &it.blur {
            to.open_with("img", "photos__blur", &[("src", blur), ("alt", ""), ("aria-hidden", "true")]);
        }
        picture(to, "photos__photo", it, "");
        to.close("a");
    }
    to.close("div");
    to.close("div");
}

pub fn kept_photos(line: &Line) -> Vec<LineMedia> {
    let is_photo = |it: &&LineAttachment| it.attachment_kind() == AttachmentKind::Image;
    line.attachments.iter().filter(is_photo).filter_map(|it| it.media.clone()).collect()
}

fn picture(to: &mut Markup, class: &str, it: &LineMedia, alt: &str) {
    let src = Path::Media { id: it.id }.to_string();
    let (width, height) = (it.width.map(|it| it.to_string()), it.height.map(|it| it.to_string()));
    let mut attributes = vec![("src", src.as_str()), ("alt", alt), ("loading", "lazy"), ("decoding", "async")];
    attributes.extend(width.as_deref().map(|it| ("width", it)));
    attributes.extend(height.as_deref().map(|it| ("height", it)));
    to.open_with("img", class, &attributes);
}

fn video(to: &mut Markup, class: &str, it: &LineMedia) {
    let src = Path::Media { id: it.id }.to_string();
    let (width, height) = (it.width.map(|it| it.to_string()), it.height.map(|it| it.to_string()));
    let mut attributes = vec![("src", src.as_str()), ("controls", ""), ("preload", "metadata"), ("playsinline", "")];
    attributes.extend(width.as_deref().map(|it| ("width", it)));
    attributes.extend(height.as_deref().map(|it| ("height", it)));
    to.open_with("video", class, &attributes);
    to.close("video");
}

pub fn file(to: &mut Markup, kind: &AttachmentKind, it: &LineAttachment) {
    use AttachmentKind as Kind;
    match (kind, &it.media) {
        (Kind::Video, Some(media)) => {
            to.open("div", "bubble bubble--bare");
            to.open("div", "video");
            video(to, "video__file", media);
            to.close("div");
            to.close("div");
        }
        (Kind::Sticker, Some(media)) => picture(to, "sticker", media, "Sticker"),
        (Kind::Post, _) => post(to, Symbol::Post, "Post", it),
        (Kind::Reel, _) => post(to, Symbol::Reel, "Reel", it),
        (Kind::Location, _) => place(to, it),
        (Kind::Link, _) => link(to, it),
        (_, Some(media)) => download(to, media),
        (_, None) if it.url.is_some() => link(to, it),
        (kind, None) => not_there(to, kind, it.state),
    }
}

fn not_there(to: &mut Markup, kind: &AttachmentKind, state: AttachmentState) {
    let what = match kind {
        AttachmentKind::Image => "photo",
        AttachmentKind::Video => "video",
        AttachmentKind::Audio => "voice message",
        AttachmentKind::Sticker => "sticker",
        _ => "file",
    };
    let words = match state {
        AttachmentState::Waiting => format!("The {what} is on its way."),
        _ => format!("The {what} is not there any more."),
    };
    gone(to, Symbol::File, &words);
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files")]
fn download(to: &mut Markup, it: &LineMedia) {
    let name = it.name.as_deref().unwrap_or("File");
    let is_ending = |it: &&str| it.len() <= 5 && it.chars().all(char::is_alphanumeric);
    let size = size(it.size as f64);
    let about = match name.rsplit_once('.').map(|it| it.1).filter(is_ending) {
        Some(ending) => format!("{}, {size}", ending.to_ascii_uppercase()),
        None => size,
    };
    let href = Path::Media { id: it.id }.to_string();
    let attributes = [("href", href.as_str()), ("rel", "external noopener"), ("download", name)];
    to.open_with("a", "bubble bubble--card file", &attributes);
    to.open("span", "file__icon");
    to.icon(Symbol::File);
    to.close("span");
    to.open("span", "");
    to.leaf("bdi", "file__name", name);
    to.open("br", "");
    to.leaf("span", "small", &about);
    to.close("span");
    to.close("a");
}

/// A post or reel that somebody passed on.
fn post(to: &mut Markup, symbol: Symbol, kind: &str, it: &LineAttachment) {
    to.open("div", "bubble bubble--card card");
    match &it.media {
        Some(media) if media.content_type.starts_with("video/") => video(to, "card__art", media),
        Some(media) => picture(to, "card__art", media, ""),
        None => {}
    }
    about(to, symbol, kind, it.title.as_deref(), it.url.as_deref().map(|url| (url, "Open it")));
    to.close("div");
}

fn link(to: &mut Markup, it: &LineAttachment) {
    let after = |it| place_of(it, "//").and_then(|at| it.get(at + 2..));
    let host = it.url.as_deref().and_then(after).and_then(|it| it.split('/').next());
    to.open("div", "bubble bubble--card card");
    let url = it.url.as_deref().map(|url| (url, host.unwrap_or("Open it")));
    about(to, Symbol::Link, "Link", it.title.as_deref(), url);
    to.close("div");
}

fn place(to: &mut Markup, it: &LineAttachment) {
    let url = match &it.detail {
        Some(LineDetail::Place { lat, long }) => {
            Some(format!("https://www.openstreetmap.org/?mlat={lat}&mlon={long}#map=16/{lat}/{long}"))
        }
        _ => None,
    };
    to.open("div", "bubble bubble--card card");
    let url = url.as_deref().map(|url| (url, "Show on a map"));
    about(to, Symbol::Pin, "Location", it.title.as_deref(), url);
    to.close("div");
}

/// What it is, what it is called, and the way there.
fn about(to: &mut Markup, symbol: Symbol, kind: &str, title: Option<&str>, url: Option<(&str, &str)>) {
    to.open("div", "card__body");
    card_kind(to, symbol, kind);
    if let Some(title) = title {
        to.leaf("bdi", "card__title", title);
    }
    if let Some((url, words)) = url {
        to.link(OUT, url, words);
    }
    to.close("div");
}

pub fn card_kind(to: &mut Markup, symbol: Symbol, words: &str) {
    to.open("span", "card__kind");
    to.icon(symbol);
    to.leaf("bdi", "", words);
    to.close("span");
}

/// In a card: where else it can be seen.
pub fn open_there(to: &mut Markup, url: &str, words: &str) {
    to.link(OUT, url, words);
}
