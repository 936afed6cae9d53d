//! Messages of ours on their way to Meta.

use super::changes::write_changes;
use super::conversations::{raise_of, raise_of_message};
use super::{Conn, Pools, read_back};
use crate::store::sends::{Leaving, Sends, Settled};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;

const STARTING: &str = "note that a message is leaving";
const SETTLING: &str = "note that a message was sent";

#[async_trait]
impl Sends for Pools {
    async fn start_send(&self, leaving: Leaving) -> StoreResult<bool> {
        let started = self.write(STARTING, move |conn| Box::pin(async move { start(conn, &leaving).await })).await;
        match started {
            Ok(()) => Ok(true),
            Err(StoreError::Refused) => Ok(false),
            Err(error) => Err(error),
        }
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

async fn start(conn: &mut Conn, leaving: &Leaving) -> StoreResult<()> {
    let raised = raise_of(conn, leaving.message.conversation_id, leaving.now).await?.ok_or(StoreError::Refused)?;
    super::intake::insert_message(conn, &leaving.message, leaving.now).await?;
    let n_rows = sqlx::query(
        "insert into outbox (message_id, kind, conversation_id, account_id, state, due_at, lease_until, created_at)
         values ($1, 'message', $2, $3, 'running', $4, $5, $4) on conflict do nothing",
    )
    .bind(leaving.message.id.to_string())
    .bind(leaving.message.conversation_id.to_string())
    .bind(leaving.account.to_string())
    .bind(leaving.now.0)
    .bind(leaving.lease_until.0)
    .execute(&mut *conn)
    .await
    .map_err(doing(STARTING))?
    .rows_affected();
    if n_rows == 0 {
        return Err(StoreError::Refused);
    }
    write_changes(conn, &[raised.message(leaving.message.id)]).await
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
