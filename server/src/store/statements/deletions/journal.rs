//! What the journal holds of a customer or an account. No index says whose a row is, because every webhook would pay for it and
//! hardly anybody is ever deleted: the journal is gone through, a part at a time.

use super::{Conn, read_back};
use crate::store::deletions::{JournalOf, JournalPart};
use crate::store::{StoreResult, doing};
use model::id::Id as _;
use model::ids::{AccountId, InboundId};
use model::time::Timestamp;

pub(super) const LOOKING: &str = "look for somebody in the journal";

/// So many rows are looked at.
const A_PART: i64 = 5000;

/// A row that nobody could read may not say whose it is, but names them.
pub(super) async fn part(conn: &mut Conn, of: &JournalOf, after: Option<InboundId>) -> StoreResult<JournalPart> {
    let (after, end) = bounds(conn, after).await?;
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "select i.id, i.received_at, i.raw from inbound i
         where i.id > $1 and ($2 = '' or i.id <= $2) and i.received_at <= $3
             and i.account_external_id = (select external_id from accounts where id = $4)
             and exists (
                 select 1 from (
                     select external_id from contacts where id = $5
                     union all select external_id from contact_aliases where contact_id = $5
                 ) k
                 where i.contact_external_id = k.external_id
                     or i.contact_external_id is null and i.raw like '%\"' || k.external_id || '\"%'
             )
         order by i.id",
    )
    .bind(&after)
    .bind(end.as_deref().unwrap_or_default())
    .bind(of.until.0)
    .bind(of.account.to_string())
    .bind(of.contact.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing(LOOKING))?;
    read(rows, end)
}

/// All that came for an account that is being deleted, whoever wrote it.
pub(super) async fn part_of_account(
    conn: &mut Conn,
    account: AccountId,
    after: Option<InboundId>,
) -> StoreResult<JournalPart> {
    let (after, end) = bounds(conn, after).await?;
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "select i.id, i.received_at, '' from inbound i
         where i.id > $1 and ($2 = '' or i.id <= $2)
             and exists (
                 select 1 from accounts a
                 where a.id = $3 and a.state = 'deleting'
                     and a.external_id = i.account_external_id and a.platform = i.object
             )
         order by i.id",
    )
    .bind(&after)
    .bind(end.as_deref().unwrap_or_default())
    .bind(account.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing(LOOKING))?;
    read(rows, end)
}

/// What came for an account before then and is applied, or never will be. Ids begin with the time.
pub(in super::super) async fn part_before(
    conn: &mut Conn,
    account: AccountId,
    before: Timestamp,
    after: Option<InboundId>,
) -> StoreResult<JournalPart> {
    let (after, end) = bounds(conn, after).await?;
    let last = InboundId::compose(before.0, [0; 10]).to_string();
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "select i.id, i.received_at, '' from inbound i
         where i.id > $1 and ($2 = '' or i.id <= $2) and i.id < $3 and i.received_at < $4 and i.state <> 'pending'
             and exists (
                 select 1 from accounts a
                 where a.id = $5 and a.external_id = i.account_external_id and a.platform = i.object
             )
         order by i.id",
    )
    .bind(&after)
    .bind(end.as_deref().unwrap_or_default())
    .bind(&last)
    .bind(before.0)
    .bind(account.to_string())
    .fetch_all(conn)
    .await
    .map_err(doing(LOOKING))?;
    read(rows, end.filter(|it| *it < last))
}

/// Between which rows to look.
async fn bounds(conn: &mut Conn, after: Option<InboundId>) -> StoreResult<(String, Option<String>)> {
    let after = after.map(|it| it.to_string()).unwrap_or_default();
    let end = sqlx::query_scalar("select id from inbound where id > $1 order by id limit 1 offset $2")
        .bind(&after)
        .bind(A_PART - 1)
        .fetch_optional(conn)
        .await
        .map_err(doing(LOOKING))?;
    Ok((after, end))
}

fn read(rows: Vec<(String, i64, String)>, end: Option<String>) -> StoreResult<JournalPart> {
    let row = |(id, at, raw): (String, i64, String)| Ok((read_back(&id, "inbound", "id", &id)?, Timestamp(at), raw));
    Ok(JournalPart {
        rows: rows.into_iter().map(row).collect::<StoreResult<_>>()?,
        next: end.map(|it| read_back(&it, "inbound", "id", &it)).transpose()?,
    })
}
