//! The journal: one row for each item of a webhook.

use super::super::super::LANE_GROUPS;
use super::super::many::{among, lists, pieces};
use super::{Conn, QueryBuilder, read_back, run};
use crate::store::intake::{Entry, Fate, NewInbound, Replay};
use crate::store::{StoreResult, doing};
use model::ids::{InboundId, MessageId};
use model::meta::identity::{self, LANES};
use model::meta::read;
use model::time::Timestamp;
use sqlx::FromRow;
use std::ops::Range;

pub(super) async fn insert(conn: &mut Conn, rows: &[NewInbound]) -> StoreResult<u64> {
    let mut n_new = 0;
    for piece in pieces(rows) {
        let mut insert = QueryBuilder::new(
            "insert into inbound (id, dedupe_key, object, account_external_id, contact_external_id, app_id, lane,
                state, reason, raw, received_at) ",
        );
        insert.push_values(piece, |mut values, row| {
            let (state, reason) = match &row.fate {
                Fate::Pending => ("pending", None),
                Fate::Ignored(why) => ("ignored", Some(*why)),
                Fate::Unknown(kind) => ("unknown", Some(kind.as_str())),
            };
            values
                .push_bind(row.id.to_string())
                .push_bind(row.dedupe_key.as_str())
                .push_bind(row.object.as_str())
                .push_bind(row.account.as_str())
                .push_bind(row.contact.as_deref())
                .push_bind(row.app_id.as_deref())
                .push_bind(lane(row.lane))
                .push_bind(state)
                .push_bind(reason)
                .push_bind(row.raw.as_str())
                .push_bind(row.received_at.0);
        });
        insert.push(" on conflict (dedupe_key) do nothing");
        n_new += run(conn, &mut insert).await.map_err(doing("write the journal"))?;
    }
    Ok(n_new)
}

fn lane(lane: u32) -> i32 {
    i32::try_from(lane).unwrap_or_default()
}

/// The lanes of one group, from `first` on.
pub(super) fn lanes_of(group: u32, first: u32) -> Range<u32> {
    let size = LANES / LANE_GROUPS;
    (group * size).max(first)..(group + 1) * size
}

/// A row that is to be applied.
pub(super) struct Pending {
    pub id: InboundId,
    pub lane: u32,
    pub dedupe_key: String,
    pub raw: String,
    pub received_at: Timestamp,
}

#[derive(FromRow)]
struct PendingRow {
    id: String,
    lane: i32,
    dedupe_key: String,
    raw: String,
    received_at: i64,
}

impl Pending {
    fn read(row: PendingRow) -> StoreResult<Self> {
        Ok(Self {
            id: read_back(&row.id, "inbound", "id", &row.id)?,
            lane: u32::try_from(row.lane).unwrap_or_default(),
            dedupe_key: row.dedupe_key,
            raw: row.raw,
            received_at: Timestamp(row.received_at),
        })
    }
}

/// The oldest of each lane first; a row that waits for a later try is passed over.
pub(super) async fn pending(
    conn: &mut Conn,
    lanes: Range<u32>,
    limit: u32,
    now: Timestamp,
) -> StoreResult<Vec<Pending>> {
    let rows: Vec<PendingRow> = sqlx::query_as(
        "select id, lane, dedupe_key, raw, received_at from inbound
         where state = 'pending' and lane >= $1 and lane < $2 and retry_at <= $3
         order by lane, id limit $4",
    )
    .bind(lane(lanes.start))
    .bind(lane(lanes.end))
    .bind(now.0)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await
    .map_err(doing("read the journal"))?;
    rows.into_iter().map(Pending::read).collect()
}

pub(super) async fn pending_one(conn: &mut Conn, id: InboundId) -> StoreResult<Vec<Pending>> {
    let rows: Vec<PendingRow> = sqlx::query_as(
        "select id, lane, dedupe_key, raw, received_at from inbound where state = 'pending' and id = $1",
    )
    .bind(id.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing("read the journal"))?;
    rows.into_iter().map(Pending::read).collect()
}

pub(super) async fn applied(conn: &mut Conn, ids: &[String], now: Timestamp) -> StoreResult<()> {
    for list in lists(ids) {
        let mut update = QueryBuilder::new("update inbound set state = 'applied', reason = null, applied_at = ");
        update.push_bind(now.0);
        let mut keys = update.push(" where id in (").separated(", ");
        for id in list {
            keys.push_bind(id);
        }
        update.push(")");
        run(conn, &mut update).await.map_err(doing("mark the journal"))?;
    }
    Ok(())
}

/// Nothing is wrong with them: they are not counted as tried.
pub(super) async fn put_off(conn: &mut Conn, ids: &[String], until: Timestamp) -> StoreResult<()> {
    for list in lists(ids) {
        let mut update = QueryBuilder::new("update inbound set retry_at = ");
        update.push_bind(until.0);
        let mut keys = update.push(" where state = 'pending' and id in (").separated(", ");
        for id in list {
            keys.push_bind(id);
        }
        update.push(")");
        run(conn, &mut update).await.map_err(doing("put off what came in"))?;
    }
    Ok(())
}

/// Applied in the sense that nothing more is to be done for now.
pub(super) async fn settled(conn: &mut Conn, id: &str, fate: &Fate, now: Timestamp) -> StoreResult<()> {
    let (state, reason) = match fate {
        Fate::Pending => return Ok(()),
        Fate::Ignored(why) => ("ignored", *why),
        Fate::Unknown(kind) => ("unknown", kind.as_str()),
    };
    sqlx::query("update inbound set state = $1, reason = $2, applied_at = $3 where id = $4")
        .bind(state)
        .bind(reason)
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(doing("mark the journal"))
}

pub(super) async fn postpone(
    conn: &mut Conn,
    id: InboundId,
    tries: &[Timestamp],
    reason: &str,
) -> StoreResult<Option<Timestamp>> {
    let attempts: Option<i32> = sqlx::query_scalar(
        "update inbound set attempts = attempts + 1, reason = $1 where id = $2 and state = 'pending' returning attempts",
    )
    .bind(reason)
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await
    .map_err(doing("postpone a row of the journal"))?;
    let place = usize::try_from(attempts.unwrap_or_default() - 1).unwrap_or_default();
    let next = tries.get(place).copied();
    sqlx::query("update inbound set retry_at = $1, state = $2 where id = $3 and state = 'pending'")
        .bind(next.map_or(0, |it| it.0))
        .bind(if next.is_some() { "pending" } else { "failed" })
        .bind(id.to_string())
        .execute(conn)
        .await
        .map_err(doing("postpone a row of the journal"))?;
    Ok(next)
}

/// The keys that end so, of what happened between two moments.
pub(super) async fn keys_between(
    conn: &mut Conn,
    ending: &str,
    from: Timestamp,
    until: Timestamp,
) -> StoreResult<Vec<String>> {
    sqlx::query_scalar(
        "select dedupe_key from inbound where dedupe_key >= $1 and dedupe_key < $2 and substr(dedupe_key, 11) = $3
         limit 10",
    )
    .bind(identity::dedupe_beginning(from))
    .bind(identity::dedupe_beginning(until))
    .bind(ending)
    .fetch_all(conn)
    .await
    .map_err(doing("read the journal"))
}

/// The text of a row, changed by `scrub`.
pub(super) async fn scrub(conn: &mut Conn, dedupe_keys: &[String], scrub: fn(&str) -> String) -> StoreResult<()> {
    for piece in pieces(dedupe_keys) {
        let rows: Vec<(String, String)> = among("select id, raw from inbound where dedupe_key in", piece)
            .build_query_as()
            .fetch_all(&mut *conn)
            .await
            .map_err(doing("read the journal"))?;
        for (id, raw) in rows {
            sqlx::query("update inbound set raw = $1 where id = $2")
                .bind(scrub(&raw))
                .bind(id)
                .execute(&mut *conn)
                .await
                .map_err(doing("forget words in the journal"))?;
        }
    }
    Ok(())
}

pub(super) async fn replay(conn: &mut Conn, which: &Replay) -> StoreResult<u64> {
    forget_placeholders(conn, which).await?;
    let update = "update inbound set state = 'pending', attempts = 0, retry_at = 0, reason = null ";
    let mut query = QueryBuilder::new(update);
    match which {
        Replay::All => query.push("where state <> 'pending'"),
        Replay::NotUnderstood => {
            query.push("where state in ('unknown', 'failed') or (state = 'ignored' and reason = 'unknown_account')")
        }
        Replay::One(id) => query.push("where id = ").push_bind(id.to_string()),
    };
    run(conn, &mut query).await.map_err(doing("mark the journal for a replay"))
}

/// What was shown in place of an event that no version understood: it may be understood now.
async fn forget_placeholders(conn: &mut Conn, which: &Replay) -> StoreResult<()> {
    let mut query = QueryBuilder::new("select dedupe_key, raw, received_at from inbound where state = 'unknown'");
    if let Replay::One(id) = which {
        query.push(" and id = ").push_bind(id.to_string());
    }
    let rows: Vec<(String, String, i64)> =
        query.build_query_as().fetch_all(&mut *conn).await.map_err(doing("read the journal"))?;
    let lines: Vec<String> = rows
        .into_iter()
        .filter_map(|(key, raw, received_at)| {
            let item = read::one(&raw, Timestamp(received_at))?;
            Some(MessageId::of(item.at, &key).to_string())
        })
        .collect();
    for piece in pieces(&lines) {
        let mut delete = among("delete from messages where kind = 'event' and id in", piece);
        run(conn, &mut delete).await.map_err(doing("forget what stands for unknown events"))?;
    }
    Ok(())
}

pub(super) async fn read(conn: &mut Conn, after: Option<InboundId>, limit: u32) -> StoreResult<Vec<Entry>> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("select id, raw, received_at from inbound where id > $1 order by id limit $2")
            .bind(after.map(|it| it.to_string()).unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(conn)
            .await
            .map_err(doing("read the journal"))?;
    let entry = |(id, raw, received_at): (String, String, i64)| {
        let id = read_back(&id, "inbound", "id", &id)?;
        Ok(Entry { id, raw, received_at: Timestamp(received_at) })
    };
    rows.into_iter().map(entry).collect()
}

/// By id, whose first characters are the time of arrival.
pub(super) async fn purge(conn: &mut Conn, before: Timestamp, limit: u32) -> StoreResult<u64> {
    let first_to_stay = model::id::print(model::id::compose(before.0, [0; 10]));
    sqlx::query(
        "delete from inbound where id in
            (select id from inbound where id < $1 and state <> 'pending' order by id limit $2)",
    )
    .bind(first_to_stay)
    .bind(i64::from(limit))
    .execute(conn)
    .await
    .map(|it| it.rows_affected())
    .map_err(doing("shorten the journal"))
}
