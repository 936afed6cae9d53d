//! Outgoing webhooks. Whoever makes deliveries for an endpoint, claims them or settles them holds its row first: so the
//! first of a conversation is chosen by one at a time.

mod keeping;
mod losing;
mod making;
mod telling;

use super::super::FOR_UPDATE;
use super::{Conn, Pools, read_back};
use crate::store::audit::Deed;
use crate::store::endpoints::{
    Behind, ClaimDeliveries, Claimed, Due, EndpointAdded, EndpointChange, Endpoints, Fate, Losing, Lost, Made,
    NewEndpoint, Replay,
};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::endpoints::{ListedBot, ListedDelivery, ListedEndpoint, Topic};
use model::ids::{BotId, EndpointId};
use model::people::Refusal;
use model::time::Timestamp;
use sqlx::AssertSqlSafe;

const LISTING: &str = "list endpoints";
const KEEPING: &str = "keep an endpoint";
const MAKING: &str = "make deliveries of the feed";
const TELLING: &str = "tell an endpoint";
const LOSING: &str = "give people what a bot does not answer";

/// More than anybody keeps an eye on.
const MOST: i64 = 100;

/// Whether the token `t`, and its bot if it is one's, may still do something at `$now`.
macro_rules! lets_in {
    ($now:literal) => {
        concat!(
            "(t.revoked_at is null and (t.expires_at is null or t.expires_at > ",
            $now,
            ") and not exists (select 1 from bots b where b.id = t.bot_id and b.state = 'off'))"
        )
    };
}
use lets_in;

#[async_trait]
impl Endpoints for Pools {
    async fn list_endpoints(&self, now: Timestamp) -> StoreResult<Vec<ListedEndpoint>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        keeping::list(&mut conn, now).await
    }

    async fn add_endpoint(&self, deed: Deed, endpoint: NewEndpoint) -> StoreResult<Result<EndpointAdded, Refusal>> {
        self.write(KEEPING, move |conn| Box::pin(async move { keeping::add(conn, &deed, &endpoint).await })).await
    }

    async fn change_endpoint(
        &self,
        deed: Deed,
        id: EndpointId,
        change: EndpointChange,
    ) -> StoreResult<Result<bool, Refusal>> {
        self.write(KEEPING, move |conn| Box::pin(async move { keeping::change(conn, &deed, id, change).await })).await
    }

    async fn list_deliveries(&self, id: EndpointId, failed_only: bool, limit: u32) -> StoreResult<Vec<ListedDelivery>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        keeping::log(&mut conn, id, failed_only, limit).await
    }

    async fn replay_deliveries(&self, deed: Deed, id: EndpointId, which: Replay) -> StoreResult<Result<u64, Refusal>> {
        self.write(KEEPING, move |conn| Box::pin(async move { keeping::replay(conn, &deed, id, which).await })).await
    }

    async fn list_bots(&self) -> StoreResult<Vec<ListedBot>> {
        let mut conn = self.read().await.map_err(doing(LISTING))?;
        keeping::bots(&mut conn).await
    }

    async fn limit_bot(&self, deed: Deed, id: BotId, within_s: Option<i64>) -> StoreResult<Result<bool, Refusal>> {
        self.write(KEEPING, move |conn| Box::pin(async move { keeping::limit(conn, &deed, id, within_s).await })).await
    }

    async fn endpoints_behind(&self) -> StoreResult<Behind> {
        let mut conn = self.read().await.map_err(doing(MAKING))?;
        making::behind(&mut conn).await
    }

    async fn make_deliveries(&self, id: EndpointId, now: Timestamp) -> StoreResult<Made> {
        self.write(MAKING, move |conn| Box::pin(async move { making::make(conn, id, now).await })).await
    }

    async fn endpoints_due(&self, now: Timestamp) -> StoreResult<Due> {
        let mut conn = self.read().await.map_err(doing(TELLING))?;
        telling::due(&mut conn, now).await
    }

    async fn claim_deliveries(&self, id: EndpointId, claim: ClaimDeliveries) -> StoreResult<Vec<Claimed>> {
        self.write(TELLING, move |conn| Box::pin(async move { telling::claim(conn, id, claim).await })).await
    }

    async fn settle_delivery(&self, claimed: Claimed, fate: Fate, now: Timestamp) -> StoreResult<()> {
        self.write(TELLING, move |conn| Box::pin(async move { telling::settle(conn, &claimed, &fate, now).await }))
            .await
    }

    async fn orphan_deliveries(&self, all: bool, now: Timestamp) -> StoreResult<u64> {
        self.write(TELLING, move |conn| Box::pin(async move { telling::orphan(conn, all, now).await })).await
    }

    async fn purge_deliveries(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(TELLING, move |conn| Box::pin(async move { telling::purge(conn, before, limit).await })).await
    }

    async fn find_unanswered(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Lost>> {
        let mut conn = self.read().await.map_err(doing(LOSING))?;
        losing::find(&mut conn, now, limit).await
    }

    async fn lose_conversation(&self, losing: Losing) -> StoreResult<bool> {
        self.write(LOSING, move |conn| Box::pin(async move { losing::lose(conn, &losing).await })).await
    }
}

/// Until the commit nobody else makes, claims or settles anything of this endpoint; `false` if it is gone.
async fn hold(conn: &mut Conn, id: EndpointId) -> StoreResult<bool> {
    let sql = ["select id from endpoints where id = $1", FOR_UPDATE].concat();
    let found: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(doing("have an endpoint alone"))?;
    Ok(found.is_some())
}

/// If nothing of the conversation is on its way or due, what comes first of what waits is due.
async fn bring_forward(conn: &mut Conn, id: EndpointId, conversation: &str, now: Timestamp) -> StoreResult<()> {
    let first: Option<(i64, i32)> = sqlx::query_as(
        "select seq, part from endpoint_deliveries d
         where endpoint_id = $1 and conversation_id = $2 and state = 'waiting' and not exists (
             select 1 from endpoint_deliveries e
             where e.endpoint_id = $1 and e.conversation_id = $2 and e.state in ('ready', 'running')
         )
         order by seq, part limit 1",
    )
    .bind(id.to_string())
    .bind(conversation)
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing(TELLING))?;
    let Some((seq, part)) = first else { return Ok(()) };
    sqlx::query(
        "update endpoint_deliveries set state = 'ready', due_at = $4
         where endpoint_id = $1 and seq = $2 and part = $3",
    )
    .bind(id.to_string())
    .bind(seq)
    .bind(part)
    .bind(now.0)
    .execute(conn)
    .await
    .map(drop)
    .map_err(doing(TELLING))
}

/// What only a newer version tells is not told here.
fn topics(text: &str) -> Vec<Topic> {
    text.split_ascii_whitespace().filter_map(Topic::from_word).collect()
}
