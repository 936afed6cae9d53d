//! What is known of a customer, and what conversations are sorted by.

mod block;
mod details;

pub(super) use details::EpisodeRow;

use super::changes::write_changes;
use super::conversations::raise_of;
use super::many::{among, lists};
use super::{Conn, Pools, read_back};
use crate::store::audit::Deed;
use crate::store::contacts::Contacts;
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::desk::{ContactEdit, Details, Label};
use model::ids::{ContactId, ConversationId, LabelId};
use model::time::Timestamp;
use std::collections::BTreeSet;

const SAVING: &str = "save what is known of a customer";
const LABELLING: &str = "label a conversation";

#[async_trait]
impl Contacts for Pools {
    async fn find_details(&self, id: ConversationId) -> StoreResult<Option<Details>> {
        let mut conn = self.read().await.map_err(doing("read what is known of a customer"))?;
        details::find(&mut conn, id).await
    }

    async fn save_contact(&self, id: ConversationId, edit: ContactEdit, now: Timestamp) -> StoreResult<bool> {
        self.write(SAVING, move |conn| Box::pin(async move { save(conn, id, &edit, now).await })).await
    }

    async fn block_contact(&self, deed: Deed, id: ContactId, is_blocked: bool) -> StoreResult<bool> {
        self.write(block::BLOCKING, move |conn| Box::pin(async move { block::set(conn, &deed, id, is_blocked).await }))
            .await
    }

    async fn set_labels(&self, id: ConversationId, labels: Vec<LabelId>, now: Timestamp) -> StoreResult<bool> {
        let wanted = labels.iter().map(ToString::to_string).collect();
        self.write(LABELLING, move |conn| Box::pin(async move { label(conn, id, wanted, now).await })).await
    }

    async fn insert_labels(&self, labels: Vec<Label>, now: Timestamp) -> StoreResult<()> {
        self.write("add labels", move |conn| Box::pin(async move { insert(conn, &labels, now).await })).await
    }
}

async fn save(conn: &mut Conn, id: ConversationId, edit: &ContactEdit, now: Timestamp) -> StoreResult<bool> {
    let Some(raised) = raise_of(conn, id, now).await? else { return Ok(false) };
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    sqlx::query(
        "update contacts set email = $2, phone = $3, note = $4, updated_at = $5
         where id = (select contact_id from conversations where id = $1)",
    )
    .bind(id.to_string())
    .bind(filled(&edit.email))
    .bind(filled(&edit.phone))
    .bind(filled(&edit.about))
    .bind(now.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(SAVING))?;
    write_changes(conn, &[raised.conversation()]).await?;
    Ok(true)
}

async fn label(conn: &mut Conn, id: ConversationId, wanted: BTreeSet<String>, now: Timestamp) -> StoreResult<bool> {
    let Some(raised) = raise_of(conn, id, now).await? else { return Ok(false) };
    let had: Vec<String> = sqlx::query_scalar("select label_id from conversation_labels where conversation_id = $1")
        .bind(id.to_string())
        .fetch_all(&mut *conn)
        .await
        .map_err(doing(LABELLING))?;
    let had: BTreeSet<String> = had.into_iter().collect();
    for list in lists(&had.difference(&wanted).cloned().collect::<Vec<_>>()) {
        let mut delete = among("delete from conversation_labels where label_id in", &list);
        delete.push(" and conversation_id = ").push_bind(id.to_string());
        delete.build().execute(&mut *conn).await.map_err(doing(LABELLING))?;
    }
    for label in wanted.difference(&had) {
        sqlx::query(
            "insert into conversation_labels (conversation_id, label_id) select $1, id from labels where id = $2",
        )
        .bind(id.to_string())
        .bind(label)
        .execute(&mut *conn)
        .await
        .map_err(doing(LABELLING))?;
    }
    if had != wanted {
        write_changes(conn, &[raised.conversation()]).await?;
    }
    Ok(true)
}

async fn insert(conn: &mut Conn, labels: &[Label], now: Timestamp) -> StoreResult<()> {
    for it in labels {
        sqlx::query(
            "insert into labels (id, name, name_folded, colour, created_at) values ($1, $2, $3, $4, $5)
             on conflict (name_folded) do nothing",
        )
        .bind(it.id.to_string())
        .bind(&it.name)
        .bind(it.name.to_lowercase())
        .bind(it.hue.to_string())
        .bind(now.0)
        .execute(&mut *conn)
        .await
        .map_err(doing("add labels"))?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(super) struct LabelRow {
    id: String,
    name: String,
    colour: String,
}

impl LabelRow {
    pub(super) fn read(self) -> StoreResult<Label> {
        let hue = read_back(&self.colour, "labels", "colour", &self.id)?;
        Ok(Label { id: read_back(&self.id, "labels", "id", &self.id)?, name: self.name, hue })
    }
}
