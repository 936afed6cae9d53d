//! What people began to write and have not sent.

use super::many::rows_among;
use super::{Conn, Pools, read_back};
use crate::store::drafts::Drafts;
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::desk::Draft;
use model::ids::{ConversationId, MessageId};
use model::media::UploadedMedia;
use model::person::PersonId;
use model::time::{DAY_S, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

const SAVING: &str = "save a draft";
const LISTING: &str = "read drafts";

/// No older draft comes later than this.
const EMPTY_FOR_S: i64 = DAY_S;

const NOTHING: &str = "{}";

#[async_trait]
impl Drafts for Pools {
    async fn save_draft(&self, id: ConversationId, person: PersonId, draft: Draft) -> StoreResult<()> {
        self.write(SAVING, move |conn| Box::pin(async move { save(conn, id, person, draft).await })).await
    }

    async fn list_drafts(&self, id: ConversationId, person: PersonId) -> StoreResult<Vec<Draft>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        list(&mut conn, id, person).await
    }
}

/// What is beside the text. The sweeper of files looks in here for their ids.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Beside {
    chips: Vec<String>,
    files: Vec<UploadedMedia>,
    reply_to: Option<MessageId>,
}

async fn save(conn: &mut Conn, id: ConversationId, person: PersonId, draft: Draft) -> StoreResult<()> {
    let (text, detail) = if draft.is_empty() {
        (String::new(), NOTHING.to_owned())
    } else {
        let beside = Beside { chips: draft.chips, files: draft.files, reply_to: draft.reply_to };
        (draft.text, serde_json::to_string(&beside).unwrap_or_else(|_| NOTHING.to_owned()))
    };
    sqlx::query(
        "insert into drafts (conversation_id, person_id, mode, text, detail, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (conversation_id, person_id, mode) do update
             set text = excluded.text, detail = excluded.detail, updated_at = excluded.updated_at
             where drafts.updated_at <= excluded.updated_at",
    )
    .bind(id.to_string())
    .bind(person.to_string())
    .bind(draft.mode.word())
    .bind(text)
    .bind(detail)
    .bind(draft.at.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    sqlx::query(
        "delete from drafts where conversation_id = $1 and person_id = $2 and text = '' and detail = '{}'
             and updated_at < $3",
    )
    .bind(id.to_string())
    .bind(person.to_string())
    .bind(draft.at.plus_s(-EMPTY_FOR_S).0)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(SAVING))
}

async fn list(conn: &mut Conn, id: ConversationId, person: PersonId) -> StoreResult<Vec<Draft>> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "select mode, text, detail, updated_at from drafts where conversation_id = $1 and person_id = $2
         order by mode desc limit 10",
    )
    .bind(id.to_string())
    .bind(person.to_string())
    .fetch_all(&mut *conn)
    .await
    .map_err(doing(LISTING))?;
    let mut drafts = Vec::new();
    for (mode, text, detail, at) in rows {
        let mode = read_back(&mode, "drafts", "mode", &id.to_string())?;
        // Whatever another version wrote there is not worth losing the words for.
        let beside: Beside = serde_json::from_str(&detail).unwrap_or_default();
        let files = still_there(conn, person, beside.files).await?;
        let draft = Draft { mode, text, chips: beside.chips, files, reply_to: beside.reply_to, at: Timestamp(at) };
        drafts.extend(Some(draft).filter(|it| !it.is_empty()));
    }
    Ok(drafts)
}

async fn still_there(conn: &mut Conn, person: PersonId, files: Vec<UploadedMedia>) -> StoreResult<Vec<UploadedMedia>> {
    let keys: Vec<String> = files.iter().map(|it| it.id.to_string()).collect();
    let sql = "select id, created_by from media where deleted_at is null and id in";
    let rows: Vec<(String, Option<String>)> = rows_among(conn, sql, &keys, "").await.map_err(doing(LISTING))?;
    let mine: HashSet<String> =
        rows.into_iter().filter(|(_, by)| by.as_ref() == Some(&person.to_string())).map(|(id, _)| id).collect();
    Ok(files.into_iter().filter(|it| mine.contains(&it.id.to_string())).collect())
}
