//! Who can be given a conversation.

use super::super::sight::sees;
use super::{Conn, read_back};
use crate::store::{StoreResult, doing};
use model::desk::Colleague;
use model::ids::ConversationId;

/// More people than one business has.
const MOST: i64 = 5000;

pub(super) async fn list(conn: &mut Conn, id: ConversationId) -> StoreResult<Vec<Colleague>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(concat!(
        "select p.id, p.name, p.availability from conversations c join people p on ",
        sees!("c.account_id"),
        " where c.id = $1 limit $2"
    ))
    .bind(id.to_string())
    .bind(MOST)
    .fetch_all(conn)
    .await
    .map_err(doing("list colleagues"))?;
    let colleague = |(id, name, availability): (String, String, String)| {
        Ok(Colleague { id: read_back(&id, "people", "id", &id)?, name, is_available: availability == "available" })
    };
    let mut colleagues = rows.into_iter().map(colleague).collect::<StoreResult<Vec<_>>>()?;
    colleagues.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id));
    Ok(colleagues)
}
