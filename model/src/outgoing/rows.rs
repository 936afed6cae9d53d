//! A part as the message that it becomes, in the form in which Meta's echo of it would be kept: the
//! two are known as one by their kind and text.

use super::{Card, FileKind, KnownFile, Part, Template, file_kind};
use crate::content::{AttachmentKind, Detail, MessageKind};
use crate::media::MediaId;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    pub kind: MessageKind,
    pub text: Option<String>,
    pub detail: Detail,
    pub attachments: Vec<PreparedAttachment>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PreparedAttachment {
    pub kind: AttachmentKind,
    pub media: Option<MediaId>,
    pub source_url: Option<String>,
    pub external_id: Option<String>,
    pub title: Option<String>,
    /// What its detail is made of.
    pub template: Option<Template>,
}

impl PreparedAttachment {
    /// As Meta writes it.
    pub fn detail(&self) -> Option<Value> {
        self.template.as_ref().and_then(|it| serde_json::to_value(it).ok())
    }
}

/// Of a part that `check` found nothing wrong with.
pub fn prepare(part: &Part, files: &[KnownFile]) -> Prepared {
    match part {
        Part::Text { text, quick_replies } => Prepared {
            kind: MessageKind::Text,
            text: Some(text.clone()),
            detail: Detail { quick_replies: quick_replies.clone(), ..Detail::default() },
            attachments: Vec::new(),
        },
        Part::Files { media } => attached(MessageKind::Media, media.iter().map(|it| kept(*it, files)).collect()),
        Part::Links { files } => {
            let linked = |it: &super::LinkedFile| PreparedAttachment {
                source_url: Some(it.url.clone()),
                ..attachment(it.kind.attachment())
            };
            attached(MessageKind::Media, files.iter().map(linked).collect())
        }
        Part::LikeHeart => attached(MessageKind::Sticker, vec![attachment(AttachmentKind::LikeHeart)]),
        Part::Post { id } => {
            let post = PreparedAttachment { external_id: Some(id.clone()), ..attachment(AttachmentKind::Post) };
            attached(MessageKind::Share, vec![post])
        }
        Part::Template { template } => Prepared { text: asked(template), ..template_alone(template) },
    }
}

fn kept(media: MediaId, files: &[KnownFile]) -> PreparedAttachment {
    let known = files.iter().find(|it| it.id == media);
    let kind = known.map_or(FileKind::File, |it| file_kind(&it.content_type));
    PreparedAttachment { media: Some(media), ..attachment(kind.attachment()) }
}

fn template_alone(template: &Template) -> Prepared {
    let title = match template {
        Template::Generic { elements } => elements.iter().map(|it: &Card| &it.title).find(|it| !it.is_empty()).cloned(),
        Template::Button { .. } | Template::Product { .. } => None,
    };
    let template = Some(template.clone());
    attached(
        MessageKind::Template,
        vec![PreparedAttachment { title, template, ..attachment(AttachmentKind::Template) }],
    )
}

fn asked(template: &Template) -> Option<String> {
    match template {
        Template::Button { text, .. } => Some(text.clone()),
        Template::Generic { .. } | Template::Product { .. } => None,
    }
}

fn attached(kind: MessageKind, attachments: Vec<PreparedAttachment>) -> Prepared {
    Prepared { kind, text: None, detail: Detail::default(), attachments }
}

const fn attachment(kind: AttachmentKind) -> PreparedAttachment {
    PreparedAttachment { kind, media: None, source_url: None, external_id: None, title: None, template: None }
}

/// For an account whose messages take one picture each.
pub fn in_single_pictures(parts: Vec<Part>) -> Vec<Part> {
    parts.into_iter().flat_map(singly).collect()
}

fn singly(part: Part) -> Vec<Part> {
    match part {
        Part::Files { media } if media.len() > 1 => {
            media.into_iter().map(|it| Part::Files { media: vec![it] }).collect()
        }
        Part::Links { files } if files.len() > 1 => {
            files.into_iter().map(|it| Part::Links { files: vec![it] }).collect()
        }
        other => vec![other],
    }
}

#[cfg(test)]
mod tests;
