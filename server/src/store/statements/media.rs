//! Kept files, and the attachments that wait to become such.

use super::changes::write_changes;
use super::conversations::{Raised, raise_of_message};
use super::many::{among, pieces};
use super::{Conn, Pools, read_back};
use crate::store::media::{Ending, MarkedMedia, Media, NewMedia, StoredMedia, ToFetch};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::content::AttachmentKind;
use model::ids::MessageId;
use model::media::MediaId;
use model::person::{PersonId, Role};
use model::time::Timestamp;
use sqlx::FromRow;
use std::collections::HashSet;

#[async_trait]
impl Media for Pools {
    async fn claim_attachments(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> StoreResult<Vec<ToFetch>> {
        self.write("claim files to fetch", move |conn| {
            Box::pin(async move { claim(conn, now, lease_until, limit).await })
        })
        .await
    }

    async fn find_next_fetch(&self, now: Timestamp) -> StoreResult<Option<Timestamp>> {
        let mut conn = self.read().await.map_err(doing("look for files to fetch"))?;
        let found: Option<i64> = sqlx::query_scalar(
            "select a.fetch_at from attachments a join messages m on m.id = a.message_id
             where a.state = 'waiting' and (a.lease_until is null or a.lease_until <= $1)
                 and (m.state is null or m.state <> 'deleted')
             order by a.fetch_at limit 1",
        )
        .bind(now.0)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look for files to fetch"))?;
        Ok(found.map(Timestamp))
    }

    async fn attachment_stored(&self, message_id: MessageId, position: i32, media: NewMedia) -> StoreResult<bool> {
        let done = self
            .write("keep a file", move |conn| {
                Box::pin(async move { attachment_stored(conn, message_id, position, &media).await })
            })
            .await;
        match done {
            Ok(()) => Ok(true),
            Err(StoreError::Refused) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn attachment_ended(
        &self,
        message_id: MessageId,
        position: i32,
        ending: Ending,
        reason: String,
        now: Timestamp,
    ) -> StoreResult<()> {
        let done = self
            .write("give up a file", move |conn| {
                Box::pin(async move { end(conn, message_id, position, (WAITING, ending), &reason, now).await })
            })
            .await;
        // Nobody waits for it any more.
        if matches!(done, Err(StoreError::Refused)) { Ok(()) } else { done }
    }

    async fn attachment_retry(
        &self,
        message_id: MessageId,
        position: i32,
        fetch_at: Timestamp,
        reason: String,
    ) -> StoreResult<()> {
        self.write("put off a file", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "update attachments set fetch_at = $3, lease_until = null, reason = $4
                     where message_id = $1 and position = $2 and state = 'waiting'",
                )
                .bind(message_id.to_string())
                .bind(position)
                .bind(fetch_at.0)
                .bind(reason)
                .execute(conn)
                .await
                .map(|_| ())
                .map_err(doing("put off a file"))
            })
        })
        .await
    }

    async fn media_for_person(
        &self,
        media_id: MediaId,
        person_id: PersonId,
        role: Role,
    ) -> StoreResult<Option<StoredMedia>> {
        let mut conn = self.read().await.map_err(doing("look up a file"))?;
        let row: Option<MediaRow> = sqlx::query_as(
            "select id, store_key, name, content_type, size from media
             where id = $1 and deleted_at is null and (
                 account_id is null
                 or $3 = 'admin'
                 or not exists (select 1 from account_teams t where t.account_id = media.account_id)
                 or exists (
                     select 1 from account_teams t join team_members m on m.team_id = t.team_id
                     where t.account_id = media.account_id and m.person_id = $2
                 )
             )",
        )
        .bind(media_id.to_string())
        .bind(person_id.to_string())
        .bind(role.word())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up a file"))?;
        row.map(TryInto::try_into).transpose()
    }

    async fn story_for_person(
        &self,
        message_id: MessageId,
        position: i32,
        person_id: PersonId,
        role: Role,
    ) -> StoreResult<Option<String>> {
        let mut conn = self.read().await.map_err(doing("look up a story"))?;
        sqlx::query_scalar(
            "select a.source_url from attachments a
                 join messages m on m.id = a.message_id
                 join conversations c on c.id = m.conversation_id
             where a.message_id = $1 and a.position = $2 and a.state = 'link' and a.source_url is not null
                 and a.kind in ('story', 'story_mention') and (
                     $4 = 'admin'
                     or not exists (select 1 from account_teams t where t.account_id = c.account_id)
                     or exists (
                         select 1 from account_teams t join team_members p on p.team_id = t.team_id
                         where t.account_id = c.account_id and p.person_id = $3
                     )
                 )",
        )
        .bind(message_id.to_string())
        .bind(position)
        .bind(person_id.to_string())
        .bind(role.word())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up a story"))
    }

    async fn story_gone(
        &self,
        message_id: MessageId,
        position: i32,
        reason: String,
        now: Timestamp,
    ) -> StoreResult<()> {
        let gone = self.write("note that a story is gone", move |conn| {
            Box::pin(async move { end(conn, message_id, position, (STORY, Ending::Gone), &reason, now).await })
        });
        match gone.await {
            Err(StoreError::Refused) => Ok(()),
            done => done,
        }
    }

    async fn media_by_id(&self, media_id: MediaId) -> StoreResult<Option<StoredMedia>> {
        let mut conn = self.read().await.map_err(doing("look up a file"))?;
        let row: Option<MediaRow> = sqlx::query_as(
            "select id, store_key, name, content_type, size from media where id = $1 and deleted_at is null",
        )
        .bind(media_id.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing("look up a file"))?;
        row.map(TryInto::try_into).transpose()
    }

    async fn list_marked_media(&self, after: Option<MarkedMedia>, limit: u32) -> StoreResult<Vec<MarkedMedia>> {
        let cannot = "look for files to delete";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        let (after_at, after_id) = after.map_or((i64::MIN, String::new()), |it| (it.deleted_at.0, it.id.to_string()));
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "select id, store_key, deleted_at from media
             where deleted_at is not null and (deleted_at, id) > ($1, $2)
                 and not exists (select 1 from attachments a where a.media_id = media.id)
             order by deleted_at, id limit $3",
        )
        .bind(after_at)
        .bind(after_id)
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(cannot))?;
        let marked = |(id, store_key, deleted_at): (String, String, i64)| {
            let id = read_back(&id, "media", "id", &id)?;
            Ok(MarkedMedia { id, store_key, deleted_at: Timestamp(deleted_at) })
        };
        rows.into_iter().map(marked).collect()
    }

    async fn delete_media(&self, id: MediaId) -> StoreResult<bool> {
        self.write("forget a file", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "delete from media where id = $1 and deleted_at is not null
                         and not exists (select 1 from attachments a where a.media_id = media.id)",
                )
                .bind(id.to_string())
                .execute(conn)
                .await
                .map(|done| done.rows_affected() == 1)
                .map_err(doing("forget a file"))
            })
        })
        .await
    }

    async fn list_stray_media(&self, ids: Vec<MediaId>) -> StoreResult<Vec<MediaId>> {
        let cannot = "look for files that nothing points at";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        let oldest: Option<String> =
            sqlx::query_scalar("select min(id) from media").fetch_one(&mut *conn).await.map_err(doing(cannot))?;
        let Some(oldest) = oldest else { return Ok(Vec::new()) };
        let ids: Vec<String> = ids.iter().map(ToString::to_string).filter(|it| *it > oldest).collect();
        let mut known = HashSet::new();
        for piece in pieces(&ids) {
            let mut query = among("select id from media where id in", piece);
            let rows: Vec<(String,)> = query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(cannot))?;
            known.extend(rows.into_iter().map(|(id,)| id));
        }
        let strays = ids.iter().filter(|it| !known.contains(*it));
        strays.map(|it| read_back(it, "media", "id", it)).collect()
    }
}

/// The conditions stand twice: of two processes that choose the same row, the second waits for the
/// first and then looks at the row again, but not at what it chose from.
async fn claim(conn: &mut Conn, now: Timestamp, lease_until: Timestamp, limit: u32) -> StoreResult<Vec<ToFetch>> {
    let rows: Vec<ToFetchRow> = sqlx::query_as(
        "update attachments set lease_until = $2, attempts = attempts + 1
         where state = 'waiting' and (lease_until is null or lease_until <= $1) and (message_id, position) in (
             select a.message_id, a.position from attachments a join messages m on m.id = a.message_id
             where a.state = 'waiting' and a.fetch_at <= $1 and (a.lease_until is null or a.lease_until <= $1)
                 and (m.state is null or m.state <> 'deleted')
             order by a.fetch_at, a.message_id limit $3
         )
         returning message_id, position, kind, source_url, title, attempts,
             (select m.conversation_id from messages m where m.id = attachments.message_id) as conversation_id,
             (select c.account_id from messages m join conversations c on c.id = m.conversation_id
              where m.id = attachments.message_id) as account_id",
    )
    .bind(now.0)
    .bind(lease_until.0)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await
    .map_err(doing("claim files to fetch"))?;
    rows.into_iter().map(TryInto::try_into).collect()
}

async fn attachment_stored(conn: &mut Conn, message_id: MessageId, position: i32, media: &NewMedia) -> StoreResult<()> {
    let raised = mark_changed(conn, message_id, media.created_at).await?;
    insert_media(conn, media).await?;
    let done = sqlx::query(
        "update attachments set state = 'stored', media_id = $3, lease_until = null, reason = null
         where message_id = $1 and position = $2 and state = 'waiting'",
    )
    .bind(message_id.to_string())
    .bind(position)
    .bind(media.id.to_string())
    .execute(&mut *conn)
    .await
    .map_err(doing("keep a file"))?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Refused);
    }
    write_changes(conn, &[raised.message(message_id)]).await
}

/// States of attachments: one that waits for its file, and a story, which lies elsewhere.
const WAITING: &str = "waiting";
const STORY: &str = "link";

/// From the first of `states` to the second.
async fn end(
    conn: &mut Conn,
    message_id: MessageId,
    position: i32,
    states: (&str, Ending),
    reason: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let raised = mark_changed(conn, message_id, now).await?;
    let done = sqlx::query(
        "update attachments set state = $3, lease_until = null, reason = $4
         where message_id = $1 and position = $2 and state = $5",
    )
    .bind(message_id.to_string())
    .bind(position)
    .bind(states.1.word())
    .bind(reason)
    .bind(states.0)
    .execute(&mut *conn)
    .await
    .map_err(doing("give up a file"))?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Refused);
    }
    write_changes(conn, &[raised.message(message_id)]).await
}

/// Notes that what the thread shows of this message is another now; refused if the message is gone.
/// It comes first in its unit: whoever deletes the message meanwhile waits, or made us wait.
async fn mark_changed(conn: &mut Conn, message_id: MessageId, now: Timestamp) -> StoreResult<Raised> {
    let raised = raise_of_message(conn, message_id, now).await?.ok_or(StoreError::Refused)?;
    let marked =
        sqlx::query("update messages set updated_at = $2 where id = $1 and (state is null or state <> 'deleted')")
            .bind(message_id.to_string())
            .bind(now.0)
            .execute(conn)
            .await
            .map_err(doing("mark a message as changed"))?;
    if marked.rows_affected() == 0 { Err(StoreError::Refused) } else { Ok(raised) }
}

pub(super) async fn insert_media(conn: &mut Conn, media: &NewMedia) -> StoreResult<()> {
    sqlx::query(
        "insert into media (id, account_id, store_key, name, content_type, size, width, height, duration_ms, blur,
                            created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(media.id.to_string())
    .bind(media.account_id.map(|it| it.to_string()))
    .bind(&media.store_key)
    .bind(&media.name)
    .bind(&media.content_type)
    .bind(media.size)
    .bind(media.width)
    .bind(media.height)
    .bind(media.duration_ms)
    .bind(&media.blur)
    .bind(media.created_by.map(|it| it.to_string()))
    .bind(media.created_at.0)
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(doing("add a file"))
}

#[derive(FromRow)]
struct ToFetchRow {
    message_id: String,
    position: i32,
    kind: String,
    source_url: Option<String>,
    title: Option<String>,
    attempts: i32,
    conversation_id: String,
    account_id: String,
}

impl TryFrom<ToFetchRow> for ToFetch {
    type Error = StoreError;

    fn try_from(row: ToFetchRow) -> StoreResult<Self> {
        let of = &row.message_id;
        Ok(Self {
            message_id: read_back(&row.message_id, "attachments", "message_id", of)?,
            position: row.position,
            kind: AttachmentKind::from_word(&row.kind),
            source_url: row.source_url,
            title: row.title,
            account_id: read_back(&row.account_id, "conversations", "account_id", of)?,
            conversation_id: read_back(&row.conversation_id, "messages", "conversation_id", of)?,
            attempts: row.attempts,
        })
    }
}

#[derive(FromRow)]
pub(super) struct MediaRow {
    id: String,
    store_key: String,
    name: Option<String>,
    content_type: String,
    size: i64,
}

impl TryFrom<MediaRow> for StoredMedia {
    type Error = StoreError;

    fn try_from(row: MediaRow) -> StoreResult<Self> {
        let wrong = || StoreError::Inconsistent { table: "media", column: "size", row: row.id.clone() };
        Ok(Self {
            id: read_back(&row.id, "media", "id", &row.id)?,
            size: u64::try_from(row.size).map_err(|_| wrong())?,
            store_key: row.store_key,
            name: row.name,
            content_type: row.content_type,
        })
    }
}
