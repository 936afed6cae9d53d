//! The feed of changes.

use super::many::pieces;
use super::{Conn, Pools, feed, read_back};
use crate::store::changes::{AT_ONCE, Change, Changes, FeedBounds, NewChange};
use crate::store::{StoreError, StoreResult, doing, signal};
use async_trait::async_trait;
use model::live::Event;
use model::time::Timestamp;
use sqlx::{FromRow, QueryBuilder};
use tokio::sync::watch;

#[async_trait]
impl Changes for Pools {
    async fn note_changes(&self, changes: Vec<NewChange>) -> StoreResult<()> {
        self.write("note changes", move |conn| Box::pin(async move { write_changes(conn, &changes).await })).await
    }

    async fn number_changes(&self) -> StoreResult<u32> {
        feed::number(self).await
    }

    async fn changes_after(&self, seq: i64, limit: u32) -> StoreResult<Vec<Change>> {
        let mut conn = self.read().await.map_err(doing("read the feed"))?;
        feed_after(&mut conn, seq, limit).await
    }

    async fn feed_bounds(&self) -> StoreResult<FeedBounds> {
        let mut conn = self.read().await.map_err(doing("ask how far the feed reaches"))?;
        bounds(&mut conn).await
    }

    async fn purge_changes(&self, before: Timestamp) -> StoreResult<u64> {
        self.write("remove old changes", move |conn| Box::pin(async move { purge(conn, before).await })).await
    }

    fn changes_written(&self) -> watch::Receiver<()> {
        feed::listen(self)
    }
}

pub(super) async fn feed_after(conn: &mut Conn, seq: i64, limit: u32) -> StoreResult<Vec<Change>> {
    let rows: Vec<ChangeRow> = sqlx::query_as(
        "select seq, account_id, person_id, payload, at from changes where seq > $1 order by seq limit $2",
    )
    .bind(seq)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await
    .map_err(doing("read the feed"))?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(super) async fn bounds(conn: &mut Conn) -> StoreResult<FeedBounds> {
    let (head, oldest): (i64, Option<i64>) =
        sqlx::query_as("select seq, (select min(seq) from changes) from change_head where id = 'head'")
            .fetch_one(conn)
            .await
            .map_err(doing("ask how far the feed reaches"))?;
    Ok(FeedBounds { oldest: oldest.unwrap_or(head + 1), head })
}

/// Writes changes as part of the unit of work that `conn` is in.
pub(super) async fn write_changes(conn: &mut Conn, changes: &[NewChange]) -> StoreResult<()> {
    signal::leave(changes);
    feed::write(conn, changes).await
}

/// The rows themselves.
pub(in super::super) async fn insert_changes(conn: &mut Conn, changes: &[NewChange]) -> StoreResult<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut seq = feed::first_number(conn, changes.len()).await?;
    for piece in pieces(changes) {
        let mut insert = QueryBuilder::new(
            "insert into changes (seq, id, kind, account_id, conversation_id, subject_id, person_id, payload, at) ",
        );
        insert.push_values(piece, |mut values, change| {
            values
                .push_bind(seq)
                .push_bind(change.id.to_string())
                .push_bind(change.event.kind())
                .push_bind(change.account_id.map(|it| it.to_string()))
                .push_bind(change.event.conversation().map(|it| it.to_string()))
                .push_bind(subject(&change.event))
                .push_bind(change.person_id.map(|it| it.to_string()))
                .push_bind(change.event.print())
                .push_bind(change.at.0);
            seq = seq.map(|it| it + 1);
        });
        insert.build().execute(&mut *conn).await.map_err(doing("write changes"))?;
    }
    Ok(())
}

/// What of its kind has changed, where the kind does not say it: a conversation has its own column.
fn subject(event: &Event) -> Option<String> {
    match event {
        Event::Message { message_id, .. } => Some(message_id.to_string()),
        Event::Account { account_id } => Some(account_id.to_string()),
        Event::Notification { id, .. } => Some(id.to_string()),
        Event::Conversation { .. } | Event::Resync => None,
    }
}

/// Only ever from the low end on, whatever the clocks of several processes wrote: what stays has no gap.
async fn purge(conn: &mut Conn, before: Timestamp) -> StoreResult<u64> {
    let cannot = "remove old changes";
    let needed_from: Option<i64> =
        sqlx::query_scalar("select min(seq) from endpoints").fetch_one(&mut *conn).await.map_err(doing(cannot))?;
    let lowest: Vec<(i64, i64)> =
        sqlx::query_as("select seq, at from changes where seq is not null order by seq limit $1")
            .bind(i64::from(AT_ONCE))
            .fetch_all(&mut *conn)
            .await
            .map_err(doing(cannot))?;
    let may_go = |(seq, at): &&(i64, i64)| *at < before.0 && needed_from.is_none_or(|it| *seq <= it);
    let Some((last, _)) = lowest.iter().take_while(may_go).last() else { return Ok(0) };
    let done = sqlx::query("delete from changes where seq <= $1").bind(last).execute(conn).await;
    Ok(done.map_err(doing(cannot))?.rows_affected())
}

#[derive(FromRow)]
struct ChangeRow {
    seq: i64,
    account_id: Option<String>,
    person_id: Option<String>,
    payload: String,
    at: i64,
}

impl TryFrom<ChangeRow> for Change {
    type Error = StoreError;

    fn try_from(row: ChangeRow) -> StoreResult<Self> {
        let seq = row.seq.to_string();
        let account_id = row.account_id.map(|it| read_back(&it, "changes", "account_id", &seq)).transpose()?;
        let person_id = row.person_id.map(|it| read_back(&it, "changes", "person_id", &seq)).transpose()?;
        Ok(Self { seq: row.seq, event: Event::read(&row.payload), account_id, person_id, at: Timestamp(row.at) })
    }
}
