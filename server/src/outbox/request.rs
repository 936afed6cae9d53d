//! The request that a message becomes.

use crate::graph::send::{Content, Request, Source, To, UploadedFile, What};
use crate::graph::{Access, GraphError};
use crate::media::link::link_for_meta;
use crate::program::Program;
use crate::start::chain;
use crate::store::StoreError;
use crate::store::sends::{DepartingAttachment, DepartingFile, DepartingMessage, Leaving, Upload};
use model::content::AttachmentKind;
use model::outgoing::FileKind;
use model::platform::Login;
use model::time::DAY_S;

/// Meta keeps an upload 90 days; the last ones are left alone.
const UPLOADS_LAST_S: i64 = 85 * DAY_S;

/// What a message waits for, or why it has none.
pub(super) enum Unready {
    /// Meta did not take the file, or could not be reached; nothing was sent.
    Refused(GraphError),
    /// Our own file is gone, or the row makes no message.
    Lost(&'static str),
    Fault(StoreError),
}

/// What of a message changes from one try to the next.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Form {
    pub tagged: bool,
    pub without_reply_to: bool,
}

pub(super) async fn request(
    program: &Program,
    access: &Access,
    job: &Leaving,
    message: &DepartingMessage,
    form: Form,
) -> Result<Request, Unready> {
    let to = match &message.comment {
        Some(comment) => To::Comment(comment.external_id.clone()),
        None => To::Person(job.contact_external_id.clone()),
    };
    let content = content(program, access, job, message).await?;
    let reply_to = message.reply_to_mid.clone().filter(|_| !form.without_reply_to);
    let mark = Some(format!("out:{}", job.message));
    Ok(Request { to, what: What::Message { content, tagged: form.tagged, reply_to, mark } })
}

async fn content(
    program: &Program,
    access: &Access,
    job: &Leaving,
    message: &DepartingMessage,
) -> Result<Content, Unready> {
    let [first, rest @ ..] = message.attachments.as_slice() else {
        let text = message.text.clone().ok_or(Unready::Lost("a message without words"))?;
        return Ok(Content::Text { text, quick_replies: message.detail.quick_replies.clone() });
    };
    if !rest.is_empty() {
        let mut pictures = Vec::new();
        for picture in &message.attachments {
            pictures.push(source(program, access, job, picture).await?);
        }
        return Ok(Content::Pictures(pictures));
    }
    let external_id = || first.external_id.clone().ok_or(Unready::Lost("a post without its id"));
    match first.kind {
        AttachmentKind::LikeHeart => Ok(Content::LikeHeart),
        AttachmentKind::Template => {
            first.detail.clone().map(Content::Template).ok_or(Unready::Lost("a template without its payload"))
        }
        AttachmentKind::Post | AttachmentKind::Reel => Ok(Content::Post { id: external_id()? }),
        _ => {
            let kind = kind(first).ok_or(Unready::Lost("an attachment of a kind that is not sent"))?;
            Ok(Content::File { kind, from: source(program, access, job, first).await? })
        }
    }
}

fn kind(attachment: &DepartingAttachment) -> Option<FileKind> {
    match attachment.kind {
        AttachmentKind::Image => Some(FileKind::Image),
        AttachmentKind::Audio => Some(FileKind::Audio),
        AttachmentKind::Video => Some(FileKind::Video),
        AttachmentKind::File => Some(FileKind::File),
        _ => None,
    }
}

/// Messenger takes our bytes and keeps them; Instagram fetches them by a link.
async fn source(
    program: &Program,
    access: &Access,
    job: &Leaving,
    attachment: &DepartingAttachment,
) -> Result<Source, Unready> {
    let Some(file) = &attachment.file else {
        let url = attachment.source_url.clone().ok_or(Unready::Lost("a file that lies nowhere"))?;
        return Ok(Source::Url(url));
    };
    if uploads(access, job) {
        return match &file.uploaded_as {
            Some(id) => Ok(Source::Uploaded(id.clone())),
            None => upload(program, access, job, file).await.map(Source::Uploaded),
        };
    }
    Ok(Source::Url(link_for_meta(program, file.media, file.name.as_deref(), &file.content_type)))
}

/// Whether files of this account are uploaded, and not fetched by Meta. From disk Instagram's host has
/// no upload at all, and Facebook's takes pictures for Instagram by address only.
pub(super) fn uploads(access: &Access, job: &Leaving) -> bool {
    access.login == Login::Page && job.platform == model::platform::Platform::Page
}

async fn upload(program: &Program, access: &Access, job: &Leaving, file: &DepartingFile) -> Result<String, Unready> {
    let bytes = match program.media.read_whole(&file.store_key).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(Unready::Lost("its file is gone")),
        Err(error) => {
            let why = chain(&error);
            tracing::warn!(media.id = %file.media, error = %why, "could not read a file that is to be sent: {why}");
            return Err(Unready::Lost("its file cannot be read"));
        }
    };
    let uploaded = UploadedFile {
        kind: file.kind,
        content_type: file.content_type.clone(),
        name: file.name.clone(),
        bytes: bytes.into(),
    };
    let answered = program.graph.upload(access, job.platform, uploaded).await;
    let attachment_id = answered.outcome.map_err(Unready::Refused)?;
    let expires_at = program.seams.now().plus_s(UPLOADS_LAST_S);
    let upload = Upload { media: file.media, account: job.account, attachment_id: attachment_id.clone(), expires_at };
    program.store.save_upload(upload).await.map_err(Unready::Fault)?;
    Ok(attachment_id)
}
