//! Messages of ours on their way to Meta.

use super::changes::write_changes;
use super::conversations::raise_of_message;
use super::{Conn, Pools, read_back};
use crate::store::sends::{
    Addressee, ClaimDoubts, ClaimSends, Doubted, FailedSend, Leaving, NewReaction, NewReply, Postponed, Queueing,
    Sends, Settled, Tagged, Upload,
};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::ids::{AccountId, ConversationId, IncidentId, MessageId};
use model::media::MediaId;
use model::time::Timestamp;

const SETTLING: &str = "note that a message was sent";

#[async_trait]
impl Sends for Pools {
    async fn find_addressee(&self, _conversation: ConversationId) -> StoreResult<Option<Addressee>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn queue_reply(&self, _reply: NewReply) -> StoreResult<Queueing> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn queue_reaction(&self, _reaction: NewReaction) -> StoreResult<bool> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn claim_sends(&self, _claim: ClaimSends) -> StoreResult<Vec<Leaving>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn find_next_send(&self, _now: Timestamp) -> StoreResult<Option<Timestamp>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn tag_send(&self, _tagged: Tagged) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn settle_reaction(&self, _message: MessageId, _now: Timestamp) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn postpone_send(&self, _postponed: Postponed) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn fail_send(&self, _failed: FailedSend) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn doubt_send(&self, _message: MessageId, _now: Timestamp) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn orphan_sends(&self, _all: bool, _now: Timestamp) -> StoreResult<u64> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn claim_doubts(&self, _doubts: ClaimDoubts) -> StoreResult<Vec<Doubted>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn give_up_doubt(&self, _message: MessageId, _now: Timestamp) -> StoreResult<bool> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn known_mids(&self, _mid_keys: Vec<String>) -> StoreResult<Vec<String>> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn take_back(&self, _message: MessageId, _now: Timestamp) -> StoreResult<bool> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn retry_send(&self, _message: MessageId, _now: Timestamp) -> StoreResult<bool> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn discard_send(&self, _message: MessageId, _now: Timestamp) -> StoreResult<bool> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn split_pictures(&self, _message: MessageId, _rest: Vec<MessageId>, _now: Timestamp) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn save_upload(&self, _upload: Upload) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn forget_upload(&self, _media: MediaId, _account: AccountId) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn hold_account(&self, _account: AccountId, _until: Timestamp) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn save_usage(&self, _account: AccountId, _percent: i32) -> StoreResult<()> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn tag_refused(&self, _account: AccountId, _incident: IncidentId, _now: Timestamp) -> StoreResult<bool> {
        Err(StoreError::Unsupported("not there yet"))
    }

    async fn settle_send(&self, settled: Settled) -> StoreResult<()> {
        let again = settled.clone();
        match self.write(SETTLING, move |conn| Box::pin(async move { settle(conn, &settled).await })).await {
            // The echo was written at the same moment; now it is there to be met.
            Err(StoreError::Database { source, .. }) if is_taken(&source) => {
                self.write(SETTLING, move |conn| Box::pin(async move { settle(conn, &again).await })).await
            }
            settled => settled,
        }
    }
}

fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

async fn settle(conn: &mut Conn, settled: &Settled) -> StoreResult<()> {
    let Some(raised) = raise_of_message(conn, settled.message, settled.now).await? else { return Ok(()) };
    let mut told = vec![raised.message(settled.message)];
    let ours = settled.message.to_string();
    let echo: Option<String> = sqlx::query_scalar("select id from messages where mid_key = $1 and id <> $2")
        .bind(&settled.mid_key)
        .bind(&ours)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(SETTLING))?;
    if let Some(echo) = echo {
        // What customers did to it meanwhile stays.
        sqlx::query("update reactions set message_id = $1 where message_id = $2 and side = 'contact'")
            .bind(&ours)
            .bind(&echo)
            .execute(&mut *conn)
            .await
            .map_err(doing(SETTLING))?;
        sqlx::query(
            "update conversations set preview_message_id = $1,
                preview_author = (select author_kind from messages where id = $1)
             where preview_message_id = $2",
        )
        .bind(&ours)
        .bind(&echo)
        .execute(&mut *conn)
        .await
        .map_err(doing(SETTLING))?;
        sqlx::query(
            "update media set deleted_at = $1 where deleted_at is null
                 and id in (select media_id from attachments where message_id = $2)",
        )
        .bind(settled.now.0)
        .bind(&echo)
        .execute(&mut *conn)
        .await
        .map_err(doing(SETTLING))?;
        told.push(raised.message(read_back(&echo, "messages", "id", &echo)?));
        sqlx::query("delete from messages where id = $1")
            .bind(&echo)
            .execute(&mut *conn)
            .await
            .map_err(doing(SETTLING))?;
    }
    sqlx::query(
        "update messages set state = 'sent', mid = $1, mid_key = $2, error = null, updated_at = $3 where id = $4",
    )
    .bind(&settled.mid)
    .bind(&settled.mid_key)
    .bind(settled.now.0)
    .bind(&ours)
    .execute(&mut *conn)
    .await
    .map_err(doing(SETTLING))?;
    sqlx::query("delete from outbox where message_id = $1 and kind = 'message'")
        .bind(&ours)
        .execute(&mut *conn)
        .await
        .map_err(doing(SETTLING))?;
    write_changes(conn, &told).await
}
