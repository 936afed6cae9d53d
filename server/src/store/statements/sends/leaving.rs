//! Claimed jobs with everything that they carry.

use super::super::many::lists;
use super::super::{Conn, read_back};
use super::{Driver, addressee, among};
use crate::store::sends::{CommentTo, DepartingAttachment, DepartingFile, DepartingMessage, Departure, Leaving};
use crate::store::{StoreError, StoreResult, doing};
use model::content::AttachmentKind;
use model::outgoing::FileKind;
use model::time::{HOUR_S, Timestamp};
use model::window::LastHeard;
use sqlx::FromRow;
use std::collections::HashMap;

const LOADING: &str = "read what is to be sent";

#[derive(FromRow)]
pub(super) struct Job {
    pub message_id: String,
    pub kind: String,
    pub conversation_id: String,
    pub account_id: String,
    pub pace: String,
    /// The next free moment of its account at its pace, and how much of its limits the account has used.
    pub next_at: i64,
    pub usage_percent: i32,
    attempts: i32,
    platform: String,
    account_external_id: String,
    mark_seen: String,
    contact_external_id: String,
    is_blocked: bool,
    last_customer_action_at: Option<i64>,
    last_customer_message_at: Option<i64>,
    is_theirs: bool,
    message_kind: String,
    author_kind: String,
    author_id: Option<String>,
    text: Option<String>,
    detail: Option<String>,
    mid: Option<String>,
    reply_to_mid: Option<String>,
    has_attachments: bool,
}

impl Job {
    pub(super) fn is_message(&self) -> bool {
        self.kind == "message"
    }
}

#[derive(FromRow)]
struct AttachmentRow {
    message_id: String,
    kind: String,
    source_url: Option<String>,
    external_id: Option<String>,
    detail: Option<String>,
    media_id: Option<String>,
    store_key: Option<String>,
    name: Option<String>,
    content_type: Option<String>,
    size: Option<i64>,
    uploaded_as: Option<String>,
}

/// Of many messages at once.
pub(super) struct Contents {
    attachments: HashMap<String, Vec<AttachmentRow>>,
    comments: HashMap<String, (String, Option<i64>)>,
    emojis: HashMap<String, Option<String>>,
}

impl Contents {
    pub(super) async fn load(conn: &mut Conn, jobs: &[(Job, Timestamp)], now: Timestamp) -> StoreResult<Self> {
        let ids = |wanted: &dyn Fn(&Job) -> bool| -> Vec<String> {
            jobs.iter().filter(|(it, _)| wanted(it)).map(|(it, _)| it.message_id.clone()).collect()
        };
        let mut attachments: HashMap<String, Vec<AttachmentRow>> = HashMap::new();
        for list in lists(&ids(&|it| it.is_message() && it.has_attachments)) {
            for row in attachments_of(conn, &list, now).await? {
                attachments.entry(row.message_id.clone()).or_default().push(row);
            }
        }
        let private = ids(&|it| it.pace == "private_reply");
        let comments: Vec<(String, String, Option<i64>)> = all(conn, COMMENTS, &private).await?;
        let reactions = ids(&|it| !it.is_message());
        let emojis: Vec<(String, Option<String>)> = all(conn, EMOJIS, &reactions).await?;
        Ok(Self {
            attachments,
            comments: comments.into_iter().map(|(reply, id, until)| (reply, (id, until))).collect(),
            emojis: emojis.into_iter().collect(),
        })
    }

    /// A Page's files go to Meta before the message does.
    pub(super) fn has_files_to_upload(&self, job: &Job) -> bool {
        let missing = |it: &AttachmentRow| it.media_id.is_some() && it.uploaded_as.is_none();
        job.platform == "page" && self.attachments.get(&job.message_id).is_some_and(|all| all.iter().any(missing))
    }

    pub(super) fn leaving(&self, job: Job, leaves_at: Timestamp) -> StoreResult<Leaving> {
        let id = &job.message_id;
        let read = |text: &str, column| read_back(text, "outbox", column, id);
        let odd = |column| StoreError::Inconsistent { table: "messages", column, row: id.clone() };
        let what = if job.is_message() {
            Departure::Message(Box::new(self.message(&job)?))
        } else {
            let mid = job.mid.clone().ok_or_else(|| odd("mid"))?;
            Departure::Reaction { mid, emoji: self.emojis.get(id).cloned().flatten() }
        };
        Ok(Leaving {
            message: read(id, "message_id")?,
            conversation: read_back(&job.conversation_id, "outbox", "conversation_id", id)?,
            account: read_back(&job.account_id, "outbox", "account_id", id)?,
            platform: addressee::platform(&job.platform, &job.account_id)?,
            account_external_id: job.account_external_id,
            contact_external_id: job.contact_external_id,
            is_blocked: job.is_blocked,
            heard: LastHeard {
                action_at: job.last_customer_action_at.map(Timestamp),
                message_at: job.last_customer_message_at.map(Timestamp),
            },
            marks_seen: read_back(&job.mark_seen, "accounts", "mark_seen", &job.account_id)?,
            is_theirs: job.is_theirs,
            leaves_at,
            attempts: job.attempts,
            what,
        })
    }

    fn message(&self, job: &Job) -> StoreResult<DepartingMessage> {
        let id = &job.message_id;
        let odd = |column| StoreError::Inconsistent { table: "messages", column, row: id.clone() };
        let detail = job.detail.as_deref().map(serde_json::from_str).transpose().map_err(|_| odd("detail"))?;
        let attachments = self.attachments.get(id).map(Vec::as_slice).unwrap_or_default();
        let comment = self.comments.get(id).map(|(external_id, until)| CommentTo {
            external_id: external_id.clone(),
            reply_until: until.map(Timestamp),
        });
        Ok(DepartingMessage {
            kind: read_back(&job.message_kind, "messages", "kind", id)?,
            author: read_back(&job.author_kind, "messages", "author_kind", id)?,
            author_id: job.author_id.clone(),
            text: job.text.clone(),
            detail: detail.unwrap_or_default(),
            attachments: attachments.iter().map(AttachmentRow::read).collect::<StoreResult<_>>()?,
            reply_to_mid: job.reply_to_mid.clone(),
            comment,
        })
    }
}

impl AttachmentRow {
    fn read(&self) -> StoreResult<DepartingAttachment> {
        let odd = |column| StoreError::Inconsistent { table: "attachments", column, row: self.message_id.clone() };
        let kind = AttachmentKind::from_word(&self.kind);
        let detail = self.detail.as_deref().map(serde_json::from_str).transpose().map_err(|_| odd("detail"))?;
        let (source_url, external_id) = (self.source_url.clone(), self.external_id.clone());
        Ok(DepartingAttachment { file: self.file(&kind)?, kind, source_url, external_id, detail })
    }

    /// `None` also for one that is being deleted.
    fn file(&self, kind: &AttachmentKind) -> StoreResult<Option<DepartingFile>> {
        let (Some(media), Some(store_key), Some(content_type), Some(size)) =
            (&self.media_id, &self.store_key, &self.content_type, self.size)
        else {
            return Ok(None);
        };
        Ok(Some(DepartingFile {
            media: read_back(media, "attachments", "media_id", &self.message_id)?,
            kind: match kind {
                AttachmentKind::Image => FileKind::Image,
                AttachmentKind::Audio => FileKind::Audio,
                AttachmentKind::Video => FileKind::Video,
                _ => FileKind::File,
            },
            store_key: store_key.clone(),
            name: self.name.clone(),
            content_type: content_type.clone(),
            size,
            uploaded_as: self.uploaded_as.clone(),
        }))
    }
}

const COMMENTS: &str = "select reply_message_id, comment_id, reply_until from comments where reply_message_id in";

const EMOJIS: &str = "select message_id, emoji from reactions where side = 'account' and message_id in";

/// Meta's name for a file is used as long as it is good for another hour.
async fn attachments_of(conn: &mut Conn, messages: &[String], now: Timestamp) -> StoreResult<Vec<AttachmentRow>> {
    let mut query = sqlx::QueryBuilder::<Driver>::new(
        "select t.message_id, t.kind, t.source_url, t.external_id, t.detail, f.id as media_id, f.store_key, f.name,
             f.content_type, f.size, u.attachment_id as uploaded_as
         from attachments t
         join outbox o on o.message_id = t.message_id and o.kind = 'message'
         left join media f on f.id = t.media_id and f.deleted_at is null
         left join media_uploads u on u.media_id = f.id and u.account_id = o.account_id and u.expires_at > ",
    );
    query.push_bind(now.plus_s(HOUR_S).0);
    query.push(" where t.message_id in (");
    let mut keys = query.separated(", ");
    for id in messages {
        keys.push_bind(id.clone());
    }
    query.push(") order by t.message_id, t.position");
    query.build_query_as().fetch_all(conn).await.map_err(doing(LOADING))
}

async fn all<R>(conn: &mut Conn, sql: &str, keys: &[String]) -> StoreResult<Vec<R>>
where
    R: for<'r> FromRow<'r, <Driver as sqlx::Database>::Row> + Send + Unpin,
{
    let mut found = Vec::new();
    for list in lists(keys) {
        let mut query = among(sql, &list);
        found.extend(query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(LOADING))?);
    }
    Ok(found)
}
