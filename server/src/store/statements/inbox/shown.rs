//! Attachments as the thread shows them.

use super::super::intake::load::AttachmentRow;
use super::read_back;
use crate::store::StoreResult;
use model::content::AttachmentKind;
use model::ids::MessageId;
use model::inbox::{LineAttachment, LineDetail, LineMedia};
use model::thread::{Attachment, AttachmentState};
use sqlx::FromRow;

/// A file that is marked as deleted is not shown any more.
pub(super) const SHOWN: &str = "select a.message_id, a.position, a.kind, a.state, a.source_url, a.external_id,
        a.title, a.detail, f.id as media_id, f.name, f.content_type, f.size, f.width, f.height, f.duration_ms, f.blur
    from attachments a left join media f on f.id = a.media_id and f.deleted_at is null
    where a.message_id in";

#[derive(FromRow)]
pub(super) struct ShownRow {
    #[sqlx(flatten)]
    attachment: AttachmentRow,
    media_id: Option<String>,
    name: Option<String>,
    content_type: Option<String>,
    size: Option<i64>,
    width: Option<i32>,
    height: Option<i32>,
    duration_ms: Option<i64>,
    blur: Option<String>,
}

impl ShownRow {
    pub(super) fn read(self) -> StoreResult<(MessageId, LineAttachment)> {
        let attachment = self.attachment.read()?;
        let media = match (self.media_id, self.content_type, self.size) {
            (Some(id), Some(content_type), Some(size)) => Some(LineMedia {
                id: read_back(&id, "media", "id", &id)?,
                name: self.name,
                content_type,
                size,
                width: self.width,
                height: self.height,
                duration_ms: self.duration_ms,
                blur: self.blur,
            }),
            _ => None,
        };
        let state = match attachment.state {
            AttachmentState::Stored if media.is_none() => AttachmentState::Gone,
            state => state,
        };
        let url = outside(&attachment);
        let line = LineAttachment {
            kind: attachment.kind.word().to_owned(),
            state,
            media,
            url,
            external_id: attachment.external_id,
            title: attachment.title,
            detail: attachment.detail.as_ref().and_then(|it| LineDetail::of(&attachment.kind, it)),
        };
        Ok((attachment.message_id, line))
    }
}

/// Where it lies, if it is shown from there. Stories are passed through, and never linked.
fn outside(attachment: &Attachment) -> Option<String> {
    let is_story = matches!(attachment.kind, AttachmentKind::Story | AttachmentKind::StoryMention);
    if attachment.state != AttachmentState::Link || is_story {
        return None;
    }
    attachment.source_url.clone().filter(|it| it.starts_with("https://") || it.starts_with("http://"))
}
