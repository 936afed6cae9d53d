//! How many stand in each view, and how many messages nobody has read.

use super::super::changes::write_changes;
use super::super::conversations::raise_of;
use super::walk::Walk;
use super::{Conn, ListOf};
use crate::store::sight::Sight;
use crate::store::{StoreError, StoreResult, doing};
use model::filter::Filter;
use model::ids::ConversationId;
use model::inbox::COUNTED_MOST;
use model::person::PersonId;
use model::time::Timestamp;
use model::view::View;
use sqlx::QueryBuilder;

pub(super) async fn of_views(
    conn: &mut Conn,
    person: PersonId,
    sight: &Sight,
    now: Timestamp,
) -> StoreResult<Vec<(View, i64)>> {
    let mut counts = Vec::new();
    for view in View::ALL {
        let of = ListOf { view, filter: Filter::default(), person, sight: sight.clone(), now };
        let walk = Walk { of: &of, among: None, after: None, limit: COUNTED_MOST };
        let mut query = QueryBuilder::new("select count(*) from (");
        let count = if walk.push_unsorted(&mut query) {
            query.push(") as counted");
            let counted = query.build_query_scalar().fetch_one(&mut *conn).await;
            counted.map_err(doing("count the conversations of each view"))?
        } else {
            0
        };
        counts.push((view, count));
    }
    Ok(counts)
}

const READING: &str = "mark a conversation as read";

/// Refused if that changes nothing.
pub(super) async fn mark_read(
    conn: &mut Conn,
    id: ConversationId,
    until: Timestamp,
    now: Timestamp,
) -> StoreResult<()> {
    // Most looks find nothing new, and are over before anybody has to wait for them.
    unread_after(conn, id, until).await?;
    let raised = raise_of(conn, id, now).await?.ok_or(StoreError::Refused)?;
    let (read_until, unread) = unread_after(conn, id, until).await?;
    sqlx::query("update conversations set read_until = $2, unread = $3 where id = $1")
        .bind(id.to_string())
        .bind(read_until)
        .bind(unread)
        .execute(&mut *conn)
        .await
        .map_err(doing(READING))?;
    write_changes(conn, &[raised.conversation()]).await
}

/// Up to where the conversation would be read, and what would then be unread; refused if as much is now.
/// What has not come yet cannot be read: nobody reads beyond the last activity.
async fn unread_after(conn: &mut Conn, id: ConversationId, until: Timestamp) -> StoreResult<(i64, i32)> {
    let row: Option<(i32, i64, i64)> =
        sqlx::query_as("select unread, read_until, last_activity_at from conversations where id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *conn)
            .await
            .map_err(doing(READING))?;
    let (unread, read_until, last_activity_at) = row.ok_or(StoreError::Refused)?;
    let read_until = read_until.max(until.0.min(last_activity_at));
    let left: i64 = sqlx::query_scalar(
        "select count(*) from messages
         where conversation_id = $1 and at > $2 and direction = 'in' and learned <> 'old'",
    )
    .bind(id.to_string())
    .bind(read_until)
    .fetch_one(conn)
    .await
    .map_err(doing(READING))?;
    let left = i32::try_from(left).unwrap_or(i32::MAX);
    if left == unread { Err(StoreError::Refused) } else { Ok((read_until, left)) }
}
