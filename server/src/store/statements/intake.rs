//! What Meta sends: the journal, and applying it.

mod apply;
mod journal;
pub(super) mod load;
pub(super) mod recall;
mod rows;
mod write;

use super::super::{Driver, FOR_UPDATE, LANE_GROUPS, hold_lanes};
use super::{Conn, Pools, read_back};
use crate::store::intake::{Applied, Applier, Entry, Intake, NewInbound, Replay};
use crate::store::{StoreResult, doing};
use async_trait::async_trait;
use model::ids::InboundId;
use model::intake::Account;
use model::time::Timestamp;
use sqlx::QueryBuilder;

#[async_trait]
impl Intake for Pools {
    async fn insert_inbound(&self, rows: Vec<NewInbound>) -> StoreResult<u64> {
        self.write("write the journal", move |conn| Box::pin(async move { journal::insert(conn, &rows).await })).await
    }

    fn n_lane_groups(&self) -> u32 {
        LANE_GROUPS
    }

    async fn apply_pending(&self, by: Applier, first_lane: u32, limit: u32) -> StoreResult<Applied> {
        self.write_long("apply what came in", move |conn| {
            Box::pin(async move {
                if !hold_lanes(conn, by.group).await? {
                    return Ok(Applied { held_by_another: true, ..Applied::default() });
                }
                let lanes = journal::lanes_of(by.group, first_lane);
                let pending = journal::pending(conn, lanes, limit, by.now).await?;
                apply::apply(conn, pending, limit, &by).await
            })
        })
        .await
    }

    async fn pending_inbound(&self, group: u32, limit: u32, now: Timestamp) -> StoreResult<Vec<InboundId>> {
        let mut conn = self.read().await.map_err(doing("read the journal"))?;
        let pending = journal::pending(&mut conn, journal::lanes_of(group, 0), limit, now).await?;
        Ok(pending.into_iter().map(|it| it.id).collect())
    }

    async fn apply_one(&self, by: Applier, id: InboundId) -> StoreResult<Applied> {
        self.write_long("apply what came in", move |conn| {
            Box::pin(async move {
                if !hold_lanes(conn, by.group).await? {
                    return Ok(Applied { held_by_another: true, ..Applied::default() });
                }
                let pending = journal::pending_one(conn, id).await?;
                apply::apply(conn, pending, 2, &by).await
            })
        })
        .await
    }

    async fn postpone_inbound(
        &self,
        id: InboundId,
        tries: Vec<Timestamp>,
        reason: String,
    ) -> StoreResult<Option<Timestamp>> {
        self.write("postpone a row of the journal", move |conn| {
            Box::pin(async move { journal::postpone(conn, id, &tries, &reason).await })
        })
        .await
    }

    async fn n_pending_inbound(&self) -> StoreResult<i64> {
        let mut conn = self.read().await.map_err(doing("count what is pending"))?;
        sqlx::query_scalar("select count(*) from inbound where state = 'pending'")
            .fetch_one(&mut *conn)
            .await
            .map_err(doing("count what is pending"))
    }

    async fn replay_inbound(&self, which: Replay) -> StoreResult<u64> {
        self.write("mark the journal for a replay", move |conn| {
            Box::pin(async move { journal::replay(conn, &which).await })
        })
        .await
    }

    async fn read_inbound(&self, after: Option<InboundId>, limit: u32) -> StoreResult<Vec<Entry>> {
        let mut conn = self.read().await.map_err(doing("read the journal"))?;
        journal::read(&mut conn, after, limit).await
    }

    async fn purge_inbound(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write("shorten the journal", move |conn| {
            Box::pin(async move { journal::purge(conn, before, limit).await })
        })
        .await
    }

    async fn purge_waiting(&self, before: Timestamp) -> StoreResult<u64> {
        self.write("forget what waits in vain", move |conn| {
            Box::pin(async move {
                sqlx::query("delete from waiting_events where created_at < $1")
                    .bind(before.0)
                    .execute(conn)
                    .await
                    .map(|it| it.rows_affected())
                    .map_err(doing("forget what waits in vain"))
            })
        })
        .await
    }

    async fn named_accounts(&self) -> StoreResult<Vec<(Account, String)>> {
        let mut conn = self.read().await.map_err(doing("read the accounts"))?;
        load::named_accounts(&mut conn).await
    }

    async fn insert_accounts(&self, accounts: Vec<(Account, String)>, now: Timestamp) -> StoreResult<()> {
        self.write("make accounts", move |conn| Box::pin(async move { write::accounts(conn, &accounts, now).await }))
            .await
    }
}

/// Runs a statement and counts the rows it touched.
async fn run(conn: &mut Conn, query: &mut QueryBuilder<Driver>) -> Result<u64, sqlx::Error> {
    query.build().execute(conn).await.map(|it| it.rows_affected())
}
