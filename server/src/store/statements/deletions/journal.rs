//! What the journal holds of a customer. No index says whose a row is, because every webhook would pay for it and
//! hardly anybody is ever deleted: the journal is gone through, a part at a time.

use super::{Conn, read_back};
use crate::store::deletions::{JournalOf, JournalPart};
use crate::store::{StoreResult, doing};
use model::ids::InboundId;
use model::time::Timestamp;

pub(super) const LOOKING: &str = "look for somebody in the journal";

/// So many rows are looked at.
const A_PART: i64 = 5000;

/// A row that nobody could read may not say whose it is, but names them.
pub(super) async fn part(conn: &mut Conn, of: &JournalOf, after: Option<InboundId>) -> StoreResult<JournalPart> {
    let after = after.map(|it| it.to_string()).unwrap_or_default();
    let end: Option<String> = sqlx::query_scalar("select id from inbound where id > $1 order by id limit 1 offset $2")
        .bind(&after)
        .bind(A_PART - 1)
        .fetch_optional(&mut *conn)
        .await
        .map_err(doing(LOOKING))?;
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
    let read = |(id, at, raw): (String, i64, String)| Ok((read_back(&id, "inbound", "id", &id)?, Timestamp(at), raw));
    Ok(JournalPart {
        rows: rows.into_iter().map(read).collect::<StoreResult<_>>()?,
        next: end.map(|it| read_back(&it, "inbound", "id", &it)).transpose()?,
    })
}
