//! Files that people took in to send them.

use super::many::{among, lists};
use super::media::{MediaRow, insert_media};
use super::{Pools, read_back};
use crate::store::media::{NewMedia, StoredMedia};
use crate::store::uploads::{UploadPlace, Uploads};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::id::Id as _;
use model::ids::{AccountId, ConversationId};
use model::media::MediaId;
use model::person::PersonId;
use model::platform::Platform;
use model::time::Timestamp;
use std::collections::HashMap;

/// That nothing refers to the file; `$drafts` is added about drafts. Pictures of accounts, bots and
/// contacts are fetched or made, and never taken in from a person.
macro_rules! unused {
    ($drafts:literal) => {
        concat!(
            "created_by is not null and deleted_at is null
             and not exists (select 1 from attachments a where a.media_id = media.id)
             and not exists (select 1 from drafts d where d.detail like '%' || media.id || '%'",
            $drafts,
            ")
             and not exists (select 1 from saved_replies r where r.detail like '%' || media.id || '%')
             and not exists (select 1 from people p where p.picture_id = media.id)"
        )
    };
}

#[async_trait]
impl Uploads for Pools {
    async fn find_upload_place(&self, conversation: ConversationId) -> StoreResult<Option<UploadPlace>> {
        let cannot = "look up where a file goes";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        let row: Option<(String, String)> = sqlx::query_as(
            "select a.id, a.platform from conversations c join accounts a on a.id = c.account_id
             where c.id = $1 and a.state <> 'deleting'",
        )
        .bind(conversation.to_string())
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(cannot))?;
        let Some((id, platform)) = row else { return Ok(None) };
        let account = read_back(&id, "accounts", "id", &id)?;
        let odd = || StoreError::Inconsistent { table: "accounts", column: "platform", row: id.clone() };
        Ok(Some(UploadPlace { account, platform: Platform::from_word(&platform).ok_or_else(odd)? }))
    }

    async fn insert_upload(&self, media: NewMedia) -> StoreResult<()> {
        self.write("take in a file", move |conn| Box::pin(async move { insert_media(conn, &media).await })).await
    }

    async fn known_files(&self, account: AccountId, ids: Vec<MediaId>) -> StoreResult<Vec<StoredMedia>> {
        let cannot = "look up files";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        let keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut found = HashMap::new();
        for list in lists(&keys) {
            let sql = "select id, store_key, name, content_type, size from media
                       where deleted_at is null and id in";
            let mut query = among(sql, &list);
            query.push(" and account_id = ").push_bind(account.to_string());
            let rows: Vec<MediaRow> = query.build_query_as().fetch_all(&mut *conn).await.map_err(doing(cannot))?;
            for row in rows {
                let media: StoredMedia = row.try_into()?;
                found.insert(media.id, media);
            }
        }
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    }

    async fn take_upload_away(&self, id: MediaId, person: PersonId, now: Timestamp) -> StoreResult<bool> {
        let cannot = "take a file away";
        self.write(cannot, move |conn| {
            Box::pin(async move {
                sqlx::query(concat!(
                    "update media set deleted_at = $3 where id = $1 and created_by = $2 and ",
                    unused!(" and d.person_id <> $2")
                ))
                .bind(id.to_string())
                .bind(person.to_string())
                .bind(now.0)
                .execute(conn)
                .await
                .map(|done| done.rows_affected() == 1)
                .map_err(doing(cannot))
            })
        })
        .await
    }

    async fn list_unused_uploads(&self, before: Timestamp, limit: u32) -> StoreResult<Vec<MediaId>> {
        let cannot = "look for files that were never sent";
        let mut conn = self.read().await.map_err(doing(cannot))?;
        // Ids sort by the time at which they were made.
        let end = MediaId::compose(before.0, [0; 10]);
        let sql = concat!("select id from media where id < $1 and ", unused!(""), " order by id limit $2");
        let ids: Vec<String> = sqlx::query_scalar(sql)
            .bind(end.to_string())
            .bind(i64::from(limit))
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(cannot))?;
        ids.iter().map(|it| read_back(it, "media", "id", it)).collect()
    }

    async fn mark_unused_uploads(&self, ids: Vec<MediaId>, now: Timestamp) -> StoreResult<u64> {
        let cannot = "mark files that were never sent";
        self.write(cannot, move |conn| {
            Box::pin(async move {
                let mut n_marked = 0;
                for id in ids {
                    let sql = concat!("update media set deleted_at = $2 where id = $1 and ", unused!(""));
                    let marking = sqlx::query(sql).bind(id.to_string()).bind(now.0).execute(&mut *conn);
                    n_marked += marking.await.map_err(doing(cannot))?.rows_affected();
                }
                Ok(n_marked)
            })
        })
        .await
    }
}
